"""What is disputed and what each side says: the dispute, the views, the discussions, the endings, the people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cases.models import Action, Decision, Participant, RecordEntry, Resolution
from cases.showing.facts import Fact, facts
from cases.showing.gathered import Gathered
from cases.showing.timeline import code_names

NO_AGENCY = "For the partnership"


@dataclass(frozen=True)
class Said:
    """A view or a discussion, with who wrote it down and when."""

    by: str
    agency: str
    at: datetime
    stage: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Side:
    """One agency of the case; `file_number` None where it is not this reader's to see."""

    label: str
    agency: str
    file_number: str | None
    views: Sequence[Said]


@dataclass(frozen=True)
class Answered:
    agency: str
    by: str
    agrees: bool
    at: datetime
    reasons: str


@dataclass(frozen=True)
class Ending:
    """A proposed resolution or a decision, with its actions."""

    title: str
    by: str
    at: datetime
    status: str
    reasons: str
    what_changes: str
    cause: str
    review_on: date | None
    actions: Sequence[Action]
    answers: Sequence[Answered] = ()


@dataclass(frozen=True)
class Member:
    name: str
    job_title: str
    side: str
    tier: str
    why: str
    since: datetime
    until: datetime | None


def _said(entry: RecordEntry, gathered: Gathered) -> Said:
    names = code_names(gathered)
    return Said(
        by=entry.by.name if entry.by else "",
        agency=entry.agency.name if entry.agency else NO_AGENCY,
        at=entry.at,
        stage=names["to"].get(entry.stage_code, ""),
        facts=facts(entry.content, names),
    )


def sides(gathered: Gathered) -> list[Side]:
    """Each agency with its views; a file number is shown to people of its own agency only."""
    views = gathered.of_kind("view.given")
    who = gathered.who
    found = []
    for party in gathered.parties.values():
        own = party.pk in who.participates or bool(who.agency_permissions.get(party.pk))
        found.append(
            Side(
                label=party.get_side_display(),
                agency=party.agency.name,
                file_number=party.file_number if own else None,
                views=[_said(entry, gathered) for entry in views if entry.agency_id == party.agency_id],
            )
        )
    return found


def other_views(gathered: Gathered) -> list[Said]:
    """Views of people who speak for no party: the panel, the Chair."""
    agencies = {party.agency_id for party in gathered.parties.values()}
    entries = gathered.of_kind("view.given")
    return [_said(entry, gathered) for entry in entries if entry.agency_id not in agencies]


def discussions(gathered: Gathered) -> list[Said]:
    return [_said(entry, gathered) for entry in gathered.of_kind("discussion.recorded")]


def _resolution(resolution: Resolution, gathered: Gathered) -> Ending:
    return Ending(
        title="Resolution",
        by=f"{resolution.proposed_by.name}, {gathered.parties[resolution.party_id].agency.name}",
        at=resolution.proposed_at,
        status=resolution.get_status_display(),
        reasons="",
        what_changes=resolution.what_changes,
        cause=resolution.cause,
        review_on=resolution.review_on,
        actions=[action for action in gathered.actions if action.resolution_id == resolution.pk],
        answers=[
            Answered(
                gathered.parties[answer.party_id].agency.name, answer.by.name, answer.agrees, answer.at, answer.reasons
            )
            for answer in resolution.agreements.all()
        ],
    )


def _decision(decision: Decision, gathered: Gathered) -> Ending:
    return Ending(
        title="Decision",
        by=f"{decision.decided_by.name}{', with a panel' if decision.with_panel else ''}",
        at=decision.decided_at,
        status=decision.outcome_name,
        reasons=decision.reasons,
        what_changes=decision.what_changes,
        cause="",
        review_on=decision.review_on,
        actions=[action for action in gathered.actions if action.decision_id == decision.pk],
    )


def endings(gathered: Gathered) -> list[Ending]:
    """Resolutions and decisions, the newest first."""
    found = [_resolution(resolution, gathered) for resolution in gathered.resolutions]
    found += [_decision(decision, gathered) for decision in gathered.decisions]
    return sorted(found, key=lambda ending: ending.at, reverse=True)


def _member(participant: Participant, gathered: Gathered) -> Member:
    party = gathered.parties.get(participant.party_id or 0)
    return Member(
        name=participant.person.name,
        job_title=participant.person.job_title,
        side=party.agency.name if party else NO_AGENCY,
        tier=participant.get_tier_display(),
        why=participant.why,
        since=participant.since,
        until=participant.until,
    )


def members(gathered: Gathered) -> list[Member]:
    """Everybody who takes or took part, in the order in which they came."""
    return [_member(participant, gathered) for participant in gathered.participants]
