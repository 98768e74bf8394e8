from django.core.validators import RegexValidator
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class Jurisdiction(models.TextChoices):
    """Whose bank holidays count: the working days of a partnership are those of its nation."""

    ENGLAND_AND_WALES = "england-and-wales", "England and Wales"
    SCOTLAND = "scotland", "Scotland"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"


class OnExpiry(models.TextChoices):
    """What the clock does when a stage's time is up (product rules, "The stages' clock")."""

    ASK = "ask", "Put a request to escalate before the manager"
    MOVE = "move", "Move the case to the next stage"


class Partnership(models.Model):
    """The multi-agency body that owns an escalation policy and keeps a register."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    prefix = models.CharField(
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,6}$", "Use 2 to 6 capital letters.")],
        help_text="Stands at the front of every case reference, as in TOR-2026-0042.",
    )
    jurisdiction = models.CharField(max_length=20, choices=Jurisdiction, default=Jurisdiction.ENGLAND_AND_WALES)
    mailbox = models.EmailField(help_text="Where the Business Manager reads messages about the register.")
    urgent_advice = models.TextField(
        help_text="What to do outside this service when a child is at immediate risk: whom to ring."
    )
    on_expiry = models.CharField(max_length=8, choices=OnExpiry, default=OnExpiry.ASK)

    class Meta:
        ordering = ["name"]
        permissions = [
            ("keep_register", "Keeps the register of disagreements (Business Manager)"),
            ("chair_cases", "Decides cases referred to the Chair"),
            ("decide_as_safeguarding_manager", "Decides cases as the one safeguarding manager"),
            ("sit_on_panel", "May be asked to sit on a resolution panel"),
            ("audit_cases", "Reads the history of cases and verifies the record"),
        ]

    def __str__(self) -> str:
        return self.name


class PartnershipUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Partnership, on_delete=models.CASCADE)


class PartnershipGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Partnership, on_delete=models.CASCADE)
