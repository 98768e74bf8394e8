"""What needs a person now: requests to answer, cases that wait for them, dates to set, cases to decide.

Every list is late first.  The number of queries does not depend on the number of cases.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from agencies.models import Person
from agencies.tiers import Tier
from cases import states
from cases.access import visible_to
from cases.models import (
    Agreement,
    Answer,
    Case,
    CaseUserObjectPermission,
    Clock,
    EscalationRequest,
    Participant,
    Party,
    RecordEntry,
    Resolution,
)
from cases.permissions import may
from cases.rules import why_not_answer, why_not_answer_proposal
from cases.standing import Standing
from cases.standings import Roles, standings

NEW_FOR = timedelta(days=14)
MOST_NEW = 10
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Task:
    """One thing to do: to which case, which act, in words; whom to ring for it."""

    case: Case
    act: str
    what: str
    parties: str
    phone: str = ""


@dataclass(frozen=True)
class Tasks:
    """What needs the person now, in the order in which the page shows it."""

    requests: list[Task]
    to_decide: list[Task]
    waiting: list[Task]
    dates: list[Task]
    any_late: bool = False

    @property
    def cases(self) -> set[int]:
        """The ids of the cases that need the person: one that waits and has no date yet is one case."""
        return {task.case.pk for tasks in (self.requests, self.to_decide, self.waiting, self.dates) for task in tasks}

    @property
    def number(self) -> int:
        return len(self.cases)


def seen_by(person: Person) -> QuerySet[Case]:
    """The cases from which every list of the page is taken.  Two queries for the person's roles, asked once."""
    return visible_to(person).select_related("partnership", "edition", "raised_by")


def _has(rows: QuerySet[Clock] | QuerySet[Participant] | QuerySet[Resolution] | QuerySet[Party]) -> Exists:
    return Exists(rows.filter(case=OuterRef("pk")))


def takes_part(person: Person) -> Exists:
    """Whether the person is named on the case."""
    return _has(Participant.objects.filter(person=person, until__isnull=True))


def _requests_for(person: Person, roles: Roles) -> QuerySet[EscalationRequest]:
    """The waiting requests that the person might answer; `why_not_answer` says which of them they may."""
    theirs = (
        Q(put_before=person)
        | Q(party__agency__in=roles.agencies_where("approve_escalation"))
        | Q(put_before__isnull=True, case__partnership__in=roles.partnerships_where("keep_register"))
    )
    return EscalationRequest.objects.filter(theirs, answer=Answer.WAITING)


def _candidates(seen: QuerySet[Case], person: Person, roles: Roles) -> list[Case]:
    """The open cases in which something may be for the person to do, each marked with what speaks for it."""
    decides = Q(state=Tier.CHAIR, partnership__in=roles.partnerships_where("chair_cases")) | Q(
        state=Tier.SAFEGUARDING_MANAGER,
        partnership__in=roles.partnerships_where("decide_as_safeguarding_manager"),
    )
    on_panel = Exists(CaseUserObjectPermission.objects.filter(user=person, content_object=OuterRef("pk")))
    asked = Exists(_requests_for(person, roles).filter(case=OuterRef("pk")))
    proposed = _has(Resolution.objects.filter(status=Resolution.Status.PROPOSED))
    concerned = takes_part(person) | _has(Party.objects.filter(agency__in=list(roles.at_agencies)))
    advisers = Participant.objects.filter(case=OuterRef("pk"), tier=Tier.OWN_ADVICE, until__isnull=True)
    advisers = advisers.exclude(person=person).order_by("-pk")
    talks = RecordEntry.objects.filter(
        case=OuterRef("pk"), kind="discussion.recorded", at__gte=OuterRef("stage_entered_at")
    )
    at_stage = Participant.objects.filter(person=person, until__isnull=True, tier=OuterRef("state"))
    return list(
        seen.filter(state__in=states.OPEN)
        .annotate(
            at_my_tier=_has(at_stage),
            talked=Exists(talks),
            adviser=Subquery(advisers.values("person__name")[:1]),
            adviser_phone=Subquery(advisers.values("person__phone")[:1]),
            undated=_has(Clock.objects.filter(stopped_at__isnull=True, due_at__isnull=True)),
        )
        .filter(
            Q(at_my_tier=True)
            | Q(state=Tier.OWN_ADVICE, raised_by=person)
            | Q(asked)
            | (Q(proposed) & Q(concerned))
            | decides
            | Q(on_panel)
        )
    )


def sides(parties: Iterable[Party]) -> str:
    """Which agencies differ: "Nursery with Social care, Police"."""
    by_side: dict[str, list[str]] = defaultdict(list)
    for party in parties:
        by_side[party.side].append(party.agency.name)
    others = ", ".join([*by_side["receiving"], *by_side["other"]])
    return " with ".join(filter(None, (", ".join(by_side["raising"]), others)))


def _late_first(tasks: list[Task], at: datetime) -> list[Task]:
    def order(task: Task) -> tuple[bool, datetime, str]:
        return not _is_late(task.case, at), task.case.due_at or _NEVER, task.case.reference or ""

    return sorted(tasks, key=order)


def _requests(known: dict[int, Standing], person: Person, roles: Roles) -> list[Task]:
    found = _requests_for(person, roles).filter(case__in=known)
    found = found.select_related("party__agency", "put_before", "asked_by")
    tasks, asked = [], set[int]()
    for request in found:
        who = known[request.case_id]
        if request.case_id not in asked and why_not_answer(who, request) is None:
            asked.add(request.case_id)
            asker = request.asked_by.name if request.asked_by else "The clock"
            stage = who.case.policy.stage(request.to_stage).name
            what = f"{asker} asks to take it to “{stage}”"
            tasks.append(Task(who.case, "answer-request", what, sides(who.parties.values())))
    return tasks


def _proposals(known: dict[int, Standing], person: Person) -> list[Task]:
    """Proposed resolutions that one of the person's sides has not answered, and not the person for another side."""
    answered: dict[int, set[tuple[int, int]]] = defaultdict(set)
    proposed = Resolution.objects.filter(case__in=known, status=Resolution.Status.PROPOSED)
    for case_id, party, by in Agreement.objects.filter(resolution__in=proposed).values_list(
        "resolution__case_id", "party_id", "by_id"
    ):
        answered[case_id].add((party, by))
    tasks = []
    for case_id, answers in answered.items():
        who = known[case_id]
        if person.pk not in {by for _, by in answers} and not why_not_answer_proposal(who, {p for p, _ in answers}):
            tasks.append(
                Task(who.case, "answer-resolution", "Answer the proposed resolution", sides(who.parties.values()))
            )
    return tasks


def tasks_of(seen: QuerySet[Case], person: Person, roles: Roles, *, at: datetime) -> Tasks:
    """Everything that waits for the person at the moment `at` (aware)."""
    known = standings(person, _candidates(seen, person, roles), roles)
    to_decide, waiting, dates = [], _proposals(known, person), []
    answering = {task.case.pk for task in waiting}
    for pk, who in known.items():
        between = sides(who.parties.values())
        mine = getattr(who.case, "at_my_tier", False) or _prepares(who)
        if may(person, "decide", who.case, who).allowed:
            to_decide.append(Task(who.case, "decide", "Record the decision", between))
        elif pk not in answering and mine:
            waiting.append(_waiting(who, between))
        if mine and getattr(who.case, "undated", False):
            dates.append(Task(who.case, "set-date", "Agree a date and write it down", between))
    found = Tasks(
        requests=_late_first(_requests(known, person, roles), at),
        to_decide=_late_first(to_decide, at),
        waiting=_late_first(waiting, at),
        dates=_late_first(dates, at),
    )
    return replace(found, any_late=any(_is_late(known[pk].case, at) for pk in found.cases))


def _is_late(case: Case, at: datetime) -> bool:
    return case.due_at is not None and case.due_at < at


def _prepares(who: Standing) -> bool:
    """Advice inside one's own agency: the raiser has to act as well as the manager who is named for it."""
    return who.case.state == Tier.OWN_ADVICE and who.raised


def _ring(who: Standing) -> tuple[str, str]:
    """Inside one's own agency: the name and telephone number of the one to talk to, "" where they are not known."""
    if not who.raised:
        return who.case.raised_by.name, who.case.raised_by.phone
    return getattr(who.case, "adviser", None) or "your own manager", getattr(who.case, "adviser_phone", None) or ""


def _waiting(who: Standing, between: str) -> Task:
    """What the policy wants done at the stage by the person's side, or by all.

    Inside one's own agency the two talk: the raiser has written down already what the policy wants to know.
    """
    if who.case.state != Tier.OWN_ADVICE:
        return Task(who.case, "", _deed(who), between)
    if getattr(who.case, "talked", False):
        return Task(who.case, "", "You have talked about it: decide whether it goes further", between)
    name, phone = _ring(who)
    return Task(who.case, "", f"Talk to {name} today{'' if who.raised else ' and give your advice'}", between, phone)


def _deed(who: Standing) -> str:
    side = who.side.side if who.side else ""
    duties = who.case.stage.duties
    return next((duty for duty in duties if duty.owed_by == side), duties[0]).deed


def cases_of(seen: QuerySet[Case], person: Person, *, but: Collection[int] = ()) -> QuerySet[Case]:
    """The cases on which the person is named, without those in `but`: open ones first, by their date; ended last."""
    parties = Prefetch("parties", Party.objects.select_related("agency"))
    return (
        seen.filter(takes_part(person))
        .exclude(pk__in=but)
        .prefetch_related(parties)
        .order_by(F("ended_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "-raised_at", "-pk")
    )


def new_on_register(seen: QuerySet[Case], roles: Roles, *, at: datetime) -> QuerySet[Case]:
    """What came on the registers that are kept with these roles in the fortnight before `at`, newest first."""
    kept = roles.partnerships_where("keep_register")
    found = seen.filter(partnership__in=kept, registered_at__gte=at - NEW_FOR)
    return found.order_by("-registered_at", "-pk")[:MOST_NEW]
