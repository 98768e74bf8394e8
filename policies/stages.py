"""The stages of a policy: who meets whom, what they owe each other, and where it goes next."""

from typing import Literal

from pydantic import Field

from policies.fields import Amount, Code, Flag, Name, Part, StageCode, Text, TierCode

Side = Literal["raising", "receiving", "both", "chair", "safeguarding_manager", "partnership"]
GroundCode = Literal["risk", "resources", "other"]
RecordKind = Literal["view", "discussion"]
Decider = Literal["chair", "safeguarding_manager"]
Told = Literal["business_manager", "chair"]


class Duty(Part):
    """Something that one side owes at a stage, with the clock that runs on it."""

    code: Code
    owed_by: Side
    deed: Text
    clock: Code


class Branch(Part):
    """One way on from a stage. With no grounds and no subjects named, it is open to every case."""

    to: StageCode
    grounds: tuple[GroundCode, ...] = ()
    subjects: tuple[Code, ...] = ()

    def admits(self, *, ground: str | None, subject: str | None) -> bool:
        """Whether a case may go this way. A ground or subject that is not known yet (None) closes no way."""
        by_ground = not self.grounds or ground is None or ground in self.grounds
        by_subject = not self.subjects or subject is None or subject in self.subjects
        return by_ground and by_subject


class Outcome(Part):
    """What the one who decides at a stage may decide: it ends the case, or sends it on to the stage `to`.

    `by_panel` says that only a panel that was convened for the case decides so.
    """

    code: Code
    name: Name
    ends: Flag = True
    to: StageCode | None = None
    by_panel: Flag = False


class Panel(Part):
    """The resolution panel a stage may call: from how many agencies, and whether the parties' own are among them."""

    agencies: Amount
    parties_where_possible: Flag = False


class ExtraParticipant(Part):
    """Somebody besides the two sides who takes part, for the subjects named or (none named) always."""

    role: Name
    subjects: tuple[Code, ...] = ()


class Stage(Part):
    """One stage of a policy.

    `raising` and `receiving` say in words who acts for each side. `confirmations` are what the one who asks to
    leave the stage upward must confirm; `required_records` what must be on the record before. `approval` says
    whether leaving it upward needs a manager's approval. `next` is never empty but at a last stage: where the
    file leaves it out, it is the stage that follows in the file.
    """

    code: StageCode
    name: Name
    tier: TierCode
    raising: Name
    receiving: Name
    guidance: Text
    prompts: tuple[Text, ...] = ()
    factors: tuple[Text, ...] = ()
    required_records: tuple[RecordKind, ...] = ()
    confirmations: tuple[Text, ...] = ()
    notify: tuple[Told, ...] = ()
    duties: tuple[Duty, ...] = Field(alias="duty", min_length=1)
    approval: Flag = True
    next: tuple[Branch, ...] = ()
    decides: Decider | None = None
    outcomes: tuple[Outcome, ...] = Field(alias="outcome", default=())
    panel: Panel | None = None
    also: tuple[ExtraParticipant, ...] = ()

    def also_for(self, subject: str | None) -> tuple[ExtraParticipant, ...]:
        """Those who take part besides the two sides in a case on `subject`."""
        return tuple(extra for extra in self.also if not extra.subjects or subject in extra.subjects)

    def outcome(self, code: str) -> Outcome:
        """The outcome of that code. Raises KeyError if the stage does not offer it."""
        for outcome in self.outcomes:
            if outcome.code == code:
                return outcome
        raise KeyError(code)

    def leads_to(self) -> tuple[str, ...]:
        """The codes of every stage that some case may go to from here, by a branch or by a decision."""
        codes = [branch.to for branch in self.next]
        codes += [outcome.to for outcome in self.outcomes if outcome.to is not None]
        return tuple(dict.fromkeys(codes))
