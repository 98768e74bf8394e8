"""Forms in the design system: what is drawn, what comes back, what is said when something is wrong."""

import re
from datetime import date, time

import pytest
from django import forms
from django.http import QueryDict

from escalation.errors import RuleViolation
from escalation.forms import DateField, GovForm, LongText, TimeField
from tests.escalation.pages import EveryField

GOOD = {
    "text": "A referral",
    "heard_on_day": "2",
    "heard_on_month": "4",
    "heard_on_year": "2026",
    "ground": "risk",
    "agencies": "a",
    "stage": "1",
    "sure": "on",
}
NASTY = ["\x00", "\u202eabc", "<script>alert(1)</script>", "9" * 5000, "\u0663", "-1", "1e3", "\u00bd", " ", "\n", "0"]


def filled(**changed: str) -> EveryField:
    data = QueryDict(mutable=True)
    data.update({**GOOD, **changed})
    return EveryField(data)


def when(day: str, month: str, year: str) -> EveryField:
    return filled(heard_on_day=day, heard_on_month=month, heard_on_year=year)


class TestDate:
    @pytest.mark.parametrize(
        ("day", "month", "year", "read"),
        [
            ("2", "4", "2026", date(2026, 4, 2)),
            ("02", "04", "2026", date(2026, 4, 2)),
            (" 2 ", "4", " 2026", date(2026, 4, 2)),
            ("2", "April", "2026", date(2026, 4, 2)),
            ("2", "apr", "2026", date(2026, 4, 2)),
            ("3", "Sept", "2025", date(2025, 9, 3)),
            ("29", "2", "2024", date(2024, 2, 29)),
            ("1", "1", "1900", date(1900, 1, 1)),
        ],
    )
    def test_a_date_is_read_as_people_write_it(self, day: str, month: str, year: str, read: date) -> None:
        form = when(day, month, year)

        assert form.is_valid(), form.errors
        assert form.cleaned_data["heard_on"] == read

    @pytest.mark.parametrize(
        ("day", "month", "year", "says", "wrong"),
        [
            ("", "", "", "enter a date", ["day", "month", "year"]),
            ("", "4", "2026", "enter a day", ["day"]),
            ("2", "", "", "enter a month and a year", ["month", "year"]),
            ("32", "4", "2026", "the day must be a number from 1 to 31", ["day"]),
            ("2nd", "4", "2026", "the day must be", ["day"]),
            ("2", "13", "2026", "the month must be", ["month"]),
            ("2", "Aprox", "2026", "the month must be", ["month"]),
            ("2", "4", "26", "the year must have 4 numbers", ["year"]),
            ("2", "4", "0000", "the year must have 4 numbers", ["year"]),
            ("31", "4", "2026", "there is no such day in that month", ["day", "month", "year"]),
            ("29", "2", "2026", "there is no such day in that month", ["day", "month", "year"]),
            ("14", "4", "2026", "enter Monday 13 April 2026 or an earlier day", ["day", "month", "year"]),
            ("31", "12", "9999", "or an earlier day", ["day", "month", "year"]),
            ("31", "12", "1899", "enter Monday 1 January 1900 or a later day", ["day", "month", "year"]),
            ("1", "1", "0001", "or a later day", ["day", "month", "year"]),
        ],
    )
    def test_the_message_says_which_part_to_mend(
        self, day: str, month: str, year: str, says: str, wrong: list[str]
    ) -> None:
        form = when(day, month, year)

        assert not form.is_valid()
        assert says in form.errors["heard_on"][0]
        assert "When did you hear of it: " in form.errors["heard_on"][0]
        marked = re.findall(r'govuk-input--error"\s+id="id_heard_on_(\d)"', str(form["heard_on"].as_field_group()))
        assert [["day", "month", "year"][int(number)] for number in marked] == wrong

    @pytest.mark.parametrize("part", ["day", "month", "year"])
    @pytest.mark.parametrize("typed", NASTY)
    def test_nasty_input_is_an_error_and_never_a_failure(self, part: str, typed: str) -> None:
        form = filled(**{f"heard_on_{part}": typed})

        assert not form.is_valid()
        assert list(form.errors) == ["heard_on"]
        assert "<script>" not in str(form)

    def test_a_part_that_was_not_sent_counts_as_empty(self) -> None:
        form = EveryField({key: value for key, value in GOOD.items() if key != "heard_on_month"})

        assert form.errors["heard_on"] == ["When did you hear of it: enter a month."]

    def test_a_date_that_need_not_be_given_may_be_left_out(self) -> None:
        class Optional(GovForm):
            day = DateField(label="Review on", required=False)

        form = Optional({"day_day": "", "day_month": "", "day_year": ""})

        assert form.is_valid()
        assert form.cleaned_data["day"] is None

    def test_what_stands_in_the_form_already_is_no_change(self) -> None:
        field = DateField()

        assert not field.has_changed(date(2026, 4, 2), ["02", "april", "2026"])
        assert field.has_changed(date(2026, 4, 2), ["3", "4", "2026"])
        assert field.has_changed(date(2026, 4, 2), ["3", "x", "2026"])

    def test_a_date_to_begin_with_fills_the_three_boxes(self) -> None:
        drawn = str(EveryField(initial={"heard_on": date(2026, 4, 2)})["heard_on"].as_field_group())

        assert re.findall(r'value="(\w*)"', drawn) == ["2", "4", "2026"]

    def test_a_bound_may_be_asked_for_when_the_form_is_sent(self) -> None:
        class Form(GovForm):
            day = DateField(label="Day", earliest=lambda: date(2026, 4, 2))

        assert not Form({"day_day": "1", "day_month": "4", "day_year": "2026"}).is_valid()
        assert Form({"day_day": "2", "day_month": "4", "day_year": "2026"}).is_valid()


class TestTime:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("10:30", time(10, 30)),
            ("10.30", time(10, 30)),
            ("1030", time(10, 30)),
            ("9", time(9)),
            ("2pm", time(14)),
            ("2.15 PM", time(14, 15)),
            ("12am", time(0)),
            ("12pm", time(12)),
            ("midday", time(12)),
            ("23:59", time(23, 59)),
        ],
    )
    def test_a_time_is_read_as_people_write_it(self, typed: str, read: time) -> None:
        assert TimeField().clean(typed) == read

    @pytest.mark.parametrize("typed", ["24:00", "10:60", "13pm", "0am", "ten", "10:3", "1:2:3", *NASTY[1:8]])
    def test_anything_else_is_refused_with_an_example(self, typed: str) -> None:
        with pytest.raises(forms.ValidationError, match="like 10:30 or 2pm"):
            TimeField(label="At what time?").clean(typed)

    def test_a_time_to_begin_with_is_shown_and_a_missing_one_is_none(self) -> None:
        assert TimeField().prepare_value(time(9, 5)) == "09:05"
        assert TimeField(required=False).clean("") is None


class TestLongText:
    def test_a_line_end_counts_as_the_one_character_people_see(self) -> None:
        assert LongText(max_length=3).clean("a\r\nb") == "a\nb"

    def test_the_box_never_cuts_what_is_pasted_and_the_message_counts(self) -> None:
        form = filled(text="x" * 30)

        assert form.errors["text"] == ["What happened: use 20 characters or fewer; there are 30."]
        drawn = str(form["text"].as_field_group())
        assert "maxlength=" not in drawn.replace("data-maxlength", "")
        assert 'data-maxlength="20"' in drawn
        assert "x" * 30 in drawn


class TestDrawing:
    def test_every_input_has_its_class_and_a_label(self) -> None:
        drawn = str(EveryField())

        for name in ("textarea", "input", "date-input", "radios", "checkboxes", "select", "password-input"):
            assert f"govuk-{name}" in drawn
        identified = set(re.findall(r'<(?:input|textarea|select)[^>]*\sid="([^"]+)"', drawn)) - {"id_hidden"}
        labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', drawn))
        assert identified == labelled

    def test_groups_of_boxes_stand_in_a_fieldset_with_a_legend(self) -> None:
        drawn = str(EveryField())

        assert drawn.count("<fieldset") == drawn.count("<legend") == 3

    def test_hint_and_error_are_tied_to_their_input(self) -> None:
        form = filled(text="")
        drawn = str(form["text"].as_field_group())

        described = re.search(r'<textarea[^>]*aria-describedby="([^"]+)"', drawn)
        assert described
        assert described[1].split() == ["id_text_helptext", "id_text_error", "id_text-info"]
        for name in described[1].split():
            assert f'id="{name}"' in drawn
        assert 'aria-invalid="true"' in drawn

    def test_what_need_not_be_answered_says_so(self) -> None:
        assert "(optional)" in str(EveryField()["name"].as_field_group())
        assert "(optional)" not in str(EveryField()["text"].as_field_group())

    def test_a_choice_can_carry_a_hint(self) -> None:
        drawn = str(EveryField()["ground"].as_field_group())

        assert "The child may be harmed." in drawn
        assert 'aria-describedby="id_ground_0_hint"' in drawn

    def test_the_one_question_of_a_page_is_its_heading(self) -> None:
        class One(GovForm):
            heading = "text"
            text = LongText(label="What changed?")

        assert re.search(r"<h1[^>]*>\s*<label[^>]*>What changed\?</label>\s*</h1>", str(One()))

    def test_everything_typed_comes_back_escaped(self) -> None:
        form = filled(
            text="<b>it's</b>", name='"quoted"', heard_on_day="<i>", heard_at="<u>", ground="<s>", agencies="b", sure=""
        )
        drawn = str(form)

        assert "&lt;b&gt;it&#x27;s&lt;/b&gt;" in drawn
        assert 'value="&quot;quoted&quot;"' in drawn
        assert 'value="&lt;i&gt;"' in drawn
        assert re.search(r'value="b"\s+checked', drawn)
        assert not re.search(r"<[bius]>", drawn)

    def test_a_password_does_not_come_back(self) -> None:
        assert "hunter2" not in str(filled(secret="hunter2", text=""))

    def test_a_form_of_django_itself_is_drawn_the_same_way(self) -> None:
        class Plain(forms.Form):
            name = forms.CharField()

        assert 'class="govuk-input"' in str(Plain())


class TestErrors:
    def test_each_error_leads_to_the_element_to_mend(self) -> None:
        form = EveryField({"heard_on_day": "2", "heard_on_month": "x", "heard_on_year": "2026"})

        assert [element for _, element in form.error_list] == [
            "id_text",
            "id_heard_on_1",
            "id_ground_0",
            "id_agencies_0",
            "id_stage",
            "id_sure",
        ]
        drawn = str(form)
        assert all(f'id="{element}"' in drawn for _, element in form.error_list)

    def test_each_error_names_its_field_and_what_to_do(self) -> None:
        messages = dict(EveryField({}).errors.items())

        assert messages["text"] == ["What happened: enter an answer."]
        assert messages["ground"] == ["What is it about: choose an answer."]
        assert messages["sure"] == ["I have checked this: tick the box to go on."]

    def test_an_answer_that_was_not_offered_is_refused_without_repeating_it(self) -> None:
        assert filled(ground="<script>").errors["ground"] == ["What is it about: choose one of the answers offered."]

    def test_words_of_the_forms_author_stay(self) -> None:
        class Own(GovForm):
            name = forms.CharField(error_messages={"required": "Say whom you rang."})

        assert Own({}).errors["name"] == ["Say whom you rang."]

    def test_a_broken_rule_is_an_error_of_the_form_and_what_was_typed_stays(self) -> None:
        form = filled(text="My view")
        assert form.is_valid()

        form.refuse(RuleViolation("closed", "The case is closed."))

        assert form.error_list == [("The case is closed.", "")]
        assert "My view" in str(form)
        assert form.non_field_errors().as_data()[0].code == "closed"

    def test_nul_is_refused_in_words(self) -> None:
        assert filled(name="a\x00b").errors["name"] == [
            "Whom did you ring: there is a character that cannot be stored; type the text anew."
        ]
