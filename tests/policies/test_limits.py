import pytest

from policies.schema import Unit
from tests.policies.texts import only_problem, policy_of

LIMIT = 'limit = { amount = 3, unit = "working_days", printed = "three days" }'


def with_limit(text: str) -> tuple[str, str]:
    return (LIMIT, f"limit = {text}")


@pytest.mark.parametrize("unit", ["working_days", "calendar_days", "hours"])
@pytest.mark.parametrize("amount", [1, 5, 366])
def test_units_that_count_take_an_amount(unit: Unit, amount: int) -> None:
    limit = policy_of(with_limit(f'{{ amount = {amount}, unit = "{unit}", printed = "p" }}')).clock("talking").limit
    assert (limit.unit, limit.amount, limit.must_be_agreed) == (unit, amount, False)


@pytest.mark.parametrize("text", ['{ unit = "agreed", printed = "in time" }', '{ unit = "none" }'])
def test_units_that_do_not_count_leave_the_date_to_people(text: str) -> None:
    assert policy_of(with_limit(text)).clock("talking").limit.must_be_agreed


@pytest.mark.parametrize("unit", ["working_days", "calendar_days", "hours"])
def test_a_unit_that_counts_needs_an_amount(unit: str) -> None:
    problem = only_problem(with_limit(f'{{ unit = "{unit}", printed = "p" }}'))
    assert problem.key == 'clock["talking"].limit.unit'
    assert problem.message == f"a limit in {unit} needs an amount"
    assert "amount = 5" in problem.fix


@pytest.mark.parametrize("unit", ["agreed", "none"])
def test_a_unit_that_does_not_count_takes_no_amount(unit: str) -> None:
    problem = only_problem(with_limit(f'{{ amount = 3, unit = "{unit}", printed = "p" }}'))
    assert problem.key == 'clock["talking"].limit.amount'
    assert problem.found == "3"


@pytest.mark.parametrize("text", ['{ amount = 3, unit = "hours" }', '{ unit = "agreed" }'])
def test_a_limit_needs_the_words_that_people_read(text: str) -> None:
    problem = only_problem(with_limit(text))
    assert problem.key == 'clock["talking"].limit.printed'
    assert "printed =" in problem.fix


@pytest.mark.parametrize(("amount", "bound"), [("0", "1 or more"), ("-5", "1 or more"), ("367", "366 or less")])
def test_an_amount_out_of_reason_is_refused_with_its_bound(amount: str, bound: str) -> None:
    problem = only_problem(with_limit(f'{{ amount = {amount}, unit = "hours", printed = "p" }}'))
    assert problem.key == 'clock["talking"].limit.amount'
    assert bound in problem.fix


@pytest.mark.parametrize("amount", ['"5"', "5.0", "true", "2026-01-01", "[5]", "inf"])
def test_an_amount_is_a_whole_number_and_nothing_that_looks_like_one(amount: str) -> None:
    problem = only_problem(with_limit(f'{{ amount = {amount}, unit = "hours", printed = "p" }}'))
    assert problem.message == "this must be a whole number"


@pytest.mark.parametrize("unit", ["days", "Working_days", "weeks", ""])
def test_an_unknown_unit_is_refused_with_those_allowed(unit: str) -> None:
    problem = only_problem(with_limit(f'{{ amount = 3, unit = "{unit}", printed = "p" }}'))
    assert problem.found == f'"{unit}"'
    for allowed in ("working_days", "calendar_days", "hours", "agreed", "none"):
        assert allowed in problem.fix


@pytest.mark.parametrize("starts", ["case_raised", "stage_entered", "clock_end:deciding"])
def test_a_clock_starts_with_the_case_the_stage_or_another_clock(starts: str) -> None:
    changes = [('starts = "case_raised"', f'starts = "{starts}"')]
    if starts.startswith("clock_end"):
        # Stage 1 has to use the clock that the other waits for.
        changes.append(
            (
                'clock = "talking"',
                'clock = "talking"\n\n[[stage.duty]]\ncode = "d"\nowed_by = "both"\ndeed = "d"\nclock = "deciding"',
            )
        )
    clock = policy_of(*changes).clock("talking")
    assert clock.starts == starts
    assert clock.follows == ("deciding" if starts.startswith("clock_end") else None)


@pytest.mark.parametrize("starts", ["raised", "clock_end:", "clock_end:Two Words", "", "stage_entered "])
def test_any_other_start_is_refused(starts: str) -> None:
    if starts.strip() == "stage_entered":
        assert policy_of(('starts = "case_raised"', f'starts = "{starts}"')).clock("talking").starts == "stage_entered"
        return
    assert only_problem(('starts = "case_raised"', f'starts = "{starts}"')).key == 'clock["talking"].starts'
