from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Person
from agencies.tiers import Tier
from cases.models.case import Case


class Side(models.TextChoices):
    RAISING = "raising", "Raised by"
    RECEIVING = "receiving", "Raised with"
    OTHER = "other", "Also concerned"


class Party(models.Model):
    """An agency's place in a case.  Its file number is shown to that agency only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="case_parties")
    side = models.CharField(max_length=10, choices=Side)
    file_number = models.CharField(max_length=60, blank=True)
    joined_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when the agency knows of the case: advice inside one's own agency stays inside it.",
    )
    first_contact = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The raiser's own manager (raising side) or the professional disagreed with (the others).",
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        verbose_name_plural = "parties"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "agency", "side"], name="one_party_per_agency_and_side"),
            models.UniqueConstraint(
                fields=["case", "side"],
                condition=~Q(side=Side.OTHER),
                name="one_raising_and_one_receiving_party",
            ),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="party_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.agency}"


class Participant(models.Model):
    """A person who takes part in a case, from when and why; ended, never deleted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="participants")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    tier = models.CharField(max_length=24, choices=Tier)
    why = models.CharField(max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["since", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "person", "party", "tier"],
                condition=Q(until__isnull=True, party__isnull=False),
                name="takes_part_once_per_side_and_tier",
            ),
            models.UniqueConstraint(
                fields=["case", "person", "tier"],
                condition=Q(until__isnull=True, party__isnull=True),
                name="takes_part_once_outside_the_sides",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "until", "case"], name="participant_by_person")
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_tier_display()})"
