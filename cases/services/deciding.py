"""Decisions by the one to whom the policy gives them: the Chair, a resolution panel, the safeguarding manager."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from guardian.shortcuts import assign_perm

from agencies.models import Agency, Partnership, Person
from agencies.roles import agencies_where, partnerships_where
from agencies.tiers import Tier
from cases.acting import Acting, acting
from cases.clocks import local_day
from cases.models import Case, Decision, Participant, StageVisit
from cases.people import add_participant
from cases.said import required
from cases.services.escalating import move_up
from cases.services.resolving import PlannedAction, end_case, keep_actions, tell_ending
from escalation.errors import RuleViolation
from policies.schema import Outcome, Panel


@dataclass(frozen=True)
class DecisionText:
    """A reasoned decision: which of the stage's outcomes, why, what changes, who does what, when it is reviewed."""

    outcome: str
    reasons: str
    what_changes: str
    actions: Sequence[PlannedAction] = ()
    review_on: date | None = None


def panel_agency(person: Person, partnership: Partnership) -> Agency | None:
    """The agency that a member of the panel pool speaks for: one of the partnership's at which they hold a role."""
    return agencies_where(person, "take_part").filter(partnerships=partnership).order_by("pk").first()


def may_judge(case: Case, person: Person) -> bool:
    """Whether the member can be impartial: not of a side, and of a party's agency only where the policy wants it."""
    if person.pk in (case.decision_maker_id, case.raised_by_id):
        return False
    if case.participants.filter(person=person, party__isnull=False).exists():
        return False
    panel = case.stage.panel
    colleagues_too = panel is not None and panel.parties_where_possible
    # At whichever of their agencies: speaking for another one of them on the panel makes nobody impartial.
    return colleagues_too or not case.parties.filter(agency__in=agencies_where(person, "take_part")).exists()


def _check_panel(act: Acting, panel: Panel | None, members: Collection[Person]) -> list[tuple[Person, Agency]]:
    """Each member with their agency; from as many agencies as the policy says (Torbay: three)."""
    seated = []
    for person in members:
        agency = panel_agency(person, act.case.partnership)
        in_pool = partnerships_where(person, "sit_on_panel").filter(pk=act.case.partnership_id).exists()
        if not in_pool or agency is None:
            raise RuleViolation("not_in_pool", f"{person.name} is not in the panel pool of {act.case.partnership}.")
        if not may_judge(act.case, person):
            raise RuleViolation("not_impartial", f"{person.name} is part of the disagreement and cannot judge it.")
        seated.append((person, agency))
    agencies = {agency.pk for _, agency in seated}
    if panel is not None and len(agencies) < panel.agencies:
        raise RuleViolation(
            "too_few_agencies",
            f"The policy asks for a panel from {panel.agencies} agencies; these members come from {len(agencies)}.",
        )
    return seated


def case_convene_panel(
    *, case: Case, by: Person, at: datetime, members: Collection[Person], reasons: str = ""
) -> list[Participant]:
    """Call a panel: its members are given the case by name, hear both sides' views and decide."""
    with acting("convene_panel", case=case, by=by, at=at) as act:
        seated = _check_panel(act, act.case.stage.panel, members)
        added = []
        for person, agency in seated:
            assign_perm("cases.decide_case", person, act.case)
            why = f"Panel member from {agency.name}"
            added.append(add_participant(case=act.case, person=person, tier=Tier.CHAIR, why=why, at=at, party=None))
        entry = act.record(
            "panel.convened",
            {
                "members": [{"name": person.name, "agency": agency.name} for person, agency in seated],
                "reasons": reasons.strip(),
            },
        )
        act.tell("case.panel_convened", [person for person, _ in seated], occasion=f"entry:{entry.pk}")
        return added


def _panel_sits(case: Case) -> bool:
    """Whether a panel was convened since the case came to this stage: one of an earlier stay was for that one."""
    came = case.entries.filter(kind="stage.entered").order_by("-number").values_list("number", flat=True).first() or 0
    return case.entries.filter(kind="panel.convened", number__gt=came).exists()


def _outcome(act: Acting, code: str) -> Outcome:
    for outcome in act.case.stage.outcomes:
        if outcome.code == code:
            return outcome
    raise RuleViolation("outcome_unknown", "Choose one of the outcomes that the policy offers at this stage.")


def case_decide(*, case: Case, by: Person, at: datetime, decision: DecisionText) -> Decision:
    """Record the decision.  It ends the case, or sends it on to the stage that the outcome names."""
    with acting("decide", case=case, by=by, at=at) as act:
        outcome = _outcome(act, decision.outcome)
        reasons = required(decision.reasons, "reasons_missing", "Give the reasons for the decision.")
        changes = required(decision.what_changes, "changes_missing", "Say what changes for the child.")
        if decision.review_on is not None and decision.review_on < local_day(at):
            raise RuleViolation("review_past", "The review date must be today or later.")
        if outcome.ends and (decision.review_on is None or not decision.actions):
            raise RuleViolation(
                "decision_incomplete",
                "A decision that ends the case says who does what by when, and when it is reviewed.",
            )
        visit = act.case.visits.get(left_at__isnull=True)
        with_panel = _panel_sits(act.case)
        if outcome.by_panel and not with_panel:
            raise RuleViolation("panel_needed", "Convene the panel first: only a panel can decide this.")
        made = Decision.objects.create(
            case=act.case,
            visit=visit,
            outcome=outcome.code,
            outcome_name=outcome.name,
            reasons=reasons,
            what_changes=changes,
            review_on=decision.review_on,
            decided_by=by,
            with_panel=with_panel,
            decided_at=at,
            ends_case=outcome.ends,
        )
        keep_actions(act, decision.actions, decision=made)
        entry = act.record("case.decided", _content(made, decision))
        tell_ending(act, "case.decided", f"entry:{entry.pk}")
        if outcome.ends:
            end_case(act, StageVisit.How.DECIDED)
        elif outcome.to is not None:
            move_up(act, act.case.policy.stage(outcome.to), StageVisit.How.SENT_ON)
        return made


def _content(made: Decision, decision: DecisionText) -> dict[str, object]:
    return {
        "outcome": made.outcome,
        "outcome_name": made.outcome_name,
        "reasons": made.reasons,
        "what_changes": made.what_changes,
        "actions": [action.as_content() for action in decision.actions],
        "review_on": made.review_on.isoformat() if made.review_on else None,
        "with_panel": made.with_panel,
        "ends_case": made.ends_case,
    }
