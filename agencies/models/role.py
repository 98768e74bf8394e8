from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from agencies.models.agency import Agency
from agencies.models.partnership import Partnership
from agencies.models.person import Person

ONE_PLACE = Q(agency__isnull=False, partnership__isnull=True) | Q(agency__isnull=True, partnership__isnull=False)


class RoleGroup(models.Model):
    """The group that holds one role at one agency or partnership.

    Its guardian object permissions are those that `agencies.roles.ROLES` declares for the role;
    who is in the group holds the role.
    """

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="role_group")
    role = models.CharField(max_length=30)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.CASCADE)
    partnership = models.ForeignKey(Partnership, null=True, blank=True, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_PLACE, name="role_group_of_one_place"),
            models.UniqueConstraint(
                fields=["role", "agency"], condition=Q(agency__isnull=False), name="one_group_per_agency_role"
            ),
            models.UniqueConstraint(
                fields=["role", "partnership"],
                condition=Q(partnership__isnull=False),
                name="one_group_per_partnership_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.agency or self.partnership}"


class Appointment(models.Model):
    """The history of who held which role where.  The group membership is what grants; this says since when."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role_group = models.ForeignKey(RoleGroup, on_delete=models.PROTECT, related_name="appointments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role_group"],
                condition=Q(until__isnull=True),
                name="one_open_appointment_per_role",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="appointment_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role_group}"
