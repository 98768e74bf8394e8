from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from agencies.models.partnership import Partnership


class AgencyKind(models.TextChoices):
    SOCIAL_CARE = "social_care", "Children's social care"
    POLICE = "police", "Police"
    HEALTH = "health", "Health"
    SCHOOL = "school", "School or college"
    NURSERY = "nursery", "Nursery or childcare"
    PROBATION = "probation", "Probation"
    HOUSING = "housing", "Housing"
    VOLUNTARY = "voluntary", "Voluntary organisation"
    OTHER = "other", "Other"


class Agency(models.Model):
    """An organisation that belongs to one or more partnerships (a police force serves several)."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=AgencyKind)
    partnerships = models.ManyToManyField(Partnership, related_name="agencies")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        permissions = [
            ("raise_case", "Raises disagreements for the agency"),
            ("take_part", "Can be named on the agency's side of a case"),
            ("represent_line_manager", "Represents the agency among line managers"),
            ("represent_senior_manager", "Represents the agency among senior managers"),
            ("represent_director", "Represents the agency among directors"),
            ("approve_escalation", "Approves or returns a request to escalate"),
            ("lead_safeguarding", "Sees the agency's cases as its named or designated lead"),
            ("manage_agency", "Keeps the agency's people and named officers"),
        ]

    def __str__(self) -> str:
        return self.name


class AgencyUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Agency, on_delete=models.CASCADE)


class AgencyGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Agency, on_delete=models.CASCADE)
