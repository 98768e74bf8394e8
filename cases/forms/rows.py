"""Rows of like questions on a form: three to begin with, and "add another" without any script."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict

from cases.forms.act_form import SHORT, ActForm, today, years_ahead
from cases.services import PlannedAction
from escalation.forms import DateField

LEAST = 3
MOST = 20


@dataclass(frozen=True)
class Row:
    title: str
    fields: list[BoundField]

    @property
    def anchor(self) -> str:
        return str(self.fields[0].id_for_label)


class RowsForm(ActForm):
    """A form with numbered rows `<rows_of>_<number>_<field>`; "add" asks for one more and checks nothing yet."""

    rows_of: ClassVar[str]
    rows_heading: ClassVar[str]
    rows_hint: ClassVar[str] = ""
    add_words: ClassVar[str]

    def build(self) -> None:
        self.adding = self.is_bound and "add" in self.data
        self.row_count = min(_sent_rows(self.data, self.rows_of) + self.adding, MOST)
        rows = {
            f"{self.rows_of}_{number}_{name}": field
            for number in range(self.row_count)
            for name, field in self.row(number).items()
        }
        self.fields.update(rows)
        # The list of errors follows the order of the page.
        self.order_fields([*self.before_rows, *rows])

    def row(self, number: int) -> dict[str, forms.Field]:
        """The fields of the row with that number, from 0."""
        raise NotImplementedError

    def full_clean(self) -> None:
        if self.is_bound and self.adding:
            self._errors = ErrorDict()
            self.cleaned_data = {}
            return
        super().full_clean()

    def is_valid(self) -> bool:
        return not self.adding and super().is_valid()

    @property
    def rows(self) -> list[Row]:
        noun = self.add_words.removeprefix("Add another ")
        return [
            Row(
                f"{noun.capitalize()} {number + 1}",
                [self[f"{self.rows_of}_{number}_{name}"] for name in self.row(number)],
            )
            for number in range(self.row_count)
        ]

    @property
    def may_add(self) -> bool:
        return self.row_count < MOST

    @property
    def next_row_anchor(self) -> str:
        """Where the page opens after one more row was asked for."""
        return f"id_{self.rows_of}_{min(self.row_count, MOST - 1)}_{next(iter(self.row(0)))}"

    @property
    def trailing(self) -> list[BoundField]:
        return [field for field in super().trailing if not field.name.startswith(f"{self.rows_of}_")]

    def filled_rows(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows in which anything was entered, by field; the rest of each asked for where it is missing."""
        filled = []
        for number in range(self.row_count):
            names = {name: f"{self.rows_of}_{number}_{name}" for name in self.row(number)}
            values = {name: data.get(full) for name, full in names.items()}
            if not any(values.values()):
                continue
            for name, full in names.items():
                if not values[name] and full not in self.errors:
                    label = self.fields[full].label
                    self.add_error(full, forms.ValidationError(f"{label}: enter an answer.", code="required"))
            filled.append(values)
        return filled


def _sent_rows(data: Mapping[str, Any], rows_of: str) -> int:
    numbers = [int(found[1]) + 1 for key in data if (found := re.match(rf"{rows_of}_([0-9]{{1,2}})_", key))]
    return min(max([LEAST, *numbers]), MOST)


class EvidenceForm(RowsForm):
    """Rows of evidence, each with its source."""

    rows_of = "evidence"
    rows_heading = "Your evidence"
    rows_hint = "For each point say where you know it from. Leave out names and addresses."
    add_words = "Add another piece of evidence"

    def row(self, number: int) -> dict[str, forms.Field]:
        return {
            "what": forms.CharField(label=f"Evidence {number + 1}: what you know", required=False, max_length=2000),
            "source": forms.CharField(
                label=f"Evidence {number + 1}: where it comes from", required=False, max_length=SHORT
            ),
        }

    @property
    def rows(self) -> list[Row]:
        return [Row(f"Evidence {number}", row.fields) for number, row in enumerate(super().rows, start=1)]


class ActionsForm(RowsForm):
    """Rows of actions: who does what by when."""

    rows_of = "actions"
    rows_heading = "Who does what by when"
    add_words = "Add another action"

    def row(self, number: int) -> dict[str, forms.Field]:
        return {
            "what": forms.CharField(label=f"Action {number + 1}: what is to be done", required=False, max_length=2000),
            "who": forms.CharField(label=f"Action {number + 1}: who does it", required=False, max_length=SHORT),
            "by_when": DateField(
                label=f"Action {number + 1}: by when", required=False, earliest=today, latest=_in_three_years
            ),
        }

    def planned(self, data: Mapping[str, Any]) -> list[PlannedAction]:
        return [
            PlannedAction(what=row["what"] or "", who=row["who"] or "", by_when=row["by_when"] or date.max)
            for row in self.filled_rows(data)
        ]


def _in_three_years() -> date:
    return years_ahead(3)
