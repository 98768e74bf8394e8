from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.models import Person


class State(models.TextChoices):
    """What has become of the e-mail of one notification."""

    PENDING = "pending", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be delivered"
    WITHHELD = "withheld", "Not sent"


HAS_ONE_ADDRESSEE = Q(recipient__isnull=False, address="") | (Q(recipient__isnull=True) & ~Q(address=""))
LEASED_WHILE_SENDING = Q(state=State.SENDING, leased_until__isnull=False) | (
    ~Q(state=State.SENDING) & Q(leased_until__isnull=True)
)
SENT_AT_WHEN_SENT = Q(state=State.SENT, sent_at__isnull=False) | (~Q(state=State.SENT) & Q(sent_at__isnull=True))
# Two slashes would be an address on another host, and the page sends people on to the path.
PATH_IS_OURS = Q(path__startswith="/") & ~Q(path__startswith="//")


class Notifications(models.QuerySet["Notification"]):
    def due(self, at: datetime) -> "Notifications":
        """What may be sent at `at` (aware): its time has come, or the one who was sending it never finished."""
        return self.filter(
            Q(state=State.PENDING, next_attempt_at__lte=at) | Q(state=State.SENDING, leased_until__lte=at)
        )

    def readable_by(self, person: Person) -> "Notifications":
        """What the app shows this person. What was withheld from their e-mail is withheld here too."""
        return self.filter(recipient=person).exclude(state=State.WITHHELD)


class Notification(models.Model):
    """One person, or one mailbox, is told of one thing: at once in the app, and by e-mail.

    It carries the reference, the stage, the date and a link, and nothing else about the case. `case_id` is a number
    and not a foreign key: this app knows no cases. People are never deleted, only suspended, and PROTECT keeps it so:
    who was told must stay on record. `key` names the occasion and the addressee, and a second row for it is refused.
    """

    recipient = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="notifications")
    address = models.EmailField(blank=True, help_text="Used when there is no person: a mailbox.")
    event = models.CharField(max_length=40)
    case_id = models.BigIntegerField(null=True, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=200, blank=True, help_text="The stage's name, as it was.")
    due_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(max_length=300, help_text="Where the message leads, from the root of this site.")
    urgent = models.BooleanField(default=False)
    key = models.CharField(max_length=300, unique=True)
    created_at = models.DateTimeField(help_text="When the deed was done that this tells of.")
    read_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=255, unique=True, help_text="The same at every attempt.")
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=400, blank=True, help_text="Why not, without any address.")

    objects = Notifications.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="notification_state_known"),
            models.CheckConstraint(condition=HAS_ONE_ADDRESSEE, name="notification_has_one_addressee"),
            models.CheckConstraint(condition=LEASED_WHILE_SENDING, name="notification_leased_while_sending"),
            models.CheckConstraint(condition=SENT_AT_WHEN_SENT, name="notification_sent_at_when_sent"),
            models.CheckConstraint(condition=PATH_IS_OURS, name="notification_path_is_ours"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_attempt_at"], condition=Q(state=State.PENDING), name="notification_waiting"),
            models.Index(fields=["leased_until"], condition=Q(state=State.SENDING), name="notification_leased"),
            models.Index(fields=["recipient", "-created_at"], name="notification_of_person"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=["case_id", "created_at"], name="notification_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.reference}".strip()
