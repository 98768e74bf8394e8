from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.membership import SignedIn, chosen, partnerships_of
from policies.charts import flow_chart
from policies.forms import raised_form
from policies.imagined import imagined
from policies.shelf import shelves


@require_safe
def policy_list(request: SignedIn) -> HttpResponse:
    """The policies of the partnerships to which the person belongs."""
    mine = list(partnerships_of(request.user))
    found = shelves(mine, on=timezone.localdate())
    groups = [(partnership, [shelf for shelf in found if shelf.partnership == partnership]) for partnership in mine]
    return render(request, "policies/list.html", {"groups": groups})


@require_safe
def policy_detail(request: SignedIn, slug: str) -> HttpResponse:
    """What is our policy, and what does it mean for dates?"""
    today = timezone.localdate()
    found = {shelf.partnership: shelf for shelf in shelves(partnerships_of(request.user), on=today, slug=slug)}
    partnership = chosen(found, request.GET.get("partnership"))
    shown = found[partnership].named(request.GET.get("edition"))
    if shown is None:
        raise Http404("No such edition.")
    form = raised_form(request.GET, policy=shown.policy, today=today)
    context = {
        "partnership": partnership,
        "partnerships": list(found),
        "shelf": found[partnership],
        "shown": shown,
        "policy": shown.policy,
        "chart": flow_chart(shown.policy),
        "lines": imagined(form, policy=shown.policy, partnership=partnership),
        "form": form,
    }
    return render(request, "policies/detail.html", context)
