"""Whether the clocks of a policy can run: each used, each with a start that comes, none waiting for itself."""

from collections.abc import Iterator

from policies.problems import Finding, Place
from policies.schema import Policy
from policies.wording import listed


def check_clocks(policy: Policy) -> list[Finding]:
    """Clocks without use, clocks that hang on one that does not exist or comes later, and circles of clocks.

    The policy's pointers must be sound (`policies.check`).
    """
    return [*_unused(policy), *_starts(policy)]


def _unused(policy: Policy) -> Iterator[Finding]:
    used = _first_use(policy)
    for index, clock in enumerate(policy.clocks):
        if clock.code not in used:
            yield Finding(
                ("clock", index, "code"),
                "no duty runs on this clock",
                f'"{clock.code}"',
                "Name it as the clock of a [[stage.duty]], or take it out.",
            )


def _starts(policy: Policy) -> Iterator[Finding]:
    codes = [clock.code for clock in policy.clocks]
    used = _first_use(policy)
    for index, clock in enumerate(policy.clocks):
        place: Place = ("clock", index, "starts")
        if clock.follows is None:
            continue
        if clock.follows not in codes:
            fix = f"Allowed after clock_end: {listed(codes, 'or')}."
            yield Finding(place, "it starts at the end of a clock that does not exist", f'"{clock.starts}"', fix)
        elif _circular(policy, clock.code):
            fix = "Let one of them start with the case or with a stage."
            yield Finding(place, "clocks wait for each other's end", f'"{clock.starts}"', fix)
        elif used.get(clock.follows, 0) > used.get(clock.code, len(policy.stages)):
            fix = "Let it start with its stage, or at the end of a clock of an earlier stage."
            yield Finding(place, "it starts at the end of a clock of a later stage", f'"{clock.starts}"', fix)


def _circular(policy: Policy, code: str) -> bool:
    """Whether the clock waits, by way of others or directly, for its own end."""
    following = {clock.code: clock.follows for clock in policy.clocks}
    seen: set[str] = set()
    at = following.get(code)
    while at is not None and at not in seen:
        if at == code:
            return True
        seen.add(at)
        at = following.get(at)
    return False


def _first_use(policy: Policy) -> dict[str, int]:
    """The place of the first stage that runs on each clock that is used."""
    used: dict[str, int] = {}
    for index, stage in enumerate(policy.stages):
        for duty in stage.duties:
            used.setdefault(duty.clock, index)
    return used
