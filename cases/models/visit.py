from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.tiers import Tier
from cases.models.case import Case


class StageVisit(models.Model):
    """One stay of a case at one stage: when it came and how, when it left and how."""

    class How(models.TextChoices):
        RAISED = "raised", "Raised"
        ESCALATED = "escalated", "Escalated"
        MOVED_AT_ONCE = "moved_at_once", "Moved at once, immediate risk"
        CLOCK = "clock", "Moved on by the clock"
        SENT_ON = "sent_on", "Sent on by a decision"
        REOPENED = "reopened", "Reopened"
        RESOLVED = "resolved", "Resolved by agreement"
        DECIDED = "decided", "Decided"
        WITHDRAWN = "withdrawn", "Withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visits")
    stage_code = models.CharField(max_length=20)
    tier = models.CharField(max_length=24, choices=Tier)
    entered_at = models.DateTimeField()
    entered_how = models.CharField(max_length=16, choices=How)
    left_at = models.DateTimeField(null=True, blank=True)
    left_how = models.CharField(max_length=16, choices=How, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["entered_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case"], condition=Q(left_at__isnull=True), name="at_one_stage_at_a_time")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["case", "tier"], name="visit_by_case_and_tier")]

    def __str__(self) -> str:
        return f"{self.case} at {self.stage_code}"
