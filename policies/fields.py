"""The kinds of value that a policy file may hold, and the base of everything read from one."""

import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

from agencies.tiers import Tier


class Part(BaseModel):
    """One table of a policy file: never changed once read, and no key in it is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _known_tier(value: str) -> str:
    if value not in Tier.values:
        raise PydanticCustomError(
            "literal_error", "is not a tier", {"expected": ", ".join(f"'{tier}'" for tier in Tier.values)}
        )
    return value


#: Names a stage: what people call it, "pre", "1", "4a".
StageCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,19}$")]
#: Names anything else that is pointed at: a clock, a subject, an outcome.
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
#: Names a policy in an address of the product.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]
#: Names an edition of a policy, "v3", "2021-04".
Edition = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
#: A heading: one line that people read.
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
#: A passage that people read.
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
#: How senior the people at a stage are: a value of `agencies.tiers.Tier`.
TierCode = Annotated[str, AfterValidator(_known_tier)]
#: A whole number of days or hours. Above a year it is a mistake of typing.
Amount = Annotated[StrictInt, Field(ge=1, le=366)]
#: A day written as TOML writes it, without quotation marks.
Day = Annotated[datetime.date, Field(strict=True)]
#: true or false, without quotation marks.
Flag = StrictBool
