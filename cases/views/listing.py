"""Every case that a person may see, those named on it and those that an office opens to them alike."""

from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.membership import SignedIn
from cases.access import visible_to
from cases.home import sides
from cases.models import Party
from escalation.forms import GovForm

PER_PAGE = 25


class ReferenceSearch(GovForm):
    """Part of a reference is enough."""

    reference = forms.CharField(
        required=False,
        max_length=20,
        label="Reference, or a part of it",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={
            "null_characters_not_allowed": "Reference: take out the characters that cannot be read.",
            "max_length": "Reference: enter 20 characters or fewer.",
        },
    )


@require_safe
def case_list(request: SignedIn) -> HttpResponse:
    """The cases the person may see, open ones first and then the latest; a search that is wrong narrows nothing."""
    form = ReferenceSearch(request.GET)
    form.full_clean()
    wanted = str(form.cleaned_data.get("reference", "")).strip()
    parties = Prefetch("parties", Party.objects.select_related("agency"))
    seen = visible_to(request.user).select_related("partnership", "edition").prefetch_related(parties)
    if wanted:
        seen = seen.filter(reference__icontains=wanted)
    found = seen.order_by(F("ended_at").desc(nulls_first=True), "-raised_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wanted": wanted,
        "query": f"{urlencode({'reference': wanted})}&" if wanted else "",
        "page": page,
        "rows": [(case, sides(case.parties.all())) for case in page],
    }
    return render(request, "cases/case_list.html", context)
