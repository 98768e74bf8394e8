"""Raising: the draft becomes a case, at its policy's first stage, with its clock running."""

from datetime import datetime

from django.db import transaction

from agencies.models import Partnership, Person
from agencies.roles import agencies_where
from agencies.tiers import Tier
from cases.acting import Acting, lock_case
from cases.clocks import local_day
from cases.drafts import gaps
from cases.entering import enter_stage
from cases.models import Case, ReferenceCounter, Side, StageVisit
from cases.people import add_participant
from cases.record import write_entry
from cases.services.drafting import lock_draft
from escalation.errors import NotAllowed, RuleViolation
from policies.models import PolicyEdition
from policies.schema import Policy, Stage


def _next_reference(partnership: Partnership, at: datetime) -> str:
    year = local_day(at).year
    ReferenceCounter.objects.get_or_create(partnership=partnership, year=year)
    counter = ReferenceCounter.objects.select_for_update().get(partnership=partnership, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return str(counter)


def _still_allowed(case: Case, by: Person) -> None:
    """Ask again at sending: roles end and agencies leave partnerships while a draft lies."""
    for party in case.parties.select_related("agency"):
        if party.side == Side.RAISING and not agencies_where(by, "raise_case").filter(pk=party.agency_id).exists():
            raise NotAllowed("not_yours", f"You cannot raise a disagreement for {party.agency} any more.")
        if not party.agency.partnerships.filter(pk=case.partnership_id).exists():
            raise RuleViolation("not_member", f"{party.agency} does not belong to {case.partnership} any more.")


def _first_stage(case: Case, policy: Policy) -> Stage:
    """Where the case begins: the policy's first stage, or at immediate risk where the raiser chose."""
    if case.immediate_risk and case.stage_code:
        allowed = {stage.code for stage in policy.immediate_stages(None)} | {policy.first_stage}
        if case.stage_code not in allowed:
            raise RuleViolation("stage_not_allowed", "The policy does not let a case begin at that stage.")
        return policy.stage(case.stage_code)
    return policy.stage(policy.first_stage)


def _content(case: Case) -> dict[str, object]:
    """What was said when the case was raised.  No file number: it is its own agency's alone."""
    return {
        "edition": f"{case.edition.slug} {case.edition.edition}",
        "subject": case.subject,
        "ground": case.ground,
        "situation": case.situation,
        "immediate_risk": bool(case.immediate_risk),
        "immediate_action": case.immediate_action,
        "decision": case.decision,
        "decision_by": case.decision_by,
        "decision_maker": case.decision_maker_id,
        "decision_on": case.decision_on.isoformat() if case.decision_on else None,
        "risk": case.risk,
        "child_life": case.child_life,
        "child_voice": case.child_voice,
        "child_initials": case.child_initials,
        "child_birth_year": case.child_birth_year,
        "evidence": case.evidence,
        "aim": case.aim,
        "actions_to_date": case.actions_to_date,
        "restricted": case.restricted,
        "parties": [
            {"side": party.side, "agency": party.agency.name} for party in case.parties.select_related("agency")
        ],
    }


@transaction.atomic
def case_raise(*, draft: Case, by: Person, at: datetime) -> Case:
    """Send the draft: pin the edition in force, give the reference, enter the first stage.

    Raises RuleViolation naming the first thing that the draft still lacks, NotAllowed when the person may
    not raise for the agency any more.
    """
    lock_draft(draft, by)
    case = lock_case(draft.pk)
    case.edition = PolicyEdition.objects.in_force(case.partnership, local_day(at)) or case.edition
    _still_allowed(case, by)
    lacking = gaps(case)
    if lacking:
        raise RuleViolation("draft_incomplete", f"{lacking[0].message}.")
    stage = _first_stage(case, case.policy)
    case.reference = _next_reference(case.partnership, at)
    case.raised_at = at
    case.raise_at(stage)
    case.save()
    raising = case.parties.select_related("agency", "first_contact").get(side=Side.RAISING)
    write_entry(case=case, kind="case.raised", at=at, by=by, agency=raising.agency, content=_content(case))
    add_participant(case=case, person=by, tier=Tier.PROFESSIONAL, why="Raised the disagreement", at=at, party=raising)
    act = Acting(case, by, at)
    urgent = case.stage_code != case.policy.first_stage
    enter_stage(act, stage, StageVisit.How.MOVED_AT_ONCE if urgent else StageVisit.How.RAISED)
    act.send()
    return case
