"""How long people have: the clocks of a policy."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from policies.fields import Amount, Code, Name, Part

Unit = Literal["working_days", "calendar_days", "hours", "agreed", "none"]
CLOCK_END = "clock_end:"


class Limit(Part):
    """What a policy allows for something.

    `amount` counts `unit` (working days of the partnership's jurisdiction, calendar days, elapsed hours).
    "agreed": the policy leaves the date to the people at the stage. "none": the policy says nothing; the people
    at the stage set a date all the same, because no open stage is without one. `printed` is how the policy puts
    it, for people to read beside the date ("two further weeks").
    """

    unit: Unit
    amount: Amount | None = None
    printed: Name | Literal[""] = ""

    @property
    def must_be_agreed(self) -> bool:
        """Whether the date comes from people and not from the policy."""
        return self.amount is None

    @model_validator(mode="after")
    def _amount_fits_unit(self) -> Self:
        if self.unit in {"agreed", "none"}:
            if self.amount is not None:
                raise PydanticCustomError(
                    "policy_rule",
                    "a limit that people agree, or that the policy does not state, has no amount",
                    {"key": "amount", "fix": "Take the amount out, or name the unit that it counts."},
                )
        elif self.amount is None:
            raise PydanticCustomError(
                "policy_rule",
                "a limit in {unit} needs an amount",
                {
                    "key": "unit",
                    "unit": self.unit,
                    "fix": 'Add a whole number, such as amount = 5, or unit = "agreed".',
                },
            )
        if self.unit != "none" and not self.printed:
            raise PydanticCustomError(
                "policy_rule",
                "a limit needs the words that the policy prints",
                {"key": "printed", "fix": 'Add the words that people read, such as printed = "5 working days".'},
            )
        return self


class ClockRule(Part):
    """A clock: when it starts and how long it runs. Stages that name the same clock share it.

    `starts` is "case_raised", "stage_entered" (the stage of the duty that names the clock) or "clock_end:<code>"
    (the due moment, or the earlier completion, of another clock).
    """

    code: Code
    starts: str = Field(pattern=r"^(case_raised|stage_entered|clock_end:[a-z][a-z0-9_]{0,49})$")
    limit: Limit

    @property
    def follows(self) -> str | None:
        """The code of the clock at whose end this one starts, if it does."""
        return self.starts.removeprefix(CLOCK_END) if self.starts.startswith(CLOCK_END) else None
