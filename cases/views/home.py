from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.membership import SignedIn
from cases import home as needs
from cases.drafts import open_drafts
from cases.standings import Roles

PER_PAGE = 20


@require_safe
def home(request: SignedIn) -> HttpResponse:
    """What needs me now?"""
    at = timezone.now()
    roles, seen = Roles.of(request.user), needs.seen_by(request.user)
    keeps_register = bool(roles.partnerships_where("keep_register"))
    tasks = needs.tasks_of(seen, request.user, roles, at=at)
    mine = needs.cases_of(seen, request.user, but=tasks.cases)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tasks": tasks,
        "drafts": open_drafts(request.user),
        "page": page,
        "mine": [(case, needs.sides(case.parties.all())) for case in page],
        "sees_any": bool(tasks.number or page) or seen.exists(),
        "may_raise": bool(roles.agencies_where("raise_case")),
        "keeps_register": keeps_register,
        "new": needs.new_on_register(seen, roles, at=at) if keeps_register else [],
    }
    return render(request, "cases/home.html", context)
