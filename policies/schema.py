"""A policy as data: what a policy file holds, and what the rest of the product asks of it."""

from typing import Any

from pydantic import Field

from policies.clocks import ClockRule, Limit, Unit
from policies.fields import Code, Day, Edition, Flag, Name, Part, Slug, StageCode, Text
from policies.stages import Branch, Duty, ExtraParticipant, GroundCode, Outcome, Panel, Stage

__all__ = [
    "ANY_STAGE",
    "Branch",
    "ClockRule",
    "Duty",
    "ExtraParticipant",
    "Ground",
    "Limit",
    "Metadata",
    "Outcome",
    "Panel",
    "Policy",
    "PolicyFile",
    "Situation",
    "Stage",
    "Subject",
    "Unit",
]

ANY_STAGE = "any"


class Subject(Part):
    """What a disagreement can be about, as the person who raises it chooses."""

    code: Code
    name: Name


class Ground(Part):
    """Why people disagree: they read the risk differently, or lack resources, or another reason."""

    code: GroundCode
    name: Name


class Situation(Part):
    """A situation that is asked about when raising.

    `signpost` means that it is no escalation: raising stops there with the guidance. Otherwise the guidance is
    shown and raising goes on.
    """

    code: Code
    name: Name
    guidance: Text
    signpost: Flag = False


class Metadata(Part):
    """The [policy] table: what the policy is, its version control, and the rules that hold at every stage."""

    slug: Slug
    name: Name
    edition: Edition
    effective_from: Day
    summary: Text
    scope: Text
    version: Name | None = None
    authors: tuple[Name, ...] = ()
    updated_by: Name | None = None
    updated_on: Day | None = None
    adopted_by: Name | None = None
    adopted_on: Day | None = None
    signed_off_by: Name | None = None
    signed_off_on: Day | None = None
    review_by: Day | None = None
    exclusions: tuple[Text, ...] = ()
    rules: tuple[Text, ...] = ()
    first_stage: StageCode = ""
    register_from: StageCode = ""
    immediate_entry: StageCode = ANY_STAGE


class Policy(Metadata):
    """One edition of a policy, whole, checked and never changed.

    Stages stand in the order of the file. `first_stage` is where a case begins, `register_from` the stage from
    which the register shows it in full, `immediate_entry` where a case at immediate risk may begin ("any" or the
    code of a stage).
    """

    clocks: tuple[ClockRule, ...]
    stages: tuple[Stage, ...]
    subjects: tuple[Subject, ...]
    grounds: tuple[Ground, ...]
    situations: tuple[Situation, ...]

    def stage(self, code: str) -> Stage:
        """The stage of that code. Raises KeyError if the policy has none."""
        return self.stages[self.position(code)]

    def position(self, code: str) -> int:
        """The place of a stage in the file, from 0. Raises KeyError if the policy has none of that code."""
        for index, stage in enumerate(self.stages):
            if stage.code == code:
                return index
        raise KeyError(code)

    def clock(self, code: str) -> ClockRule:
        """The clock of that code. Raises KeyError if the policy has none."""
        for clock in self.clocks:
            if clock.code == code:
                return clock
        raise KeyError(code)

    def next_stages(self, code: str, *, ground: str | None = None, subject: str | None = None) -> tuple[Stage, ...]:
        """Every stage the policy permits after `code`, the usual one first; empty at a last stage.

        With the ground or subject not known yet (None) no branch is closed. Raises KeyError for an unknown stage.
        """
        ways = [branch.to for branch in self.stage(code).next if branch.admits(ground=ground, subject=subject)]
        return tuple(self.stage(way) for way in dict.fromkeys(ways))

    def later_stages(self, code: str) -> tuple[Stage, ...]:
        """Every stage that can still come after `code` by some route, in the order of the file.

        Raises KeyError for an unknown stage.
        """
        found: set[str] = set()
        waiting = list(self.stage(code).leads_to())
        while waiting:
            reached = waiting.pop()
            if reached not in found:
                found.add(reached)
                waiting.extend(self.stage(reached).leads_to())
        return tuple(stage for stage in self.stages if stage.code in found)

    def immediate_stages(self, code: str | None = None) -> tuple[Stage, ...]:
        """Where a case may go, or (`code` None) begin, when a child is at immediate risk. Nobody approves it.

        A policy that names one stage for it lets a case jump there; a case that is there already, or past it,
        goes on to its next stages, so that immediate risk always has a way up while there is one.
        """
        if self.immediate_entry == ANY_STAGE:
            return self.stages if code is None else self.later_stages(code)
        entry = self.stage(self.immediate_entry)
        if code is None or entry in self.later_stages(code):
            return (entry,)
        return self.next_stages(code)


class PolicyFile(Part):
    """A policy file as it is written: the names of its tables are those of the file."""

    policy: Metadata
    clock: tuple[ClockRule, ...] = Field(min_length=1)
    stage: tuple[Stage, ...] = Field(min_length=1)
    subject: tuple[Subject, ...] = ()
    ground: tuple[Ground, ...] = ()
    situation: tuple[Situation, ...] = ()

    def as_policy(self) -> Policy:
        """The policy that the file describes, with what it leaves to the usual order filled in."""
        stages = tuple(self._with_next(index) for index in range(len(self.stage)))
        first_stage = self.policy.first_stage or stages[0].code
        whole: dict[str, Any] = {
            **dict(self.policy),
            "first_stage": first_stage,
            "register_from": self.policy.register_from or first_stage,
            "clocks": self.clock,
            "stages": stages,
            "subjects": self.subject,
            "grounds": self.ground,
            "situations": self.situation,
        }
        return Policy.model_validate(whole)

    def _with_next(self, index: int) -> Stage:
        """The stage with its way on: where the file names none, it is the stage that follows."""
        stage = self.stage[index]
        if "next" in stage.model_fields_set or index + 1 == len(self.stage):
            return stage
        return stage.model_copy(update={"next": (Branch(to=self.stage[index + 1].code),)})
