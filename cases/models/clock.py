from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.visit import StageVisit


class NextStep(models.TextChoices):
    ASK_DATE = "ask_date", "Ask the people at the stage for a date"
    REMIND = "remind", "Remind before the date"
    LATE = "late", "Mark as late and put it before the manager"
    CHASE = "chase", "Remind again, late"


class Clock(models.Model):
    """One duty of one stay at a stage: who owes what by when, how that was worked out, what comes next.

    `next_step_at` is the one indexed moment by which a sweep finds what is due.  `due_at` is None for
    as long as the people at the stage have not agreed a date.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    visit = models.ForeignKey(StageVisit, on_delete=models.PROTECT, related_name="clocks")
    rule_code = models.CharField(max_length=40)
    deed = models.CharField(max_length=40)
    owed_by = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    limit = models.CharField(max_length=300, blank=True)
    reason = models.TextField(help_text="The arithmetic of the date, in words.")
    next_step = models.CharField(max_length=10, choices=NextStep, blank=True)
    next_step_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["visit", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(next_step_at__isnull=True),
                name="stopped_clock_has_no_step",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=models.F("started_at")),
                name="clock_due_after_it_starts",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_step_at"], condition=Q(next_step_at__isnull=False), name="clock_by_next_step")
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.deed} by {self.due_at}"
