"""Who takes each side's place at a stage, and who stands in for whom: nobody is stuck."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from agencies.directory import Contact
from agencies.models import AgencyKind, Person
from agencies.services import appoint, end_appointment, name_officer, record_absence
from agencies.tiers import LADDER, Tier
from cases.models import Case, Participant
from cases.people import (
    Seat,
    add_participant,
    approver,
    available,
    can_be_asked,
    everyone,
    people_at_stage,
    seats,
    stand_ins,
    those_who_owe,
)
from cases.services import case_raise, case_save_draft
from notifications.models import Notification
from policies.schema import Stage
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, a_person, an_agency
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=6)
TODAY = NOW.date()
CaseAt = Callable[[str], Case]


def away(*people: Person) -> None:
    for person in people:
        record_absence(person=person, first_day=TODAY, last_day=TODAY)


def suspend(*people: Person) -> None:
    Person.objects.filter(pk__in=[person.pk for person in people]).update(is_active=False)


def taken(case: Case, tier: str) -> dict[str, Contact]:
    """Who would take the places at a stage of that tier now, by side; "" for a place outside the sides."""
    stage: Stage = case.policy.stages[0].model_copy(update={"tier": tier})
    fresh = Case.objects.get(pk=case.pk)
    return {seat.party.side if seat.party else "": seat.contact for seat in seats(fresh, stage, NOW)}


def disputed(case: Case, person: Person) -> None:
    Case.objects.filter(pk=case.pk).update(decision_maker=person)


class TestOwnAdvice:
    def test_only_the_raisers_own_manager_sits_there(self, cast: Cast, case_at: CaseAt) -> None:
        found = taken(case_at("pre"), "own_advice")
        assert list(found) == ["raising"]
        assert found["raising"].person == cast.officer(cast.nursery, "line_manager")

    def test_manager_does_not_advise_themself(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("pre")
        Case.objects.filter(pk=case.pk).update(raised_by=cast.officer(cast.nursery, "line_manager"))
        assert taken(case, "own_advice")["raising"].person == cast.officer(cast.nursery, "senior_manager")

    def test_manager_disagreed_with_does_not_advise(self, cast: Cast, case_at: CaseAt) -> None:
        """Buckinghamshire: when it is with the line manager, the next manager in line."""
        case = case_at("pre")
        disputed(case, cast.officer(cast.nursery, "line_manager"))
        assert taken(case, "own_advice")["raising"].person == cast.officer(cast.nursery, "senior_manager")

    def test_deputy_advises_while_the_manager_is_away(self, cast: Cast, case_at: CaseAt) -> None:
        away(cast.officer(cast.nursery, "line_manager"))
        contact = taken(case_at("pre"), "own_advice")["raising"]
        assert contact.person == cast.deputy(cast.nursery, "line_manager")
        assert contact.standing_in_for == cast.officer(cast.nursery, "line_manager")


class TestProfessionals:
    def test_the_raiser_and_the_one_disagreed_with_sit_there(self, cast: Cast, case_at: CaseAt) -> None:
        found = taken(case_at("1"), "professional")
        assert {side: contact.person for side, contact in found.items()} == {
            "raising": cast.nora,
            "receiving": cast.sam,
        }

    @pytest.mark.parametrize("put_out", [away, suspend])
    def test_lead_takes_the_place_of_a_professional_who_cannot_be_asked(
        self, cast: Cast, case_at: CaseAt, put_out: Callable[..., None]
    ) -> None:
        put_out(cast.sam)
        contact = taken(case_at("1"), "professional")["receiving"]
        assert (contact.person, contact.tier, contact.why) == (
            cast.lead,
            Tier.PROFESSIONAL,
            "named or designated safeguarding lead",
        )

    def test_line_manager_where_there_is_no_lead_either(self, cast: Cast, case_at: CaseAt) -> None:
        away(cast.sam, cast.lead)
        assert taken(case_at("1"), "professional")["receiving"].person == cast.officer(cast.care, "line_manager")

    def test_second_lead_where_the_first_is_away(self, cast: Cast, case_at: CaseAt) -> None:
        second = a_person("Leo Second")
        appoint(person=second, role="named_lead", agency=cast.care, at=RAISED)
        away(cast.sam, cast.lead)
        assert taken(case_at("1"), "professional")["receiving"].person == second

    def test_line_manager_when_nobody_was_named_in_the_other_agency(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        case.parties.filter(side="receiving").update(first_contact=None)
        suspend(cast.lead)
        assert taken(case, "professional")["receiving"].person == cast.officer(cast.care, "line_manager")

    def test_business_manager_when_the_other_agency_names_nobody_at_all(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        cast.care.named_officers.all().delete()
        suspend(cast.sam, cast.lead)
        contact = taken(case, "professional")["receiving"]
        assert (contact.person, contact.email) == (None, cast.partnership.mailbox)

    def test_raisers_place_goes_to_their_manager_while_they_are_away(self, cast: Cast, case_at: CaseAt) -> None:
        away(cast.nora)
        assert taken(case_at("1"), "professional")["raising"].person == cast.officer(cast.nursery, "line_manager")

    def test_person_disagreed_with_does_not_stand_in_for_the_raiser(self, cast: Cast, case_at: CaseAt) -> None:
        """A dispute inside one agency: the manager whose decision it is sits on the other side."""
        case = case_at("1")
        disputed(case, cast.officer(cast.nursery, "line_manager"))
        away(cast.nora)
        assert taken(case, "professional")["raising"].person == cast.officer(cast.nursery, "senior_manager")

    def test_raiser_does_not_stand_in_for_the_other_side(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        Case.objects.filter(pk=case.pk).update(raised_by=cast.lead)
        away(cast.sam)
        assert taken(case, "professional")["receiving"].person == cast.officer(cast.care, "line_manager")


class TestEqualsMeetEquals:
    @pytest.mark.parametrize("tier", LADDER)
    def test_each_side_has_its_officer_of_the_tier(self, cast: Cast, case_at: CaseAt, tier: str) -> None:
        found = taken(case_at("1"), tier)
        assert {side: contact.person for side, contact in found.items()} == {
            "raising": cast.officer(cast.nursery, tier),
            "receiving": cast.officer(cast.care, tier),
        }

    @pytest.mark.parametrize("tier", LADDER)
    def test_deputy_sits_there_while_the_officer_is_away(self, cast: Cast, case_at: CaseAt, tier: str) -> None:
        away(cast.officer(cast.care, tier))
        contact = taken(case_at("1"), tier)["receiving"]
        assert (contact.person, contact.standing_in_for) == (
            cast.deputy(cast.care, tier),
            cast.officer(cast.care, tier),
        )

    @pytest.mark.parametrize(
        ("tier", "next_tier"), [("line_manager", "senior_manager"), ("senior_manager", "director")]
    )
    def test_person_disagreed_with_never_sits_above_the_professionals(
        self, cast: Cast, case_at: CaseAt, tier: str, next_tier: str
    ) -> None:
        """Nor does their deputy, who answers to them: the next in line does."""
        case = case_at("1")
        disputed(case, cast.officer(cast.care, tier))
        contact = taken(case, tier)["receiving"]
        assert contact.person == cast.officer(cast.care, next_tier)
        assert "cannot act on this case" in contact.why

    def test_business_manager_when_the_director_is_the_one_disagreed_with(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        disputed(case, cast.officer(cast.care, "director"))
        assert taken(case, "director")["receiving"].person is None

    @pytest.mark.parametrize("tier", LADDER)
    def test_next_tier_when_nobody_is_named(self, cast: Cast, case_at: CaseAt, tier: str) -> None:
        cast.care.named_officers.filter(tier=tier).delete()
        contact = taken(case_at("1"), tier)["receiving"]
        above = {"line_manager": "senior_manager", "senior_manager": "director"}.get(tier)
        assert contact.person == (cast.officer(cast.care, above) if above else None)
        assert contact.why

    def test_third_agency_has_a_place_of_its_own(self, cast: Cast) -> None:
        draft = a_draft(cast)
        case_save_draft(draft=draft, by=cast.nora, answers={}, others=[cast.health])
        case = case_raise(draft=draft, by=cast.nora, at=RAISED)
        assert taken(case, "director")["other"].person == cast.officer(cast.health, "director")
        assert taken(case, "professional")["other"].person == cast.officer(cast.health, "line_manager")

    def test_agency_without_anybody_leaves_its_place_to_the_business_manager(self, cast: Cast) -> None:
        school = an_agency(cast.partnership, "northwater-school", AgencyKind.SCHOOL, staffed=False)
        draft = a_draft(cast)
        case_save_draft(draft=draft, by=cast.nora, answers={}, receiving=school)
        case = case_raise(draft=draft, by=cast.nora, at=RAISED)
        for tier in ("professional", *LADDER):
            contact = taken(case, tier)["receiving"]
            assert (contact.person, contact.email) == (None, cast.partnership.mailbox)


class TestOfficesOfThePartnership:
    @pytest.mark.parametrize(("tier", "who"), [("chair", "chair"), ("safeguarding_manager", "safeguarding_manager")])
    def test_officer_of_the_partnership_sits_outside_the_sides(
        self, cast: Cast, case_at: CaseAt, tier: str, who: str
    ) -> None:
        found = taken(case_at("1"), tier)
        assert found[""].person == getattr(cast, who)
        # Each side is there to make its case: by its officer of the highest tier that the case has reached.
        assert found["raising"].person == cast.officer(cast.nursery, "line_manager")
        assert found["receiving"].person == cast.officer(cast.care, "line_manager")

    def test_deputy_of_the_chair_while_the_chair_is_away(self, cast: Cast, case_at: CaseAt) -> None:
        vice = a_person("Vic Chair")
        appoint(person=vice, role="chair", partnership=cast.partnership, at=NOW)
        name_officer(partnership=cast.partnership, tier=Tier.CHAIR, officer=cast.chair, deputy=vice)
        away(cast.chair)
        assert taken(case_at("1"), "chair")[""].person == vice

    def test_business_manager_while_the_chair_is_away_and_has_no_deputy(self, cast: Cast, case_at: CaseAt) -> None:
        away(cast.chair)
        assert taken(case_at("1"), "chair")[""].person is None

    def test_chair_does_not_hear_a_dispute_about_their_own_decision(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        disputed(case, cast.chair)
        assert taken(case, "chair")[""].person is None


class TestWhoHasLeft:
    """Whoever holds no role at the place any more is not seated, wherever they are still named."""

    def leave(self, person: Person) -> None:
        for appointment in person.appointments.filter(until__isnull=True):
            end_appointment(appointment=appointment, at=NOW)

    def test_they_cannot_be_asked(self, cast: Cast) -> None:
        assert can_be_asked(cast.sam, cast.care, NOW)
        assert not can_be_asked(cast.sam, cast.nursery, NOW)
        assert not can_be_asked(None, cast.care, NOW)
        self.leave(cast.sam)
        assert not can_be_asked(cast.sam, cast.care, NOW)

    def test_lead_takes_the_professionals_place(self, cast: Cast, case_at: CaseAt) -> None:
        self.leave(cast.sam)
        assert taken(case_at("1"), "professional")["receiving"].person == cast.lead

    def test_manager_takes_the_raisers_place(self, cast: Cast, case_at: CaseAt) -> None:
        self.leave(cast.nora)
        assert taken(case_at("1"), "professional")["raising"].person == cast.officer(cast.nursery, "line_manager")

    @pytest.mark.parametrize("tier", LADDER)
    def test_deputy_takes_the_officers_place(self, cast: Cast, case_at: CaseAt, tier: str) -> None:
        self.leave(cast.officer(cast.care, tier))
        assert taken(case_at("1"), tier)["receiving"].person == cast.deputy(cast.care, tier)

    def test_own_manager_whom_the_raiser_named_is_not_asked(self, cast: Cast, case_at: CaseAt) -> None:
        self.leave(cast.officer(cast.nursery, "line_manager"))
        contact = taken(case_at("pre"), "own_advice")["raising"]
        assert contact.person == cast.deputy(cast.nursery, "line_manager")

    def test_business_manager_takes_the_place_of_a_chair_who_left(self, cast: Cast, case_at: CaseAt) -> None:
        self.leave(cast.chair)
        assert taken(case_at("4"), "chair")[""].person is None

    def test_somebody_stands_in_for_them_on_the_same_side(self, cast: Cast, case_at: CaseAt) -> None:
        case, officer = case_at("2"), cast.officer(cast.care, "line_manager")
        self.leave(officer)
        asked = stand_ins(case, [officer], people_at_stage(case), at=NOW)
        assert asked == [cast.deputy(cast.care, "line_manager")]
        case = case_at("5")
        self.leave(cast.chair)
        assert stand_ins(case, [cast.chair], people_at_stage(case), at=NOW) == [None]


class TestAvailable:
    def test_somebody_who_is_there_is_available(self, cast: Cast) -> None:
        assert available(cast.sam, NOW)

    def test_nobody_is_not_available(self) -> None:
        assert not available(None, NOW)

    def test_suspended_person_is_not_available(self, cast: Cast) -> None:
        cast.sam.is_active = False
        assert not available(cast.sam, NOW)

    @pytest.mark.parametrize(("first", "last", "there"), [(0, 0, False), (-3, 3, False), (1, 5, True), (-5, -1, True)])
    def test_absence_counts_on_its_days_and_no_others(self, cast: Cast, first: int, last: int, there: bool) -> None:
        record_absence(person=cast.sam, first_day=TODAY + timedelta(days=first), last_day=TODAY + timedelta(days=last))
        assert available(cast.sam, NOW) is there

    def test_day_is_londons_day(self, cast: Cast) -> None:
        """23:30 UTC on 1 June is 2 June in London."""
        record_absence(person=cast.sam, first_day=date(2026, 6, 2), last_day=date(2026, 6, 2))
        assert available(cast.sam, datetime(2026, 6, 1, 22, 30, tzinfo=UTC))
        assert not available(cast.sam, datetime(2026, 6, 1, 23, 30, tzinfo=UTC))


class TestStandIns:
    def ask(self, case: Case, people: list[Person | None]) -> list[Person | None]:
        return stand_ins(case, people, people_at_stage(case), at=NOW)

    def test_people_who_are_there_are_asked_themselves(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        officers: list[Person | None] = [cast.officer(agency, "line_manager") for agency in (cast.nursery, cast.care)]
        before = case.participants.count()
        assert self.ask(case, officers) == officers
        assert case.participants.count() == before

    def test_deputy_is_asked_and_takes_part_on_the_same_side_from_then_on(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        officer, deputy = cast.officer(cast.care, "line_manager"), cast.deputy(cast.care, "line_manager")
        away(officer)
        assert self.ask(case, [officer]) == [deputy]
        part = case.participants.get(person=deputy, until__isnull=True)
        assert (part.party and part.party.agency, part.tier) == (cast.care, "line_manager")
        assert part.why == f"Stands in for {officer.name}, who is away"

    def test_line_manager_stands_in_for_a_professional(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        away(cast.sam)
        assert self.ask(case, [cast.sam]) == [cast.officer(cast.care, "line_manager")]

    def test_business_manager_where_nobody_stands_in(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        away(cast.chair)
        assert self.ask(case, [cast.chair, None]) == [None, None]

    def test_chairs_deputy_whose_decision_is_disputed_does_not_stand_in(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        vice = a_person("Vic Chair")
        appoint(person=vice, role="chair", partnership=cast.partnership, at=NOW)
        name_officer(partnership=cast.partnership, tier=Tier.CHAIR, officer=cast.chair, deputy=vice)
        away(cast.chair)
        assert self.ask(case, [cast.chair]) == [vice]
        case.decision_maker = vice
        assert self.ask(case, [cast.chair]) == [None]


class TestWhoOwes:
    def owing(self, case: Case, owed_by: str) -> list[Person | None]:
        return those_who_owe(case, owed_by, people_at_stage(case))

    def test_each_side_owes_its_own_and_both_owe_together(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        ours, theirs = cast.officer(cast.nursery, "senior_manager"), cast.officer(cast.care, "senior_manager")
        assert self.owing(case, "raising") == [ours]
        assert self.owing(case, "receiving") == [theirs]
        assert self.owing(case, "both") == [ours, theirs]

    def test_chair_owes_at_the_chairs_stage(self, cast: Cast, case_at: CaseAt) -> None:
        assert self.owing(case_at("5"), "chair") == [cast.chair]

    def test_partnership_owes_through_the_business_manager(self, cast: Cast, case_at: CaseAt) -> None:
        assert self.owing(case_at("3"), "partnership") == [None]

    def test_business_manager_is_asked_when_nobody_is_there_to_owe(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        case.participants.filter(tier="senior_manager").update(until=NOW)
        for owed_by in ("raising", "receiving", "both"):
            assert self.owing(case, owed_by) == [None]


class TestParticipants:
    def test_taking_part_twice_is_taking_part_once(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        party = case.parties.get(side="receiving")
        add = {"case": case, "person": cast.outsider, "tier": "professional", "at": NOW, "party": party}
        first = add_participant(**add, why="Asked")  # type: ignore[arg-type]
        again = add_participant(**add, why="Asked again")  # type: ignore[arg-type]
        assert (first.pk, again.why) == (again.pk, "Asked")

    def test_who_left_and_comes_back_has_two_stays(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        party = case.parties.get(side="receiving")
        Participant.objects.filter(case=case, person=cast.sam).update(until=NOW)
        assert cast.sam not in everyone(case)
        add_participant(case=case, person=cast.sam, tier="professional", why="Back", at=NOW, party=party)
        assert case.participants.filter(person=cast.sam).count() == 2
        assert cast.sam in everyone(case)

    def test_everybody_is_named_once_however_often_they_take_part(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        people = everyone(case)
        assert case.participants.filter(person=cast.officer(cast.nursery, "line_manager")).count() > 1
        assert len(people) == len({person.pk for person in people})

    def test_long_reasons_are_cut_to_what_the_column_holds(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        part = add_participant(case=case, person=cast.outsider, tier="chair", why="x" * 500, at=NOW, party=None)
        part.refresh_from_db()
        assert len(part.why) == 300


def test_seat_without_a_person_is_the_business_managers(cast: Cast, case_at: CaseAt) -> None:
    cast.care.named_officers.all().delete()
    case = case_at("1")
    found = seats(Case.objects.get(pk=case.pk), case.policy.stage("2"), NOW)
    assert [type(seat) for seat in found] == [Seat, Seat]
    assert [seat.contact.person is None for seat in found] == [False, True]


def test_stage_with_an_empty_place_comes_on_the_register_and_asks_for_a_contact() -> None:
    cast = a_cast("southwater")
    case = a_case(cast)
    cast.care.named_officers.all().delete()
    for hours in (1, 2):
        climb(cast, case, RAISED + timedelta(hours=hours))
    assert (case.stage_code, case.registered_at) == ("2", case.stage_entered_at)
    told = Notification.objects.filter(case_id=case.pk, address=cast.partnership.mailbox)
    assert {row.event for row in told} >= {"contact.missing", "register.entered"}


@pytest.mark.parametrize("stage", ["1", "2", "3", "4"])
def test_there_is_always_somebody_before_whom_a_request_can_be_put(cast: Cast, case_at: CaseAt, stage: str) -> None:
    """Officer by officer is taken away; at last the Business Manager is asked, with words that say why."""
    case = case_at(stage)
    party = case.parties.select_related("agency", "first_contact").get(side="raising")
    asked = set()
    for _ in range(8):
        contact = approver(case, party, requester=cast.nora, at=NOW)
        assert contact.why
        if contact.person is None:
            break
        assert contact.person.pk not in asked
        asked.add(contact.person.pk)
        away(contact.person)
    else:
        pytest.fail("somebody was asked for ever")
    assert contact.email == cast.partnership.mailbox
