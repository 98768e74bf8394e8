"""The figures on top of the register: how many cases are ongoing, late, without a date, waiting, and at which stage."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from cases.models import Answer, EscalationRequest
from policies.stage_words import called
from register.selection import Selection
from register.stages import Editions


@dataclass
class Counts:
    """How many cases: `undated` have no date agreed, `waiting` wait for a manager's approval."""

    ongoing: int = 0
    late: int = 0
    undated: int = 0
    waiting: int = 0

    def add(self, other: "Counts") -> None:
        self.ongoing += other.ongoing
        self.late += other.late
        self.undated += other.undated
        self.waiting += other.waiting


@dataclass
class AtStage:
    """The figures of one stage of one edition; `edition` is empty while only one has ongoing cases."""

    code: str
    called: str
    edition: str
    counts: Counts


@dataclass
class Figures:
    """The figures of a register. `matching` is how many ongoing cases fit the filters."""

    whole: Counts = field(default_factory=Counts)
    stages: list[AtStage] = field(default_factory=list)
    matching: int = 0


def figures(selection: Selection, editions: Editions) -> Figures:
    """Counts over every ongoing case, and how many of them the filters leave. One query, grouped by stage."""
    waiting = EscalationRequest.objects.filter(answer=Answer.WAITING, case__partnership=selection.partnership)
    rows = (
        selection.ongoing()
        .order_by()
        .values("edition_id", "stage_code")
        .annotate(
            ongoing=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=selection.at)),
            undated=Count("pk", filter=Q(due_at__isnull=True)),
            waiting=Count("pk", filter=Q(pk__in=waiting.values("case"))),
            matching=Count("pk", filter=Q(pk__isnull=False) & (Q() if selection.ended else selection.narrowing())),
        )
    )
    found = Figures()
    by_stage: dict[tuple[int, str], Counts] = {}
    for row in rows:
        counts = Counts(row["ongoing"], row["late"], row["undated"], row["waiting"])
        by_stage[row["edition_id"], row["stage_code"]] = counts
        found.whole.add(counts)
        found.matching += row["matching"]
    found.stages = _in_order(by_stage, editions)
    return found


def _in_order(by_stage: dict[tuple[int, str], Counts], editions: Editions) -> list[AtStage]:
    """The stages that have ongoing cases, edition by edition, in the order of the policy."""
    several = len({edition for edition, _ in by_stage}) > 1
    return [
        AtStage(
            stage.code, called(stage.code, stage.name), policy.edition if several else "", by_stage[edition, stage.code]
        )
        for edition, policy in editions.policies.items()
        for stage in policy.stages
        if (edition, stage.code) in by_stage
    ]
