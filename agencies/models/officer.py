from django.db import models
from django.db.models import F, Q

from agencies.models.agency import Agency
from agencies.models.partnership import Partnership
from agencies.models.person import Person
from agencies.models.role import ONE_PLACE
from agencies.tiers import Tier


class NamedOfficer(models.Model):
    """Whom to ring at one tier of one agency, and who stands in for them.

    The tiers outside the ladder (safeguarding manager, Chair) are named by the partnership.
    """

    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.CASCADE, related_name="named_officers")
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.CASCADE, related_name="named_officers"
    )
    tier = models.CharField(max_length=24, choices=Tier)
    officer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="named_for")
    deputy = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="deputy_for")
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["agency", "partnership", "tier"]
        constraints = [
            models.CheckConstraint(condition=ONE_PLACE, name="named_officer_of_one_place"),
            models.UniqueConstraint(
                fields=["agency", "tier"],
                condition=Q(agency__isnull=False),
                name="one_named_officer_per_agency_tier",
            ),
            models.UniqueConstraint(
                fields=["partnership", "tier"],
                condition=Q(partnership__isnull=False),
                name="one_named_officer_per_partnership_tier",
            ),
            models.CheckConstraint(condition=~Q(deputy=F("officer")), name="deputy_is_somebody_else"),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="named_officer_tier_known"),
        ]

    def __str__(self) -> str:
        return f"{self.agency or self.partnership}, {self.get_tier_display()}: {self.officer}"


class Absence(models.Model):
    """Days on which a person is away, both included; their deputy is asked instead."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return f"{self.person} away {self.first_day} to {self.last_day}"
