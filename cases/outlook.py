"""What begins when a disagreement is sent: whom to ring, by when they must answer, what comes after."""

from dataclasses import dataclass, replace
from datetime import datetime

from agencies.tiers import PARTNERSHIP_TIERS, Tier
from cases.clocks import calendar_of
from cases.models import Case, Side
from cases.people import Seat, seats
from policies.schema import Policy, Stage
from policies.stage_due import StageDue, stage_due
from policies.workdays import BeyondKnownYears


@dataclass(frozen=True)
class StageAhead:
    """A stage, the people at it besides the raiser, and its due moment: None is a date that people agree."""

    stage: Stage
    seats: tuple[Seat, ...]
    due_at: datetime | None
    limit: str
    reason: str

    @property
    def inside(self) -> bool:
        """Whether it is advice inside one's own agency, of which the other side knows nothing yet."""
        return self.stage.tier == Tier.OWN_ADVICE

    @property
    def whom_to_ring(self) -> Seat:
        """The person on the other side; inside one's own agency, one's manager."""
        return next((seat for seat in self.seats if _faces_the_raiser(seat)), self.seats[0])


def _faces_the_raiser(seat: Seat) -> bool:
    return seat.party is not None and seat.party.side == Side.RECEIVING


@dataclass(frozen=True)
class Outlook:
    """The stage at which the case begins (or stands), and the usual one after it."""

    now: StageAhead
    after: StageAhead | None
    business_manager: bool
    chair: bool


def beginnings(policy: Policy) -> tuple[Stage, ...]:
    """Where a case may begin when a child is at immediate risk: the first stage, and those the policy opens."""
    first = policy.stage(policy.first_stage)
    return tuple({stage.code: stage for stage in (first, *policy.immediate_stages(None))}.values())


def told_at(stage: Stage) -> str:
    """Who is told when a case begins at the stage, in a line beside the choice of it."""
    if stage.tier == Tier.OWN_ADVICE:
        return "Only your own manager is told. The other agency is not told yet."
    told = "The other agency is told at once"
    if stage.tier in PARTNERSHIP_TIERS:
        told = f"The other agency and the {Tier(stage.tier).label} are told at once"
    return f"{told}: {_mid_sentence(stage.receiving)}."


def _mid_sentence(words: str) -> str:
    """The policy's words with a small letter first, unless they begin with an abbreviation."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def when_told(policy: Policy) -> str:
    """For whom the policy's first step is, and so when the other agency hears of the case."""
    stage, passed = policy.stage(policy.first_stage), set[str]()
    if stage.tier != Tier.OWN_ADVICE:
        return "The other agency is told as soon as you send it."
    while stage.tier == Tier.OWN_ADVICE and stage.code not in passed:
        passed.add(stage.code)
        stage = next(iter(policy.next_stages(stage.code)), stage)
    return f"This policy begins inside your own agency: the other agency is told at the stage “{stage.name}”."


def first_stage(draft: Case) -> Stage:
    """Where the draft begins as it stands: the policy's first stage, or the one chosen at immediate risk."""
    chosen = draft.stage_code if draft.immediate_risk else ""
    return draft.policy.stage(chosen or draft.policy.first_stage)


def _due(case: Case, stage: Stage, raised_at: datetime, entered_at: datetime) -> StageDue | None:
    try:
        return stage_due(
            case.policy,
            stage,
            calendar=calendar_of(case.partnership),
            raised_at=raised_at,
            entered_at=entered_at,
            running={},
        )
    except BeyondKnownYears:
        return None


def _ahead(case: Case, stage: Stage, at: datetime, *, due: StageDue | None) -> StageAhead:
    taken = [seat for seat in seats(case, stage, at) if seat.contact.person != case.raised_by]
    return StageAhead(
        stage,
        tuple(taken or seats(case, stage, at)),
        due.at if due else None,
        due.limit if due else "",
        due.reason if due else "The people at this stage agree a date and record it.",
    )


def _next(case: Case, stage: Stage, at: datetime, raised_at: datetime) -> StageAhead | None:
    ways = case.policy.next_stages(stage.code, ground=case.ground or None, subject=case.subject or None)
    if not ways:
        return None
    due = _due(case, ways[0], raised_at, at)
    starts_later = any(case.policy.clock(duty.clock).starts != "case_raised" for duty in ways[0].duties)
    ahead = _ahead(case, ways[0], at, due=due)
    return replace(ahead, due_at=None) if starts_later else ahead


def outlook(case: Case, stage: Stage, *, at: datetime) -> Outlook:
    """What holds at `stage` for a draft that is sent at `at`, or for a case that stands there (aware)."""
    raised_at = case.raised_at or at
    due = _due(case, stage, raised_at, case.stage_entered_at or at)
    now = _ahead(case, stage, at, due=due)
    if case.raised_at is not None and now.due_at != case.due_at:
        # The people at the stage have agreed another date since.
        now = replace(now, due_at=case.due_at, reason="")
    nobody_named = any(seat.contact.person is None for seat in now.seats)
    moved = stage.code != case.policy.first_stage
    return Outlook(
        now=now,
        after=_next(case, stage, at, raised_at),
        business_manager=moved or nobody_named or "business_manager" in stage.notify,
        chair="chair" in stage.notify,
    )
