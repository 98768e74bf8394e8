from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.membership import SignedIn
from agencies.models import Partnership
from cases.models import Case
from escalation.context import navigation
from register.export import csv_lines
from register.figures import Figures, figures
from register.forms import RegisterFilter
from register.keeping import kept
from register.rows import rows
from register.selection import Selection
from register.stages import Editions, editions_of

PER_PAGE = 25


@dataclass(frozen=True)
class Asked:
    """What a request asks of a register."""

    partnerships: list[Partnership]
    editions: Editions
    form: RegisterFilter
    selection: Selection


def asked(request: SignedIn) -> Asked:
    """The register and the filters of a request. Raises NotAllowed or Http404 (see `register.keeping`).

    A filter that was not understood narrows nothing; the form says so.
    """
    partnership, mine = kept(request.user, request.GET.get("partnership"))
    editions = editions_of(partnership)
    form = RegisterFilter(request.GET, agencies=partnership.agencies.order_by("name"), editions=editions)
    form.full_clean()
    return Asked(mine, editions, form, Selection(partnership, form.cleaned_data, timezone.now()))


def pages(selection: Selection, found: Figures) -> "Paginator[Case]":
    """The cases in pages. The figures have counted the ongoing ones that fit, so they are not counted again."""
    paginator = Paginator(selection.cases(), PER_PAGE)
    if not selection.ended:
        paginator.count = found.matching
    return paginator


@require_safe
def register(request: SignedIn) -> HttpResponse:
    """What is going on, what is late, where is it stuck?"""
    ask = asked(request)
    found = figures(ask.selection, ask.editions)
    page = pages(ask.selection, found).get_page(request.GET.get("page"))
    partnership = ask.selection.partnership
    context = {
        "partnership": partnership,
        "partnerships": ask.partnerships,
        # Worked out from the partnership that is known here already, which saves the frame a query.
        "navigation": navigation(request, partnership),
        "form": ask.form,
        "selection": ask.selection,
        "figures": found,
        "page": page,
        "rows": rows(page, partnership=partnership, editions=ask.editions, at=ask.selection.at),
    }
    return render(request, "register/register.html", context)


@require_safe
def register_csv(request: SignedIn) -> StreamingHttpResponse:
    """The same rows as on the page, all pages of them, as a file."""
    ask = asked(request)
    response = StreamingHttpResponse(csv_lines(ask.selection, ask.editions), content_type="text/csv; charset=utf-8")
    name = f"register-{ask.selection.partnership.slug}-{timezone.localdate(ask.selection.at):%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
