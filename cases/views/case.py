"""The page of one case: where it stands, who is next, how long is left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.models import Person
from cases.access import access_case
from cases.showing.gathered import gather
from cases.showing.page import case_page_of
from cases.standing import standing


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The case, if the person may see it; else the page for what does not exist."""
    case = access_case(request.user, reference)
    assert isinstance(request.user, Person)  # noqa: S101 - access_case lets nobody else through
    page = case_page_of(gather(case, standing(request.user, case), timezone.now()))
    return render(request, "cases/case.html", {"page": page, "case": case, "partnership": case.partnership})
