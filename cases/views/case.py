"""The page of one case: where it stands, who is next, how long is left."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.membership import SignedIn
from cases.access import access_case, note_read
from cases.showing.gathered import gather
from cases.showing.page import case_page_of
from cases.standing import standing


@require_safe
def case_page(request: SignedIn, reference: str) -> HttpResponse:
    """The case, if the person may see it; else the page for what does not exist."""
    case = access_case(request.user, reference)
    at = timezone.now()
    note_read(case, by=request.user, at=at)
    page = case_page_of(gather(case, standing(request.user, case), at))
    return render(request, "cases/case.html", {"page": page, "case": case, "partnership": case.partnership})
