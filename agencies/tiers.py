"""How senior the people are who deal with a case at a stage.

Policies number their stages differently; tiers make them comparable.  The order in which a case
climbs the tiers is the policy's, never this module's.
"""

from django.db import models


class Tier(models.TextChoices):
    OWN_ADVICE = "own_advice", "Advice inside one's own agency"
    PROFESSIONAL = "professional", "Professionals"
    LINE_MANAGER = "line_manager", "Line managers"
    SENIOR_MANAGER = "senior_manager", "Senior managers"
    DIRECTOR = "director", "Directors"
    SAFEGUARDING_MANAGER = "safeguarding_manager", "Safeguarding manager"
    CHAIR = "chair", "Chair"


#: The tiers at which equals meet equals: each agency names an officer and a deputy for each.
LADDER: tuple[Tier, ...] = (Tier.LINE_MANAGER, Tier.SENIOR_MANAGER, Tier.DIRECTOR)

#: Tiers held by one officer of the partnership, outside the ladder of equals.
PARTNERSHIP_TIERS: tuple[Tier, ...] = (Tier.SAFEGUARDING_MANAGER, Tier.CHAIR)
