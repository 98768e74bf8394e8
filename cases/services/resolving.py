"""Resolutions: proposed by one party, in force when every party has agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agencies.models import Person
from cases.acting import Acting, acting
from cases.clocks import local_day
from cases.entering import leave_stage
from cases.models import Action, Agreement, Case, Decision, Party, Resolution, StageVisit
from cases.people import everyone
from cases.said import required
from escalation.errors import NotAllowed, RuleViolation


@dataclass(frozen=True)
class PlannedAction:
    """Who does what by when."""

    what: str
    who: str
    by_when: date

    def as_content(self) -> dict[str, str]:
        return {"what": self.what, "who": self.who, "by_when": self.by_when.isoformat()}


def keep_actions(
    act: Acting,
    actions: Sequence[PlannedAction],
    *,
    resolution: Resolution | None = None,
    decision: Decision | None = None,
) -> None:
    """Write the actions of a resolution or a decision down as rows of their own."""
    for action in actions:
        required(action.what, "action_what", "Say what is to be done.")
        required(action.who, "action_who", "Say who does it.")
        if action.by_when < local_day(act.at):
            raise RuleViolation("action_past", "The date of an action must be today or later.")
    Action.objects.bulk_create(
        Action(
            case=act.case,
            resolution=resolution,
            decision=decision,
            what=action.what.strip(),
            who=action.who.strip(),
            by_when=action.by_when,
        )
        for action in actions
    )


def _manager_for_natural_end(act: Acting, party: Party) -> None:
    """Events alone do not end a case: its cause is recorded, and by a manager (Buckinghamshire)."""
    if not act.who.may_approve_for(party):
        raise NotAllowed(
            "manager_needed",
            "When events have settled the matter, a manager or safeguarding lead records the cause.",
        )


def case_propose_resolution(
    *,
    case: Case,
    by: Person,
    at: datetime,
    what_changes: str,
    actions: Sequence[PlannedAction],
    review_on: date,
    overtaken_by_events: bool = False,
    cause: str = "",
) -> Resolution:
    """Propose how to end the disagreement: what changes, who does what by when, when that is reviewed."""
    with acting("propose_resolution", case=case, by=by, at=at) as act:
        party = act.who.sides[0]
        changes = required(what_changes, "changes_missing", "Say what changes for the child.")
        if not actions:
            raise RuleViolation("actions_missing", "Say who does what by when: at least one action.")
        if review_on < local_day(at):
            raise RuleViolation("review_past", "The review date must be today or later.")
        if overtaken_by_events:
            required(cause, "cause_missing", "Say what lay beneath the disagreement, so that it is dealt with.")
            _manager_for_natural_end(act, party)
        proposal = Resolution.objects.create(
            case=act.case,
            visit=act.case.visits.get(left_at__isnull=True),
            party=party,
            proposed_by=by,
            proposed_at=at,
            what_changes=changes,
            overtaken_by_events=overtaken_by_events,
            cause=cause.strip(),
            review_on=review_on,
        )
        keep_actions(act, actions, resolution=proposal)
        Agreement.objects.create(resolution=proposal, party=party, by=by, at=at, agrees=True)
        entry = act.record(
            "resolution.proposed",
            {
                "what_changes": changes,
                "actions": [action.as_content() for action in actions],
                "review_on": review_on.isoformat(),
                "overtaken_by_events": overtaken_by_events,
                "cause": cause.strip(),
            },
        )
        act.tell("resolution.proposed", everyone(act.case), occasion=f"entry:{entry.pk}")
        return proposal


def _party_answering(act: Acting, proposal: Resolution) -> Party:
    """The party for which the person answers: one of theirs that has not answered yet."""
    answered = set(proposal.agreements.values_list("party_id", flat=True))
    return next(party for party in act.who.sides if party.pk not in answered)


def case_answer_resolution(*, case: Case, by: Person, at: datetime, agrees: bool, reasons: str = "") -> Resolution:
    """Agree or not, for one's own agency.  When the last party agrees the case is resolved."""
    with acting("answer_resolution", case=case, by=by, at=at) as act:
        proposal = act.case.resolutions.get(status=Resolution.Status.PROPOSED)
        party = _party_answering(act, proposal)
        why = reasons.strip() if agrees else required(reasons, "reasons_missing", "Say why you do not agree.")
        Agreement.objects.create(resolution=proposal, party=party, by=by, at=at, agrees=agrees, reasons=why)
        kind = "resolution.agreed" if agrees else "resolution.refused"
        entry = act.record(kind, {"agency": party.agency.name, "reasons": why})
        act.tell(kind, everyone(act.case), occasion=f"entry:{entry.pk}")
        if not agrees:
            proposal.status = Resolution.Status.REFUSED
            proposal.save()
        elif proposal.agreements.count() == act.case.parties.count():
            _resolve(act, proposal)
        return proposal


def _resolve(act: Acting, proposal: Resolution) -> None:
    proposal.status = Resolution.Status.AGREED
    proposal.save()
    end_case(act, StageVisit.How.RESOLVED)
    entry = act.record(
        "case.resolved", {"what_changes": proposal.what_changes, "review_on": proposal.review_on.isoformat()}
    )
    tell_ending(act, "case.resolved", f"entry:{entry.pk}")


def end_case(act: Acting, how: StageVisit.How) -> None:
    """Leave the last stage and end the case, resolved or (withdrawn) taken back."""
    leave_stage(act, how)
    if how == StageVisit.How.WITHDRAWN:
        act.case.withdraw()
    else:
        act.case.resolve()
    act.case.ended_at = act.at
    act.case.save()


def tell_ending(act: Acting, event: str, occasion: str) -> None:
    """Tell everybody on the case how it ended, and the Business Manager once it is on the register."""
    act.tell(event, everyone(act.case), occasion=occasion)
    if act.case.registered_at is not None:
        act.tell_business_manager(event, occasion=occasion)
