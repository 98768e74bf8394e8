"""One page for each thing that people do to a case: GET shows it, POST does it."""

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agencies.models import Person
from cases.access import access_case
from cases.acting import lock_case
from cases.forms.act_form import ActForm
from cases.forms.answering import AnswerRequestForm, AnswerResolutionForm
from cases.forms.dating import ExtendDateForm, SetDateForm
from cases.forms.deciding import DecideForm, PanelForm
from cases.forms.ending import ProposeForm, ReopenForm, WithdrawForm
from cases.forms.escalating import AskForm, MoveForm
from cases.forms.saying import DiscussionForm, ViewForm
from cases.models import Case
from cases.permissions import may, require
from cases.standing import Standing, standing
from escalation.errors import RuleViolation

#: The form of each act, by the word in the page's address.
FORMS: Mapping[str, type[ActForm]] = {
    form.code.replace("_", "-"): form
    for form in (
        ViewForm,
        DiscussionForm,
        SetDateForm,
        ExtendDateForm,
        AskForm,
        AnswerRequestForm,
        MoveForm,
        ProposeForm,
        AnswerResolutionForm,
        PanelForm,
        DecideForm,
        WithdrawForm,
        ReopenForm,
    )
}
SENT_ALREADY = "This page had been sent already. It was not sent a second time."


@require_http_methods(["GET", "HEAD", "POST"])
def act_page(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """The page of one act.  404 for an unknown act as for a hidden case; 403 or 409 with the reason."""
    case = access_case(request.user, reference)
    form_class = FORMS.get(act.replace("_", "-"))
    if form_class is None:
        raise Http404("No such act.")
    assert isinstance(request.user, Person)  # noqa: S101 - access_case lets nobody else through
    who = standing(request.user, case)
    if request.method == "POST":
        return _post(request, form_class, case, who)
    require(may(who.person, form_class.code, case, who), case)
    return _page(request, form_class(None, case=case, who=who, at=timezone.now()))


def _post(request: HttpRequest, form_class: type[ActForm], case: Case, who: Standing) -> HttpResponse:
    """Do it once, and go to the case; or show the page again with what was typed and what is wrong."""
    form = form_class(request.POST, case=case, who=who, at=timezone.now())
    if form.sent_already():
        return _back(request, case, SENT_ALREADY)
    require(may(who.person, form.code, case, who), case)
    if form.is_valid():
        try:
            return _back(request, case, _perform(form))
        except RuleViolation as violation:
            form.refuse(violation)
    return _page(request, form)


def _perform(form: ActForm) -> str:
    """The deed, unless another request did it for the very same page while this one waited for the lock."""
    with transaction.atomic():
        lock_case(form.case.pk)
        return SENT_ALREADY if form.sent_already() else form.perform(form.at)


def _back(request: HttpRequest, case: Case, said: str) -> HttpResponse:
    level = messages.INFO if said == SENT_ALREADY else messages.SUCCESS
    messages.add_message(request, level, said)
    return redirect("case_detail", reference=case.reference)


def _page(request: HttpRequest, form: ActForm) -> HttpResponse:
    return render(request, form.template, {"form": form, "case": form.case, "partnership": form.case.partnership})
