from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Person
from agencies.tiers import Tier
from cases.models.case import Case
from cases.models.party import Party
from cases.models.visit import StageVisit


class Answer(models.TextChoices):
    WAITING = "waiting", "Waiting for an answer"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"
    OVERTAKEN = "overtaken", "No longer needed"


class EscalationRequest(models.Model):
    """A request to take the case up, put before one manager of the asking agency.

    Asked by a person, or by the clock (`asked_by` None) when a stage's time is up.  `put_before` None
    means that nobody is named or available, so the Business Manager is asked.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="requests")
    visit = models.ForeignKey(StageVisit, on_delete=models.PROTECT, related_name="requests")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="requests")
    to_stage = models.CharField(max_length=20)
    asked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="asked_requests")
    asked_at = models.DateTimeField()
    reasons = models.TextField()
    put_before = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="waiting_requests"
    )
    tier = models.CharField(max_length=24, choices=Tier)
    why_them = models.CharField(max_length=300)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    answered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="answered_requests"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reasons = models.TextField(blank=True)
    missing = models.TextField("what is missing", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "party"],
                condition=Q(answer=Answer.WAITING),
                name="one_waiting_request_per_party",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True) | Q(answered_by__isnull=True) | ~Q(asked_by=models.F("answered_by")),
                name="nobody_answers_own_request",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["put_before"], condition=Q(answer=Answer.WAITING), name="request_waiting_for")
        ]

    def __str__(self) -> str:
        return f"{self.case}: to {self.to_stage}, {self.get_answer_display().lower()}"
