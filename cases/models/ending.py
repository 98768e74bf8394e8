from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Person
from cases.models.case import Case
from cases.models.party import Party
from cases.models.visit import StageVisit


class Resolution(models.Model):
    """A proposal to end the disagreement; the case is resolved when every party has agreed to it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed by every party"
        REFUSED = "refused", "Not agreed"
        OVERTAKEN = "overtaken", "No longer open"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="resolutions")
    visit = models.ForeignKey(StageVisit, on_delete=models.PROTECT, related_name="resolutions")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    what_changes = models.TextField()
    overtaken_by_events = models.BooleanField(default=False)
    cause = models.TextField(
        blank=True, help_text="What lay beneath the disagreement; needed when events settled the matter."
    )
    review_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)

    class Meta:
        ordering: ClassVar[list[str]] = ["proposed_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case"], condition=Q(status="proposed"), name="one_open_proposal_per_case"),
            models.CheckConstraint(
                condition=Q(overtaken_by_events=False) | ~Q(cause=""), name="natural_end_records_its_cause"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_status_display().lower()}"


class Agreement(models.Model):
    """One party's answer to a proposed resolution."""

    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="agreements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    agrees = models.BooleanField()
    reasons = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resolution", "party"], name="one_answer_per_party")
        ]

    def __str__(self) -> str:
        return f"{self.party}: {'agrees' if self.agrees else 'does not agree'}"


class Decision(models.Model):
    """A reasoned decision by the one to whom the policy gives it: Chair, panel or safeguarding manager."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    visit = models.ForeignKey(StageVisit, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=60)
    outcome_name = models.CharField(max_length=200)
    reasons = models.TextField()
    what_changes = models.TextField()
    review_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    with_panel = models.BooleanField(default=False)
    decided_at = models.DateTimeField()
    ends_case = models.BooleanField()

    class Meta:
        ordering: ClassVar[list[str]] = ["decided_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case}: {self.outcome_name}"


class Action(models.Model):
    """Who does what by when, as a resolution or a decision says."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    resolution = models.ForeignKey(Resolution, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    what = models.TextField()
    who = models.CharField(max_length=200)
    by_when = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["by_when", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(resolution__isnull=False, decision__isnull=True)
                | Q(resolution__isnull=True, decision__isnull=False),
                name="action_of_one_ending",
            )
        ]

    def __str__(self) -> str:
        return self.what
