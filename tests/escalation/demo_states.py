"""The states in which the demonstration has a case, each as a query."""

from collections.abc import Callable

from django.db.models import Count, Q, QuerySet

from agencies.tiers import Tier
from cases.models import Answer, Case, StageVisit


def raised() -> QuerySet[Case]:
    return Case.objects.exclude(state="draft")


def waiting(by_clock: bool) -> Q:
    return Q(requests__answer=Answer.WAITING, requests__asked_by__isnull=by_clock)


STATES: dict[str, Callable[[], QuerySet[Case]]] = {
    "draft": lambda: Case.objects.filter(state="draft"),
    "on time": lambda: raised().filter(due_at__isnull=False, late_since__isnull=True),
    "late": lambda: raised().filter(late_since__isnull=False),
    "waiting for approval": lambda: raised().filter(waiting(by_clock=False)),
    "put before the manager by the clock": lambda: raised().filter(waiting(by_clock=True)),
    "request returned": lambda: raised().filter(ended_at=None, requests__answer=Answer.RETURNED),
    "date to be agreed": lambda: raised().filter(clocks__stopped_at=None, clocks__due_at=None, ended_at=None),
    "moved at once": lambda: raised().filter(visits__entered_how=StageVisit.How.MOVED_AT_ONCE, ended_at=None),
    "resolution proposed": lambda: raised().filter(resolutions__status="proposed"),
    "proposal refused": lambda: raised().filter(resolutions__status="refused"),
    "resolved by agreement": lambda: raised().filter(state="resolved", resolutions__status="agreed"),
    "decided": lambda: raised().filter(state="resolved", decisions__isnull=False),
    "decided by the Chair": lambda: raised().filter(decisions__visit__tier="chair", decisions__with_panel=False),
    "decided by a panel": lambda: raised().filter(decisions__with_panel=True, state="resolved"),
    "safeguarding manager's outcome": lambda: raised().filter(decisions__visit__tier="safeguarding_manager"),
    "withdrawn": lambda: raised().filter(state="withdrawn"),
    "reopened": lambda: raised().filter(visits__entered_how=StageVisit.How.REOPENED, ended_at=None),
    "restricted": lambda: raised().filter(restricted=True),
    "three agencies": lambda: raised().alias(agencies=Count("parties", distinct=True)).filter(agencies=3),
    "later date asked for": lambda: raised().filter(ended_at=None, extensions__status="proposed"),
    "extended": lambda: raised().filter(entries__kind="date.extended", ended_at=None),
    **{f"at {tier.label}": lambda tier=tier: raised().filter(state=tier) for tier in Tier},  # type: ignore[misc]
}

#: What every partnership shows, whatever its policy.
EVERYWHERE = (
    "draft",
    "on time",
    "late",
    "waiting for approval",
    "put before the manager by the clock",
    "date to be agreed",
    "moved at once",
    "resolution proposed",
    "resolved by agreement",
    "decided",
    "withdrawn",
)
