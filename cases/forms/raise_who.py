"""Fourth step of raising: with whom, which other agencies, through which manager; the child's reference."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from agencies.models import Agency, Person
from cases.drafts import WHICH_CHILD
from cases.forms.steps import MISSING, StepForm
from cases.models import Side
from cases.raise_choices import agencies_to_disagree_with, own_agency, people_who
from cases.services.drafting import KEEP, case_save_draft

OLDEST = 26
NOT_KNOWN = "not-known"


def _named(people: Iterable[Person]) -> list[tuple[str, str]]:
    return [(str(person.pk), ", ".join(filter(None, (person.name, person.job_title)))) for person in people]


class WhoForm(StepForm):
    """The agency disagreed with and its professional, other agencies, own manager; what tells the child's file.

    The professionals are those of one agency, so they are asked for once it is chosen: `people_of`, which the
    page sends along, is the agency whose people it showed.
    """

    step = "who"
    title = "Who is involved?"
    template = "cases/raise_who.html"
    missing = {"receiving": "Choose the agency whose decision it is"}

    receiving = forms.ChoiceField(label="Which agency made the decision?", widget=forms.RadioSelect)
    receiving_contact = forms.ChoiceField(
        label="Which professional do you disagree with?",
        help_text=(
            "Whom you choose is recorded as the person whose decision it is: the case says “Taken by”. "
            "They do not judge the case later."
        ),
    )
    others = forms.MultipleChoiceField(
        label="Which other agencies are concerned?",
        help_text="They are told of the disagreement and have to agree to its resolution.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    own_manager = forms.ChoiceField(
        label="Who is your own manager?",
        help_text="They advise you, and answer when you ask to take the disagreement further.",
    )
    child_initials = forms.RegexField(
        r"^[A-Za-z]{1,4}$",
        label="The child’s initials",
        help_text="1 to 4 letters. Never the name.",
        required=False,
        error_messages={"invalid": "The child’s initials: use 1 to 4 letters from A to Z"},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "autocomplete": "off"}),
    )
    child_birth_year = forms.IntegerField(
        label="The child’s year of birth",
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}),
    )
    file_number = forms.CharField(
        label="Your own agency’s file number",
        help_text="Only your own agency sees it.",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )

    def saved(self) -> dict[str, Any]:
        parties = {party.side: party for party in self.draft.parties.all() if party.side != Side.OTHER}
        raising, receiving = parties[Side.RAISING], parties.get(Side.RECEIVING)
        return {
            **super().saved(),
            "receiving": str(receiving.agency_id) if receiving else "",
            "receiving_contact": str(receiving.first_contact_id or NOT_KNOWN) if receiving else NOT_KNOWN,
            "others": [str(party.agency_id) for party in self.draft.parties.all() if party.side == Side.OTHER],
            "own_manager": str(raising.first_contact_id or NOT_KNOWN),
            "file_number": raising.file_number,
        }

    def fit(self) -> None:
        """Offer the partnership's agencies, the chosen one's people, and the managers of one's own."""
        self.own = own_agency(self.draft)
        self.agencies = {str(agency.pk): agency for agency in agencies_to_disagree_with(self.draft, self.own)}
        raiser = self.draft.raised_by
        self.managers = list(people_who("approve_escalation", self.own, but=raiser))
        self.chosen = self._chosen_agency()
        self.people = list(people_who("take_part", self.chosen, but=raiser)) if self.chosen else []
        self.offer("receiving", [(code, self._words(agency)) for code, agency in self.agencies.items()])
        taken = (self.own, self.chosen)
        self.offer("others", [(code, agency.name) for code, agency in self.agencies.items() if agency not in taken])
        self.offer("own_manager", [(NOT_KNOWN, f"I am not sure: ask whoever {self.own} names"), *_named(self.managers)])
        self._fit_years()
        if self.chosen is None:
            del self.fields["receiving_contact"]
            return
        self._not_twice(str(self.chosen.pk))
        field = self.fields["receiving_contact"]
        field.label = f"Which professional at {self.chosen} do you disagree with?"
        self.offer(
            "receiving_contact", [(NOT_KNOWN, "I do not know: ask their safeguarding lead"), *_named(self.people)]
        )
        if self._shown_before() and isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["receiving_contact"] = ""
            self.data = data

    def _not_twice(self, deciding: str) -> None:
        """Whoever ticked an agency as concerned, and then chose it as the one that decided, means the latter."""
        if isinstance(self.data, QueryDict) and deciding in self.data.getlist("others"):
            data = self.data.copy()
            data.setlist("others", [code for code in data.getlist("others") if code != deciding])
            self.data = data

    def _words(self, agency: Agency) -> str:
        return f"Someone in my own agency ({agency.name})" if agency == self.own else agency.name

    def _fit_years(self) -> None:
        year = timezone.localdate().year
        field = forms.IntegerField(
            label="The child’s year of birth",
            help_text=f"For example, {year - 5}. For an unborn child the year in which the birth is expected.",
            min_value=year - OLDEST,
            max_value=year + 1,
            required=False,
            widget=self.fields["child_birth_year"].widget,
        )
        self.fields["child_birth_year"] = field

    def _chosen_agency(self) -> Agency | None:
        code = self.data.get("receiving") if self.is_bound else self.initial["receiving"]
        return self.agencies.get(str(code))

    def _shown_before(self) -> bool:
        """Whether the professional that was sent is one of the agency chosen before, which no longer counts."""
        shown = self.data.get("people_of")
        known = {str(person.pk) for person in self.people}
        return shown is not None and shown != self.people_of and self.data.get("receiving_contact") not in known

    @property
    def people_of(self) -> str:
        """The id of the agency whose people the page shows."""
        return str(self.chosen.pk) if self.chosen else ""

    def clean(self) -> dict[str, Any]:
        """One's manager cannot be the person one disagrees with; others have to know which child it is."""
        self.forgive("receiving_contact")
        self.forgive("own_manager")
        manager, contact = self.cleaned_data.get("own_manager"), self.cleaned_data.get("receiving_contact")
        if manager and manager == contact != NOT_KNOWN:
            self.add_error("own_manager", "Who is your own manager: choose another, because you disagree with this one")
        tells = ("child_initials", "child_birth_year", "file_number")
        if not any(self.cleaned_data.get(name) or name in self.errors for name in tells):
            self.add_error("child_initials", forms.ValidationError(WHICH_CHILD, code=MISSING))
        return self.cleaned_data

    def clean_child_initials(self) -> str:
        return str(self.cleaned_data["child_initials"]).upper()

    def _person(self, name: str, people: list[Person]) -> Person | None:
        chosen = self.cleaned_data.get(name)
        return next((person for person in people if str(person.pk) == chosen), None)

    def save(self, by: Person) -> None:
        """Save the parties too; the professional disagreed with does not judge the case later."""
        valid = self.cleaned_data
        answers: dict[str, Any] = {
            name: valid[name] for name in ("child_initials", "child_birth_year") if name in valid
        }
        receiving = self.agencies.get(valid.get("receiving", ""))
        contact = self._person("receiving_contact", self.people)
        if receiving is not None:
            answers["decision_maker"] = contact
        case_save_draft(
            draft=self.draft,
            by=by,
            answers=answers,
            receiving=receiving,
            others=[self.agencies[code] for code in valid["others"]] if "others" in valid else None,
            receiving_contact=contact,
            own_manager=self._person("own_manager", self.managers) if "own_manager" in valid else KEEP,
            file_number=valid.get("file_number"),
        )

    def stays(self, go: str) -> str | None:
        """The people of the agency have still to be shown: nobody passes over the question without seeing it."""
        unseen = self.data.get("people_of") not in (None, self.people_of)
        if go == "people" or (go == "continue" and unseen and not self._person("receiving_contact", self.people)):
            return "#id_receiving_contact" if self.chosen else "#id_receiving_0"
        return None
