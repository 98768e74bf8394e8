"""One message for each kind of mistake: where, what was found, what to change."""

import pytest

from policies.explain import key_of, shown
from policies.problems import PolicyError, Problem
from policies.reading import parse
from tests.policies.texts import SMALL, changed, line_with, only_problem, problems_of


@pytest.mark.parametrize(
    ("old", "new", "key", "found", "message", "fix"),
    [
        (
            'tier = "line_manager"',
            'tier = "managers"',
            'stage["2"].tier',
            '"managers"',
            "this value is not one of those allowed",
            "'line_manager'",
        ),
        (
            'owed_by = "chair"',
            'owed_by = "nobody"',
            'stage["3"].duty["decide"].owed_by',
            '"nobody"',
            "not one of those",
            "'receiving'",
        ),
        ('edition = "2026"', "edition = 2026", "policy.edition", "2026", "this must be text", "quotation marks"),
        ('code = "2"', "code = 2", "stage[#2].code", "2", "this must be text", "quotation marks"),
        (
            'slug = "harbour"',
            'slug = "The Harbour"',
            "policy.slug",
            '"The Harbour"',
            "not in the right form",
            "small letters",
        ),
        (
            "effective_from = 2026-01-01",
            'effective_from = "2026-01-01"',
            "policy.effective_from",
            '"2026-01-01"',
            "must be a date",
            "without quotation marks",
        ),
        (
            "effective_from = 2026-01-01",
            "effective_from = 2026",
            "policy.effective_from",
            "2026",
            "must be a date",
            "year first",
        ),
        (
            "effective_from = 2026-01-01",
            "effective_from = 2026-01-01T10:00:00",
            "policy.effective_from",
            "2026-01-01T10:00:00",
            "must be a date",
            "year first",
        ),
        ('guidance = "Meet."', 'guidance = ""', 'stage["2"].guidance', '""', "must not be empty", "Write the text"),
        ('guidance = "Meet."', 'guidance = "  "', 'stage["2"].guidance', '"  "', "must not be empty", "Write the text"),
        ('guidance = "Meet."', f'guidance = "{"long " * 1000}"', 'stage["2"].guidance', '..."', "too long", "4000"),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\napproval = "yes"',
            'stage["2"].approval',
            '"yes"',
            "true or false",
            "without quotation",
        ),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\nprompts = "Why?"',
            'stage["2"].prompts',
            '"Why?"',
            "must be a list",
            '["..."]',
        ),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\npanel = 3',
            'stage["2"].panel',
            "3",
            "must be a table",
            "keys of its own",
        ),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\nprompts = ["a", 7]',
            'stage["2"].prompts[#2]',
            "7",
            "must be text",
            "quotation marks",
        ),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\nnotify = ["everybody"]',
            'stage["2"].notify[#1]',
            '"everybody"',
            "not one of those",
            "'business_manager'",
        ),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\nrequired_records = ["minutes"]',
            'stage["2"].required_records[#1]',
            '"minutes"',
            "not one of those",
            "'discussion'",
        ),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\nguidence = "again"',
            'stage["2"].guidence',
            '"again"',
            "not known here",
            "Did you mean guidance?",
        ),
        (
            'guidance = "Meet."',
            'guidance = "Meet."\ncolour = "red"',
            'stage["2"].colour',
            '"red"',
            "not known here",
            "Take it out.",
        ),
        (
            'deed = "Decide"',
            'deed = "Decide"\nby = "noon"',
            'stage["3"].duty["decide"].by',
            '"noon"',
            "not known here",
            "Allowed here: code, owed_by, deed, clock",
        ),
        (
            'printed = "soon" }',
            'printed = "soon", unti = 1 }',
            'clock["deciding"].limit.unti',
            "1",
            "not known here",
            "Did you mean unit?",
        ),
        (
            'name = "Harbour partnership"',
            'name = "Harbour partnership"\nowner = true',
            "policy.owner",
            "true",
            "not known here",
            "effective_from",
        ),
        (
            "[policy]",
            "[extra]\n[policy]",
            "extra",
            "a table",
            "not known here",
            "Allowed here: policy, clock, stage, subject, ground, situation",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_change(
    old: str, new: str, key: str, found: str, message: str, fix: str
) -> None:
    problem = only_problem((old, new))
    text = changed((old, new))
    assert problem.key == key
    assert found in problem.found
    assert message in problem.message
    assert fix in problem.fix
    assert problem.file == "harbour.toml"
    assert problem.line == line_with(
        text, new.split("\n")[-1] if "\n" in new and "[policy]" not in new else new.split("\n")[0]
    )


@pytest.mark.parametrize(
    ("line", "key", "near"),
    [
        ('slug = "harbour"', "policy.slug", "[policy]"),
        ('summary = "Talk, then managers, then the Chair."', "policy.summary", "[policy]"),
        ('deed = "Decide"', 'stage["3"].duty["decide"].deed', "the third duty"),
        ('receiving = "The worker"', "", ""),
    ],
)
def test_a_missing_key_is_named_at_the_table_that_lacks_it(line: str, key: str, near: str) -> None:
    if not key:
        line, key = 'raising = "The worker"', 'stage["1"].raising'
    problem = only_problem((f"{line}\n", ""))
    text = changed((f"{line}\n", ""))
    assert (problem.key, problem.message, problem.found, problem.fix) == (key, "this key is missing", "", "Add it.")
    if near == "[policy]":
        assert problem.line == 1
    elif near:
        assert text.split("\n")[problem.line - 1] == "[[stage.duty]]"
        assert text.split("\n")[problem.line] == 'code = "decide"'
    else:
        assert text.split("\n")[problem.line - 1] == "[[stage]]"


def test_one_table_where_a_list_of_tables_belongs_says_to_double_the_brackets() -> None:
    problem = only_problem(("[[subject]]", "[subject]"))
    assert problem.key == "subject"
    assert "[[subject]]" in problem.fix


def test_one_duty_in_single_brackets_says_to_double_them() -> None:
    problem = only_problem(('[[stage.duty]]\ncode = "decide"', '[stage.duty]\ncode = "decide"'))
    assert problem.key == 'stage["3"].duty'
    assert "[[stage.duty]]" in problem.fix


def test_a_policy_without_stages_is_told_to_add_one() -> None:
    problems = problems_of(SMALL[: SMALL.index("[[stage]]")])
    assert [(problem.key, problem.message) for problem in problems] == [("stage", "this key is missing")]


def test_an_empty_list_of_stages_is_told_to_add_one() -> None:
    problems = problems_of("stage = []\n" + SMALL[: SMALL.index("[[stage]]")])
    assert [(problem.key, problem.message) for problem in problems] == [
        ("stage", "there must be at least one of these")
    ]


def test_all_mistakes_are_reported_together_in_the_order_of_the_file() -> None:
    text = changed(
        ('tier = "chair"', 'tier = "king"'),
        ('tier = "professional"', 'tier = "people"'),
        ("effective_from = 2026-01-01", "effective_from = 1"),
    )
    problems = problems_of(text)
    assert [problem.key for problem in problems] == ["policy.effective_from", 'stage["1"].tier', 'stage["3"].tier']
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = ", 1, "invalid value"),
        ("a = 1\nb\n", 2, ""),
        ('a = "open', 1, ""),
        ('a = 1\nb = """open\n\n', 4, ""),
        ("a = 1\na = 2", 2, ""),
        ("a = 1\n[a]", 2, ""),
        ("[t]\n\n[t]", 3, 'cannot declare "t" twice'),
        ("a = 2026-13-45", 1, ""),
        ("a = 1 b = 2", 1, ""),
        ("a = [1, 2\nb = 3", 2, ""),
        ("=", 1, ""),
        ("a = \u0000", 1, ""),
        ("a = nan\n\x07", 2, ""),
        (f"a = {'9' * 5000}", 1, ""),
        (f"a = {'[' * 5000}", 1, "nested too deep"),
        (f"a = {'{a=' * 5000}", 1, "nested too deep"),
    ],
)
def test_a_text_that_is_no_toml_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    (problem,) = problems_of(text)
    assert problem.line == line
    assert problem.message.startswith("this is not TOML: ")
    assert said in problem.message
    assert "(at " not in problem.message
    assert problem.fix


def test_an_empty_file_is_told_what_it_lacks() -> None:
    problems = problems_of("")
    assert [problem.key for problem in problems] == ["policy", "clock", "stage"]
    assert {problem.line for problem in problems} == {1}


def test_a_problem_reads_file_line_key_message_found_and_fix() -> None:
    problem = Problem(file="a.toml", line=3, key="policy.slug", found="7", fix="Put it right.", message="this is wrong")
    assert str(problem) == "a.toml:3: policy.slug: this is wrong. Found 7. Put it right."


def test_a_problem_without_key_or_find_leaves_them_out() -> None:
    problem = Problem(file="a.toml", line=1, key="", found="", fix="Put it right.", message="this is wrong")
    assert str(problem) == "a.toml:1: this is wrong. Put it right."


def test_a_refusal_says_every_problem_on_a_line_of_its_own() -> None:
    with pytest.raises(PolicyError) as caught:
        parse("", path="a.toml")
    assert str(caught.value).split("\n") == [str(problem) for problem in caught.value.problems]
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true"),
        (False, "false"),
        (7, "7"),
        ("seven", '"seven"'),
        ("x" * 100, '"' + "x" * 57 + '..."'),
        ({}, "a table"),
        ({"a": 1}, "a table"),
        ([], "an empty list"),
        ([1], "a list"),
        (1.5, "1.5"),
    ],
)
def test_what_was_found_is_shown_short(value: object, words: str) -> None:
    assert shown(value) == words


def test_a_place_goes_by_code_or_by_number() -> None:
    data = {"stage": [{"code": "pre", "duty": [{}, {"code": "act"}]}, {"code": 7}]}
    assert key_of(data, ("stage", 0, "duty", 1, "clock")) == 'stage["pre"].duty["act"].clock'
    assert key_of(data, ("stage", 0, "duty", 0, "clock")) == 'stage["pre"].duty[#1].clock'
    assert key_of(data, ("stage", 1, "code")) == "stage[#2].code"
    assert key_of(data, ("stage", 9, "code")) == "stage[#10].code"
    assert key_of(data, ()) == ""
