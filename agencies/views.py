from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.cover import AgencyCover, Cover, cover
from agencies.forms import DirectoryFilter
from agencies.membership import SignedIn, chosen, partnerships_of
from escalation.errors import NotAllowed

PER_PAGE = 25


@require_safe
def directory(request: SignedIn) -> HttpResponse:
    """Whom do I ring? Everybody named at the partnership and its agencies, with who stands in for them."""
    mine = list(partnerships_of(request.user))
    if not mine:
        raise NotAllowed("belongs_nowhere", "You have no role at any partnership or agency, so no directory is yours.")
    partnership = chosen(mine, request.GET.get("partnership"))
    found = cover(partnership, on=timezone.localdate())
    form = DirectoryFilter(request.GET, agencies=[row.agency for row in found.agencies])
    form.full_clean()
    wanted = form.cleaned_data
    page = Paginator(narrowed(found, wanted), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "partnership": partnership,
        "partnerships": mine,
        "found": found,
        "form": form,
        "page": page,
        "narrowed": any(wanted.values()),
        "query": query_of(partnership.slug, wanted),
    }
    return render(request, "agencies/directory.html", context)


def narrowed(found: Cover, wanted: dict[str, Any]) -> list[AgencyCover]:
    """The agencies that fit what was asked for; a part of the question that was not understood narrows nothing."""
    rows = found.agencies
    if wanted.get("agency"):
        rows = [row for row in rows if row.agency.slug == wanted["agency"]]
    if wanted.get("name"):
        rows = [row for row in rows if row.knows(wanted["name"])]
    if wanted.get("gaps"):
        rows = [row for row in rows if row.gaps]
    return rows


def query_of(partnership: str, wanted: dict[str, Any]) -> str:
    """The question as a query string that ends in "&", for links to other pages of the answer."""
    asked = {key: "on" if value is True else value for key, value in wanted.items() if value}
    return f"{urlencode({'partnership': partnership} | asked)}&"
