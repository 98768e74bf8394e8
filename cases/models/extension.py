from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Person
from cases.models.case import Case
from cases.models.party import Party
from cases.models.visit import StageVisit


class Extension(models.Model):
    """A later date that one side asks for; it holds once another side, or the Business Manager, has agreed."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waiting for an answer"
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Not agreed"
        OVERTAKEN = "overtaken", "No longer needed"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    visit = models.ForeignKey(StageVisit, on_delete=models.PROTECT, related_name="extensions")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reasons = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reasons = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case"], condition=Q(status="proposed"), name="one_open_extension"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("asked_by")),
                name="nobody_extends_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: to {self.due_at:%d %B %Y}, {self.get_status_display().lower()}"
