"""One page for each thing that people do to a case: GET shows it, POST does it."""

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agencies.membership import SignedIn
from cases.access import access_case, note_read
from cases.acting import lock_case
from cases.forms.act_form import ActForm, sent_already
from cases.forms.answering import AnswerRequestForm, AnswerResolutionForm
from cases.forms.dating import AnswerExtensionForm, ExtendDateForm, SetDateForm
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
        AnswerExtensionForm,
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
STAGE_LEFT = "The case went on to another stage while this was sent. Look at where it stands, then send it again."
SENT_ALREADY = (
    "You put this on the record already, after you opened this page: it was not done a second time. "
    "If this is something else, send it again."
)


@require_http_methods(["GET", "HEAD", "POST"])
def act_page(request: SignedIn, reference: str, act: str) -> HttpResponse:
    """The page of one act.  404 for an unknown act as for a hidden case; 403 or 409 with the reason."""
    case = access_case(request.user, reference)
    form_class = FORMS.get(act.replace("_", "-"))
    if form_class is None:
        raise Http404("No such act.")
    who = standing(request.user, case)
    if request.method == "POST":
        return _post(request, form_class, case, who)
    require(may(who.person, form_class.code, case, who), case)
    return _page(request, form_class(None, case=case, who=who, at=timezone.now()))


def _post(request: SignedIn, form_class: type[ActForm], case: Case, who: Standing) -> HttpResponse:
    """Do it once, and go to the case; or show the page again with what was typed and what is wrong."""
    verdict = may(who.person, form_class.code, case, who)
    if not verdict.allowed and sent_already(form_class, request.POST.get("seen", ""), case, who.person):
        return _back(request, case, messages.INFO, "You had done this already. It was not done a second time.")
    require(verdict, case)
    form = form_class(request.POST, case=case, who=who, at=timezone.now())
    if form.is_valid():
        try:
            return _back(request, case, messages.SUCCESS, _perform(form))
        except RuleViolation as violation:
            form.refuse(violation)
    return _page(request, form)


def _perform(form: ActForm) -> str:
    """The deed, unless the very same page did it while this request waited for the lock.  Raises RuleViolation."""
    with transaction.atomic():
        if lock_case(form.case.pk).stage_code != form.case.stage_code:
            raise RuleViolation("stage_left", STAGE_LEFT)
        if sent_already(type(form), form.opened_at_entry, form.case, form.person):
            raise RuleViolation("sent_already", SENT_ALREADY)
        return form.perform(form.at)


def _back(request: SignedIn, case: Case, level: int, said: str) -> HttpResponse:
    messages.add_message(request, level, said)
    return redirect("case_detail", reference=case.reference)


def _page(request: SignedIn, form: ActForm) -> HttpResponse:
    note_read(form.case, by=form.person, at=form.at, page=form.code)
    return render(request, form.template, {"form": form, "case": form.case, "partnership": form.case.partnership})
