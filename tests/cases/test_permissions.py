"""May they?  Every act by every role at every stage of Torbay's policy, in one table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from agencies.models import Person
from agencies.services import appoint, end_appointment
from cases.access import visible_to
from cases.models import Case
from cases.people import add_participant
from cases.permissions import ACTS, Verdict, may, require
from cases.services import (
    DecisionText,
    case_convene_panel,
    case_decide,
    case_extend_date,
    case_move_at_once,
    case_reopen,
    case_withdraw,
)
from cases.standing import Standing, standing
from cases.standings import Roles
from cases.standings import standings as in_many
from escalation.errors import NotAllowed, WrongState
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, a_person, some_actions
from tests.cases.journeys import ask, climb

NOW = RAISED + timedelta(hours=6)
CaseAt = Callable[[str], Case]
STAGES = ["pre", "1", "2", "3", "4", "5", "withdrawn", "decided"]
ROLES = [
    "raiser",
    "raiser's manager",
    "raiser's manager's deputy",
    "raiser's senior manager",
    "raiser's senior manager's deputy",
    "raiser's director",
    "raiser's lead",
    "raiser's colleague",
    "other professional",
    "other manager",
    "other manager's deputy",
    "other senior manager",
    "other director",
    "other lead",
    "other agency's practitioner",
    "third agency's director",
    "business manager",
    "chair",
    "safeguarding manager",
    "auditor",
    "panel pool",
    "panel member",
    "nobody",
    "suspended",
    "business manager elsewhere",
    "chair elsewhere",
]

#: Who acts for the raising side: named on it, its lead, and those whose tier the case has reached.
RAISING = {
    "pre": {"raiser", "raiser's manager", "raiser's lead"},
    "1": {"raiser", "raiser's manager", "raiser's lead"},
    "2": {"raiser", "raiser's manager", "raiser's lead", "raiser's manager's deputy"},
}
RAISING["3"] = RAISING["2"] | {"raiser's senior manager", "raiser's senior manager's deputy"}
RAISING["4"] = RAISING["5"] = RAISING["3"] | {"raiser's director"}
#: Advice inside one's own agency is not known to the other.
RECEIVING: dict[str, set[str]] = {"pre": set(), "1": {"other professional", "other lead"}}
RECEIVING["2"] = RECEIVING["1"] | {"other manager", "other manager's deputy"}
RECEIVING["3"] = RECEIVING["2"] | {"other senior manager"}
RECEIVING["4"] = RECEIVING["5"] = RECEIVING["3"] | {"other director"}
SIDES = {code: RAISING[code] | RECEIVING[code] for code in RAISING}
#: The register shows the case in full from stage 3.
REGISTER: dict[str, set[str]] = {code: {"business manager"} if code in "345" else set() for code in RAISING}
CHAIRS = {"chair", "panel member"}

DECIDED = SIDES["5"] - {"raiser", "other professional"} | {"business manager", "chair"}

OPEN = ["pre", "1", "2", "3", "4", "5"]
TABLE: dict[str, dict[str, set[str]]] = {
    "give_view": SIDES | {"5": SIDES["5"] | CHAIRS},
    "record_discussion": SIDES | {"5": SIDES["5"] | CHAIRS},
    # Stages 1 to 4 have their date from the policy; the first and the last have none.
    "set_date": {"pre": SIDES["pre"], "5": SIDES["5"] | CHAIRS | {"business manager"}},
    "extend_date": {code: SIDES[code] | REGISTER[code] for code in "1234"},
    "answer_extension": {},
    "ask_to_escalate": {code: SIDES[code] for code in OPEN[:-1]},
    "answer_request": {},
    "move_at_once": {code: SIDES[code] for code in OPEN[:-1]},
    "propose_resolution": {code: SIDES[code] for code in OPEN[1:]},
    "answer_resolution": {},
    "convene_panel": {"5": {"business manager", "chair"}},
    "decide": {"5": CHAIRS},
    "withdraw": {code: RAISING[code] for code in OPEN},
    # The Chair opens again what was referred to the Chair; after a decision, of a side only its managers do.
    "reopen": {"withdrawn": SIDES["3"] | {"business manager"}, "decided": DECIDED},
}
#: What waits for an answer: a later date that the raiser asked for at the stage, and who may answer about it.
WAITING: dict[str, set[str]] = {code: RECEIVING[code] | REGISTER[code] for code in "1234"}


def people_of(cast: Cast) -> dict[str, Person]:
    other = a_cast("southwater")
    lead, colleague, suspended = a_person("Lara Lead"), a_person("Cole League"), a_person("Sue Spended")
    appoint(person=lead, role="named_lead", agency=cast.nursery, at=RAISED)
    appoint(person=colleague, role="practitioner", agency=cast.nursery, at=RAISED)
    for role in ("named_lead", "director"):
        appoint(person=suspended, role=role, agency=cast.nursery, at=RAISED)
    suspended.is_active = False
    suspended.save()
    found = {
        "raiser": cast.nora,
        "raiser's manager": cast.officer(cast.nursery, "line_manager"),
        "raiser's manager's deputy": cast.deputy(cast.nursery, "line_manager"),
        "raiser's senior manager": cast.officer(cast.nursery, "senior_manager"),
        "raiser's senior manager's deputy": cast.deputy(cast.nursery, "senior_manager"),
        "raiser's director": cast.officer(cast.nursery, "director"),
        "raiser's lead": lead,
        "raiser's colleague": colleague,
        "other professional": cast.sam,
        "other manager": cast.officer(cast.care, "line_manager"),
        "other manager's deputy": cast.deputy(cast.care, "line_manager"),
        "other senior manager": cast.officer(cast.care, "senior_manager"),
        "other director": cast.officer(cast.care, "director"),
        "other lead": cast.lead,
        "other agency's practitioner": cast.outsider,
        "third agency's director": cast.officer(cast.police, "director"),
        "business manager": cast.business_manager,
        "chair": cast.chair,
        "safeguarding manager": cast.safeguarding_manager,
        "auditor": cast.auditor,
        "panel pool": a_person("Pool Only"),
        "panel member": cast.panel[0],
        "nobody": a_person("No Body"),
        "suspended": suspended,
        "business manager elsewhere": other.business_manager,
        "chair elsewhere": other.chair,
    }
    appoint(person=found["panel pool"], role="practitioner", agency=cast.health, at=RAISED)
    appoint(person=found["panel pool"], role="panel_pool", partnership=cast.partnership, at=RAISED)
    return found


@pytest.fixture(scope="module")
def standings(
    kept_cast: Cast, kept_cases: dict[str, int], django_db_blocker: DjangoDbBlocker
) -> dict[str, dict[str, Standing]]:
    """What each role is to a case at each stage (at the last one a panel sits), worked out once."""
    with django_db_blocker.unblock():
        people = people_of(kept_cast)
        cases = {code: Case.objects.get(pk=pk) for code, pk in kept_cases.items()}
        case_convene_panel(case=cases["5"], by=kept_cast.chair, at=NOW, members=kept_cast.panel)
        ended = a_case(kept_cast)
        for hours in range(1, 4):
            climb(kept_cast, ended, RAISED + timedelta(hours=hours))
        cases["withdrawn"] = case_withdraw(case=ended, by=kept_cast.nora, at=NOW, reasons="Settled.")
        decided = a_case(kept_cast)
        for hours in range(1, 6):
            climb(kept_cast, decided, RAISED + timedelta(hours=hours))
        text = DecisionText("chair_settles", "Heard.", "A visit", some_actions(NOW.date()), NOW.date())
        case_decide(case=decided, by=kept_cast.chair, at=NOW, decision=text)
        cases["decided"] = Case.objects.get(pk=decided.pk)
        return {code: {role: standing(person, case) for role, person in people.items()} for code, case in cases.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES)
def test_nobody_may_do_anything_to_a_case_that_they_do_not_see(
    standings: dict[str, dict[str, Standing]], stage: str
) -> None:
    """The rules and the one door agree, whatever the role."""
    for role, who in standings[stage].items():
        done = [act for act in ACTS if may(who.person, act, who.case, who).allowed]
        seen = visible_to(who.person).filter(pk=who.case.pk).exists()
        assert seen or not done, f"{role} does not see the case, but may {done}"


@pytest.mark.django_db
@pytest.mark.parametrize("stage", WAITING)
def test_later_date_that_waits_is_answered_by_those_of_the_table(
    standings: dict[str, dict[str, Standing]], stage: str
) -> None:
    who = standings[stage]
    case = who["raiser"].case
    case_extend_date(case=case, by=who["raiser"].person, at=NOW, due_on=date(2026, 6, 1), reasons="-")
    allowed = {role for role, one in who.items() if may(one.person, "answer_extension", case).allowed}
    assert allowed == WAITING[stage]


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("act", ACTS)
def test_exactly_those_of_the_table_may(standings: dict[str, dict[str, Standing]], act: str, stage: str) -> None:
    verdicts = {role: may(who.person, act, who.case, who) for role, who in standings[stage].items()}
    allowed = {role for role, verdict in verdicts.items() if verdict.allowed}
    assert set(verdicts) == set(ROLES)
    assert allowed == TABLE[act].get(stage, set())
    for role, verdict in verdicts.items():
        assert verdict.allowed == (not verdict.reason), f"{role} is told why not, and only then"
        assert not (verdict.allowed and verdict.wrong_state)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES[:-2])
@pytest.mark.parametrize("act", [act for act in ACTS if act != "reopen"])
def test_who_has_nothing_to_do_with_the_case_is_not_told_where_it_stands(
    standings: dict[str, dict[str, Standing]], act: str, stage: str
) -> None:
    """Whether it is their role or the moment that is wrong: for a stranger the reason never names what was said."""
    for role in ("nobody", "suspended", "chair elsewhere", "other agency's practitioner"):
        who = standings[stage][role]
        verdict = may(who.person, act, who.case, who)
        assert not verdict.allowed
        assert who.case.decision not in verdict.reason
        assert not any(person.person.name in verdict.reason for person in standings[stage].values())


def test_table_names_every_act() -> None:
    assert set(TABLE) == set(ACTS)


def test_every_act_has_words_for_a_button() -> None:
    assert all(act.label and act.states for act in ACTS.values())
    assert all(code == act.code for code, act in ACTS.items())


@pytest.mark.django_db
class TestVerdicts:
    def test_misspelt_act_does_not_pass_for_a_refusal(self, cast: Cast, case_at: CaseAt) -> None:
        with pytest.raises(KeyError):
            may(cast.nora, "aprove", case_at("1"))

    @pytest.mark.parametrize("act", [act for act in ACTS if act != "reopen"])
    def test_nothing_but_reopening_is_done_to_an_ended_case(self, cast: Cast, case_at: CaseAt, act: str) -> None:
        case = case_withdraw(case=case_at("3"), by=cast.nora, at=NOW, reasons="Settled.")
        verdict = may(cast.nora, act, case)
        assert verdict == Verdict(False, "The case is withdrawn.", wrong_state=True)

    def test_reason_names_the_stage_of_an_open_case(self, cast: Cast, case_at: CaseAt) -> None:
        verdict = may(cast.nora, "reopen", case_at("2"))
        assert verdict == Verdict(False, "The case is open, at the stage “Manager to manager”.", wrong_state=True)

    @pytest.mark.parametrize("act", ACTS)
    def test_nothing_is_done_to_a_draft(self, cast: Cast, act: str) -> None:
        verdict = may(cast.nora, act, a_draft(cast))
        assert verdict == Verdict(False, "The case is draft.", wrong_state=True)

    def test_what_is_not_allowed_is_raised_with_its_reason(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        with pytest.raises(NotAllowed, match=r"^Because$"):
            require(Verdict(False, "Because"), case)
        with pytest.raises(WrongState, match="cannot be done now: Because"):
            require(Verdict(False, "Because", wrong_state=True), case)
        require(Verdict(True), case)

    def test_answer_costs_few_queries_however_many_people_take_part(
        self, cast: Cast, case_at: CaseAt, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        case, director = case_at("5"), cast.officer(cast.care, "director")
        with django_assert_max_num_queries(6):
            may(director, "give_view", case)

    def test_acts_that_wait_for_somebody_are_theirs_alone(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        request = ask(cast, case, NOW)
        assert request is not None
        assert request.put_before is not None
        assert may(request.put_before, "answer_request", case).allowed
        assert not may(cast.nora, "answer_request", case).allowed
        assert not may(cast.nora, "ask_to_escalate", case).allowed
        assert may(cast.sam, "ask_to_escalate", case).allowed, "the other side may ask its own manager"


@pytest.mark.django_db
class TestRestricted:
    """An allegation against staff, say: only those named act, whatever their role."""

    @pytest.fixture
    def case(self, cast: Cast) -> Case:
        case = a_case(cast, restricted=True, immediate_risk=True, stage_code="3")
        assert case.registered_at is not None
        return case

    @pytest.mark.parametrize("act", ["give_view", "extend_date", "ask_to_escalate", "move_at_once"])
    def test_those_named_act(self, cast: Cast, case: Case, act: str) -> None:
        for person in (
            cast.nora,
            cast.officer(cast.nursery, "senior_manager"),
            cast.officer(cast.care, "senior_manager"),
        ):
            assert may(person, act, case).allowed

    @pytest.mark.parametrize("act", ACTS)
    def test_roles_alone_allow_nothing(self, cast: Cast, case: Case, act: str) -> None:
        for person in (
            cast.lead,
            cast.deputy(cast.care, "senior_manager"),
            cast.officer(cast.nursery, "director"),
            cast.business_manager,
            cast.auditor,
        ):
            assert not may(person, act, case).allowed

    def test_business_manager_does_not_reopen_it(self, cast: Cast, case: Case) -> None:
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        with pytest.raises(NotAllowed):
            case_reopen(case=case, by=cast.business_manager, at=NOW, reasons="No.")


@pytest.mark.django_db
class TestStanding:
    def test_suspended_person_has_no_standing_at_all(self, cast: Cast, case_at: CaseAt) -> None:
        cast.nora.is_active = False
        who = standing(cast.nora, case_at("3"))
        assert (who.sides, who.takes_part, who.partnership_permissions, who.granted) == (
            [],
            False,
            frozenset(),
            frozenset(),
        )

    def test_side_on_which_one_is_named_comes_first(self, cast: Cast, case_at: CaseAt) -> None:
        colleague, case = a_person("Cole Care"), case_at("1")
        appoint(person=colleague, role="practitioner", agency=cast.care, at=RAISED)
        appoint(person=colleague, role="named_lead", agency=cast.nursery, at=RAISED)
        party = case.parties.get(side="receiving")
        add_participant(case=case, person=colleague, tier="professional", why="Asked", at=NOW, party=party)
        who = standing(colleague, case)
        assert [party.side for party in who.sides] == ["receiving", "raising"]
        assert who.side is not None
        assert who.side.side == "receiving"

    def test_disputed_person_never_acts_for_the_raising_side(self, cast: Cast, case_at: CaseAt) -> None:
        appoint(person=cast.sam, role="named_lead", agency=cast.nursery, at=RAISED)
        case = case_at("1")
        party = case.parties.get(side="raising")
        add_participant(case=case, person=cast.sam, tier="professional", why="Asked", at=NOW, party=party)
        who = standing(cast.sam, case)
        assert [party.side for party in who.sides] == ["receiving"]
        assert not may(cast.sam, "withdraw", case).allowed

    def test_nothing_is_left_of_a_part_that_no_role_backs_any_more(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        case_convene_panel(case=case, by=cast.chair, at=NOW, members=cast.panel)
        member = cast.panel[0]
        assert (standing(member, case).takes_part, standing(member, case).granted) == (True, frozenset({"decide_case"}))
        for person, role in ((cast.sam, "practitioner"), (member, "panel_pool")):
            end_appointment(appointment=person.appointments.get(role_group__role=role), at=NOW)
        left = standing(cast.sam, case)
        assert (left.represented, left.participates) == ([], frozenset())
        assert (standing(member, case).takes_part, standing(member, case).granted) == (False, frozenset())

    @pytest.mark.parametrize("stage", ["pre", "1", "3", "5"])
    def test_standing_in_many_cases_is_the_standing_in_each(self, cast: Cast, case_at: CaseAt, stage: str) -> None:
        case = case_at(stage)
        end_appointment(appointment=cast.officer(cast.nursery, "line_manager").appointments.get(), at=NOW)
        for person in (
            cast.nora,
            cast.sam,
            cast.lead,
            cast.chair,
            cast.business_manager,
            cast.officer(cast.nursery, "line_manager"),
            cast.officer(cast.care, "director"),
        ):
            assert in_many(person, [case], Roles.of(person))[case.pk] == standing(person, case)

    def test_only_the_raising_side_has_a_say_in_own_advice(self) -> None:
        """Derbyshire's second stage: the other side knows of the case, moves it at once if it must, and no more."""
        cast = a_cast("edgemoor", "derbyshire-v3")
        case = a_case(cast, ground="risk")
        climb(cast, case, RAISED + timedelta(hours=1))
        for person in (cast.sam, cast.lead):
            who = standing(person, case)
            assert ([party.side for party in who.represented], who.sides) == (["receiving"], [])
            assert [act for act in ACTS if may(person, act, case).allowed] == ["move_at_once"]
        assert "propose_resolution" not in [act for act in ACTS if may(cast.nora, act, case).allowed]
        assert may(cast.nora, "give_view", case).allowed
        case_move_at_once(case=case, by=cast.sam, at=NOW, to_stage="3", reasons="He is near.")
        case.refresh_from_db()
        assert standing(cast.sam, case).side is not None

    def test_who_is_named_on_no_side_has_none(self, cast: Cast, case_at: CaseAt) -> None:
        who = standing(cast.chair, case_at("5"))
        assert (who.side, who.takes_part) == (None, True)

    def test_highest_tier_is_that_of_their_roles_at_the_agency(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        ours, theirs = case.parties.get(side="raising"), case.parties.get(side="receiving")
        director = standing(cast.officer(cast.nursery, "director"), case)
        assert director.highest_tier_at(ours) == "director"
        assert director.highest_tier_at(theirs) is None
        assert standing(cast.nora, case).highest_tier_at(ours) is None

    def test_raiser_and_disputed_person_are_known(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        assert (standing(cast.nora, case).raised, standing(cast.nora, case).is_the_disputed_person) == (True, False)
        assert (standing(cast.sam, case).raised, standing(cast.sam, case).is_the_disputed_person) == (False, True)

    def test_standing_is_frozen(self, cast: Cast, case_at: CaseAt) -> None:
        who = standing(cast.nora, case_at("1"))
        with pytest.raises(AttributeError):
            who.takes_part = False  # type: ignore[misc]
        assert replace(who, takes_part=False).takes_part is False
