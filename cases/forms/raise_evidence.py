"""Third step of raising: what life is like for the child, the evidence with its source, the aim."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from cases.forms.steps import MISSING, StepForm
from escalation.forms import LongText

ROWS = 1
MOST_ROWS = 20


class EvidenceForm(StepForm):
    """What the raiser knows and how.  Evidence comes in rows of what and source, as many as `rows` says."""

    step = "evidence"
    title = "What do you know, and what do you want?"
    template = "cases/raise_evidence.html"
    missing = {"aim": "Say what you want to achieve"}

    child_life = LongText(
        label="What is life like for this child?",
        help_text="Describe a day as the child lives it. How serious is it?",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    child_voice = LongText(
        label="What do the child and family say?",
        help_text="In their own words if you can. A baby or small child speaks by behaviour.",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    aim = LongText(
        label="What do you want to achieve?",
        help_text="What should the other agency do, and by when?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    actions_to_date = LongText(
        label="What has been done so far?",
        help_text="Calls, visits, referrals and meetings that bear on the decision.",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, rows: str = "", **kwargs: Any) -> None:
        self.asked_rows = rows
        super().__init__(*args, **kwargs)

    @property
    def rows(self) -> int:
        """How many rows the page has: those asked for, at least those saved and one more than none."""
        asked = self.asked_rows or str((self.data or {}).get("rows", ""))
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else ROWS
        return min(MOST_ROWS, max(number, ROWS, len(self.draft.evidence)))

    @property
    def may_add(self) -> bool:
        return self.rows < MOST_ROWS

    def saved(self) -> dict[str, Any]:
        answers = super().saved()
        for index, row in enumerate(self.draft.evidence):
            answers[f"what_{index}"] = row.get("what", "")
            answers[f"source_{index}"] = row.get("source", "")
        return answers

    def fit(self) -> None:
        for index in range(self.rows):
            number = index + 1
            self.fields[f"what_{index}"] = LongText(
                label=f"Evidence {number}: what do you know?",
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"source_{index}"] = forms.CharField(
                label=f"Evidence {number}: where does it come from?", max_length=300, required=False
            )

    @property
    def evidence(self) -> list[tuple[int, BoundField, BoundField]]:
        """The rows for the page: number from 1, what, source."""
        return [(i + 1, self[f"what_{i}"], self[f"source_{i}"]) for i in range(self.rows)]

    def _kept(self, name: str) -> str:
        """The valid answer; where what was typed cannot be kept, the one that was saved before."""
        wrong = name in self.errors and name not in self.cleaned_data
        return str(self.initial.get(name, "") if wrong else self.cleaned_data.get(name, "")).strip()

    def _typed(self, index: int) -> tuple[str, str]:
        return self._kept(f"what_{index}"), self._kept(f"source_{index}")

    def clean(self) -> dict[str, Any]:
        """Every piece of evidence has its source, and there is at least one."""
        unread = any(name.startswith("what_") for name in self.errors)
        if not unread and not any(self._typed(index)[0] for index in range(self.rows)):
            self._lacks("what_0", "Give at least one piece of evidence")
        for index in range(self.rows):
            what, source = self._typed(index)
            if what and not source and f"source_{index}" not in self.errors:
                self._lacks(f"source_{index}", f"Evidence {index + 1}: say where it comes from")
            elif source and not what and f"what_{index}" not in self.errors:
                self._lacks(f"what_{index}", f"Evidence {index + 1}: say what it is")
        return self.cleaned_data

    def _lacks(self, name: str, words: str) -> None:
        self.add_error(name, forms.ValidationError(words, code=MISSING))

    def answers(self) -> dict[str, Any]:
        """The rows in which something is written, gathered into one answer."""
        own = {name: value for name, value in self.cleaned_data.items() if name in self.base_fields}
        rows = [{"what": what, "source": source} for what, source in map(self._typed, range(self.rows))]
        return {**own, "evidence": [row for row in rows if row["what"] or row["source"]]}

    def stays(self, go: str) -> str | None:
        """Another row: the page comes again with one more, and the cursor's link goes to it."""
        if go != "add":
            return None
        wanted = min(MOST_ROWS, self.rows + 1)
        return f"?rows={wanted}#id_what_{wanted - 1}"
