import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django_fsm import GET_STATE, transition
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from agencies.models import Partnership, Person
from cases import states
from policies.models import PolicyEdition
from policies.schema import Policy, Stage


def _tier_of(case: "Case", stage: Stage) -> str:
    return str(stage.tier)


BY_POLICY = GET_STATE(_tier_of, states=states.OPEN)


class Case(states.ReloadsState):
    """A disagreement between agencies about how to keep a child safe.

    The state is the tier of the stage at which the case stands; the stages are the edition's, pinned
    when the case is raised.  Transitions change this row only: the services that call them own the
    lock, the permission, the record entry and the messages.  All moments are aware; days are
    Europe/London's.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, null=True, blank=True)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="cases")
    edition = models.ForeignKey(PolicyEdition, on_delete=models.PROTECT, related_name="cases")
    state = states.StateField(default=states.DRAFT, choices=states.CHOICES, max_length=24, protected=True)
    stage_code = models.CharField(max_length=20, blank=True)
    restricted = models.BooleanField(default=False, help_text="Only the people named on the case see it.")

    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="raised_cases")
    created_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    stage_entered_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    late_since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    immediate_risk = models.BooleanField(null=True, blank=True)
    immediate_action = models.TextField(blank=True)
    situation = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    ground = models.CharField(max_length=20, blank=True)
    decision = models.TextField("decision that is disputed", blank=True)
    decision_by = models.CharField("whose decision it is", max_length=200, blank=True)
    decision_maker = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="disputed_cases"
    )
    decision_on = models.DateField(null=True, blank=True)
    risk = models.TextField("why a child may be at risk", blank=True)
    child_life = models.TextField("what life is like for the child", blank=True)
    child_voice = models.TextField("what the child and family say", blank=True)
    evidence = models.JSONField(default=list, blank=True)
    aim = models.TextField("what the raiser wants to achieve", blank=True)
    actions_to_date = models.TextField(blank=True)
    child_initials = models.CharField(
        max_length=4, blank=True, validators=[RegexValidator(r"^[A-Z]{1,4}$", "Use 1 to 4 capital letters.")]
    )
    child_birth_year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-raised_at", "-pk"]
        permissions = [
            ("read_case", "Was given this case by name"),
            ("decide_case", "Sits on the panel that decides this case"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=states.ALL), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(state=states.DRAFT) | Q(reference__isnull=False, raised_at__isnull=False),
                name="raised_case_has_reference",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["partnership", "due_at"], condition=Q(state__in=states.OPEN), name="case_open_by_due"),
            models.Index(fields=["raised_by", "state"], name="case_by_raiser"),
        ]

    def __str__(self) -> str:
        return self.reference or "Draft"

    @property
    def policy(self) -> Policy:
        return self.edition.policy

    @property
    def stage(self) -> Stage:
        """The stage at which the case stands, or stood when it ended.  KeyError for a draft."""
        return self.policy.stage(self.stage_code)

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN

    def ways_up(self) -> tuple[Stage, ...]:
        """The stages to which the policy lets this case be escalated now, the usual one first; () at the last."""
        return self.policy.next_stages(self.stage_code, ground=self.ground or None, subject=self.subject or None)

    @transition(field=state, source=states.DRAFT, target=BY_POLICY)
    def raise_at(self, stage: Stage) -> None:
        self.stage_code = stage.code

    @transition(field=state, source=states.OPEN, target=BY_POLICY)
    def escalate(self, stage: Stage) -> None:
        self.stage_code = stage.code

    @transition(field=state, source=states.OPEN, target=states.RESOLVED)
    def resolve(self) -> None:
        """Agreed by every party, or decided by the one to whom the policy gives the decision."""

    @transition(field=state, source=states.OPEN, target=states.WITHDRAWN)
    def withdraw(self) -> None:
        """Taken back by the raising side, with a reason."""

    @transition(field=state, source=states.ENDED, target=BY_POLICY)
    def reopen(self, stage: Stage) -> None:
        self.stage_code = stage.code


class CaseUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE)


class CaseGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE)


class ReferenceCounter(models.Model):
    """The last number given in a partnership's year; locked while the next is taken."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["partnership", "year"], name="one_reference_counter_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.partnership.prefix}-{self.year}-{self.last:04d}"
