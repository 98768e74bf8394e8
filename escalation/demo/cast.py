"""Who does what in a story: the people whom the product itself has put in their places."""

from datetime import date

from agencies.models import Absence, Person
from agencies.tiers import LADDER, Tier
from cases.models import Case, Participant
from escalation.demo.play import Play, StoryError

SENIORITY = [Tier.OWN_ADVICE, Tier.PROFESSIONAL, *LADDER]


def raiser(play: Play) -> Person:
    """One of the raising agency's practitioners; the first has the most cases, for whoever signs in as them."""
    people = play.world.practitioners[play.story.raising]
    return people[0] if play.number % 3 else people[-1]


def disputed(play: Play) -> Person:
    """Whose decision it is: the receiving agency's practitioners in turns."""
    people = play.world.practitioners[play.story.receiving]
    return people[play.number % len(people)]


def _here(people: list[Participant], day: date) -> list[Participant]:
    """Those of them who are not away on the day."""
    away = set(
        Absence.objects.filter(
            person__in=[row.person_id for row in people], first_day__lte=day, last_day__gte=day
        ).values_list("person_id", flat=True)
    )
    return [row for row in people if row.person_id not in away]


def speaker(play: Play, case: Case, side: str) -> Person:
    """Who speaks for the side now: its person at the stage, or else the most senior who takes part for it."""
    rows = list(case.participants.filter(party__side=side, until__isnull=True).select_related("person").order_by("pk"))
    rows = _here(rows, play.today)
    if not rows:
        raise StoryError(f"Nobody speaks for the {side} side.")
    at_stage = [row for row in rows if row.tier == case.state and case.state != Tier.OWN_ADVICE]
    if at_stage:
        return at_stage[-1].person
    if case.state == Tier.OWN_ADVICE and side == "raising":
        return case.raised_by
    return max(rows, key=lambda row: SENIORITY.index(Tier(row.tier))).person


def manager(case: Case, side: str) -> Person:
    """The line manager whom the side's agency has named."""
    party = case.parties.select_related("agency").get(side=side)
    return party.agency.named_officers.select_related("officer").get(tier=Tier.LINE_MANAGER).officer


def decider(play: Play, case: Case) -> Person:
    """The panel's first member where one was convened, else the officer to whom the policy gives the decision."""
    panel = case.participants.filter(tier=Tier.CHAIR, why__startswith="Panel member").select_related("person")
    member = panel.order_by("pk").first()
    return member.person if member else play.world.deciders[case.state]
