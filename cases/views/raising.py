"""Raising a disagreement: the start, one page for each step, the answers checked and sent, whom to ring."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.membership import SignedIn
from cases.access import access_case, access_draft, note_read, visible_to
from cases.draft_summary import ELEMENTS, situation_of, summary
from cases.drafts import CHECK, gaps, open_drafts
from cases.forms.raise_evidence import EvidenceForm
from cases.forms.raise_safety import RESTRICTED, SafetyForm
from cases.forms.raising import DISCARD, ORDER, STEPS, STOPPED, SendForm, StartForm
from cases.forms.steps import StepForm
from cases.models import Case
from cases.outlook import first_stage, outlook, when_told
from cases.raise_choices import Place, places, whom_to_ask
from cases.services import case_raise, case_start_draft
from cases.services.drafting import case_discard_draft
from escalation.errors import RuleViolation, WrongState
from policies.models import PolicyEdition

LATER = "later"


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedIn) -> HttpResponse:
    """Where it is raised, what to have at hand, and the drafts one can go on with."""
    choices = places(request.user)
    if not choices:
        return render(request, "cases/raise_not_you.html", {"whom": whom_to_ask(request.user)}, status=403)
    form = StartForm(request.POST if request.method == "POST" else None, places=choices)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("case_draft", _begin(request, form.chosen).uuid, ORDER[0])
        except RuleViolation as violation:
            form.refuse(violation)
    context = {"form": form, "drafts": open_drafts(request.user), "first_told": _first_told(choices)}
    return render(request, "cases/raise_start.html", context)


def _first_told(choices: list[Place]) -> list[tuple[str, str]]:
    """For each partnership with a policy, its name and for whom the first step is; one query each."""
    today = timezone.localdate()
    partnerships = dict.fromkeys(place.partnership for place in choices)
    editions = ((one.name, PolicyEdition.objects.in_force(one, today)) for one in partnerships)
    return [(name, when_told(edition.policy)) for name, edition in editions if edition]


def _begin(request: SignedIn, place: Place) -> Case:
    return case_start_draft(by=request.user, agency=place.agency, partnership=place.partnership, at=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedIn, draft: UUID, step: str) -> HttpResponse:
    """One step of one's own draft; once it was sent, the page that says so."""
    try:
        case = access_draft(request.user, draft)
    except Http404:
        sent = visible_to(request.user).filter(uuid=draft, raised_by=request.user).first()
        if sent is None:
            raise
        return redirect("case_sent", sent.reference)
    if step in STEPS:
        return _ask(request, case, STEPS[step])
    if step not in PAGES:
        raise Http404("No such step.")
    return PAGES[step](request, case)


def _ask(request: SignedIn, case: Case, kind: type[StepForm]) -> HttpResponse:
    """Ask the questions of a step; keep what can be kept, and go on when nothing is wrong."""
    go = request.POST.get("go", "continue")
    form = _form(request, case, kind, complete=go == "continue")
    if request.method == "POST" and _keep(form, request):
        return _onward(request, form, go)
    return render(request, kind.template, _step_context(request, case, kind) | {"form": form})


def _form(request: SignedIn, case: Case, kind: type[StepForm], *, complete: bool) -> StepForm:
    data = request.POST if request.method == "POST" else None
    if kind is EvidenceForm:
        return EvidenceForm(data, draft=case, complete=complete, rows=request.GET.get("rows", ""))
    return kind(data, draft=case, complete=complete)


def _keep(form: StepForm, request: SignedIn) -> bool:
    """Save what is valid; whether nothing is wrong."""
    valid = form.is_valid()
    try:
        form.save(request.user)
    except WrongState:
        raise
    except RuleViolation as violation:
        form.refuse(violation)
        return False
    return valid


def _onward(request: SignedIn, form: StepForm, go: str) -> HttpResponseRedirect:
    if go == LATER:
        messages.success(request, "Your draft is saved. You find it on this page.")
        return redirect("home")
    here = form.stays(go)
    if here is not None:
        return HttpResponseRedirect(reverse("case_draft", args=[form.draft.uuid, form.step]) + _checking(request, here))
    if isinstance(form, SafetyForm) and form.signposted:
        return redirect("case_draft", form.draft.uuid, STOPPED)
    following = CHECK if _from_check(request) else ORDER[ORDER.index(form.step) + 1]
    return redirect("case_draft", form.draft.uuid, following)


def _from_check(request: SignedIn) -> bool:
    return request.GET.get("from") == CHECK


def _checking(request: SignedIn, here: str) -> str:
    """The query and fragment of the same step, which goes back to the check page if one came from there."""
    if not _from_check(request):
        return here
    query, _, fragment = here.partition("#")
    return f"{query}{'&' if query else '?'}from={CHECK}#{fragment}"


def _step_context(request: SignedIn, case: Case, kind: type[StepForm]) -> dict[str, object]:
    position = ORDER.index(kind.step)
    before = CHECK if _from_check(request) else ORDER[position - 1] if position else ""
    return {
        "draft": case,
        "policy": case.policy,
        "partnership": case.partnership,
        "stage": first_stage(case),
        "number": position + 1,
        "steps": len(ORDER),
        "back": reverse("case_draft", args=[case.uuid, before]) if before else reverse("case_raise"),
        "last": _from_check(request),
    }


def _aside_context(case: Case, back: str) -> dict[str, object]:
    return {"draft": case, "partnership": case.partnership, "back": reverse("case_draft", args=[case.uuid, back])}


def _stopped(request: SignedIn, case: Case) -> HttpResponse:
    """What to do in a situation that is no escalation."""
    signpost = next((s for s in case.policy.situations if s.signpost and s.code == case.situation), None)
    if request.method == "POST" or signpost is None:
        return redirect("case_draft", case.uuid, SafetyForm.step)
    return render(request, "cases/raise_stopped.html", _aside_context(case, SafetyForm.step) | {"signpost": signpost})


def _check(request: SignedIn, case: Case) -> HttpResponse:
    """All answers, what is missing, who will be told and by when they must answer; then it is sent."""
    form = SendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            sent = case_raise(draft=case, by=request.user, at=timezone.now())
        except WrongState:
            return redirect("case_draft", case.uuid, CHECK)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            return redirect("case_sent", sent.reference)
    return render(request, "cases/raise_check.html", _check_context(case) | {"form": form})


def _check_context(case: Case) -> dict[str, object]:
    lacking = gaps(case)
    return {
        "draft": case,
        "partnership": case.partnership,
        "gaps": [(gap, ELEMENTS.get(gap.field, f"id_{gap.field}")) for gap in lacking],
        "parts": summary(case, lacking),
        "situation": situation_of(case),
        "restricting": RESTRICTED,
        "outlook": outlook(case, first_stage(case), at=timezone.now()),
        "number": len(ORDER),
        "steps": len(ORDER),
        "back": reverse("case_draft", args=[case.uuid, ORDER[-2]]),
    }


def _discard(request: SignedIn, case: Case) -> HttpResponse:
    """Ask whether the draft is to be thrown away, and do it."""
    if request.method == "POST":
        case_discard_draft(draft=case, by=request.user)
        messages.success(request, "Your draft is thrown away. Nobody had seen it.")
        return redirect("home")
    return render(request, "cases/raise_discard.html", _aside_context(case, CHECK))


PAGES: Mapping[str, Callable[[SignedIn, Case], HttpResponse]] = {
    CHECK: _check,
    STOPPED: _stopped,
    DISCARD: _discard,
}


@require_safe
def sent(request: SignedIn, reference: str) -> HttpResponse:
    """Just sent: whom to ring and by when they must answer.  Once the case has moved on, its own page says it."""
    case = access_case(request.user, reference)
    if case.raised_by_id != request.user.pk or not case.is_open or case.visits.count() > 1:
        return redirect("case_detail", reference)
    at = timezone.now()
    note_read(case, by=request.user, at=at, page="sent")
    context = {
        "case": case,
        "partnership": case.partnership,
        "outlook": outlook(case, case.stage, at=at),
    }
    return render(request, "cases/raise_sent.html", context)
