"""Whether a policy that is well written down can also be run: nobody is stuck, and somebody decides at the end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from policies.check_clocks import check_clocks
from policies.check_routes import check_routes
from policies.problems import Finding, Place
from policies.schema import ANY_STAGE, Policy
from policies.stages import Stage
from policies.wording import listed


def check(policy: Policy) -> list[Finding]:
    """Everything that would stop the policy from running; empty for a sound one.

    What is pointed at must exist before routes and clocks are followed, so a policy with a broken pointer is told
    of that alone.
    """
    findings = [*_codes_twice(policy), *_pointers(policy), *_deciders(policy), *_dates(policy)]
    return findings or [*check_routes(policy), *check_clocks(policy)]


def _codes_twice(policy: Policy) -> Iterator[Finding]:
    """Two of one kind under one code: the second could never be meant."""
    yield from _twice(("stage",), [stage.code for stage in policy.stages])
    yield from _twice(("clock",), [clock.code for clock in policy.clocks])
    yield from _twice(("subject",), [subject.code for subject in policy.subjects])
    yield from _twice(("ground",), [ground.code for ground in policy.grounds])
    yield from _twice(("situation",), [situation.code for situation in policy.situations])
    for index, stage in enumerate(policy.stages):
        yield from _twice(("stage", index, "duty"), [duty.code for duty in stage.duties])
        yield from _twice(("stage", index, "outcome"), [outcome.code for outcome in stage.outcomes])


def _twice(place: Place, codes: Sequence[str]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for index, code in enumerate(codes):
        seen[code] += 1
        if seen[code] > 1:
            yield Finding(
                (*place, index, "code"), "this code is used twice", f'"{code}"', "Give each of them a code of its own."
            )


def _pointers(policy: Policy) -> Iterator[Finding]:
    stages = [stage.code for stage in policy.stages]
    yield from _unknown(("policy", "first_stage"), policy.first_stage, stages, "stage")
    # The register begins with the first stage where the file says nothing, so one mistake is not said twice.
    if policy.register_from != policy.first_stage:
        yield from _unknown(("policy", "register_from"), policy.register_from, stages, "stage")
    yield from _unknown(("policy", "immediate_entry"), policy.immediate_entry, [ANY_STAGE, *stages], "stage")
    for index, stage in enumerate(policy.stages):
        yield from _stage_pointers(policy, stage, ("stage", index))


def _stage_pointers(policy: Policy, stage: Stage, here: Place) -> Iterator[Finding]:
    stages = [other.code for other in policy.stages]
    clocks = [clock.code for clock in policy.clocks]
    grounds = [ground.code for ground in policy.grounds]
    subjects = [subject.code for subject in policy.subjects]
    for index, duty in enumerate(stage.duties):
        yield from _unknown((*here, "duty", index, "clock"), duty.clock, clocks, "clock")
    for index, branch in enumerate(stage.next):
        way = (*here, "next", index)
        yield from _unknown((*way, "to"), branch.to, stages, "stage")
        yield from _all_unknown((*way, "grounds"), branch.grounds, grounds, "ground")
        yield from _all_unknown((*way, "subjects"), branch.subjects, subjects, "subject")
    for index, outcome in enumerate(stage.outcomes):
        if outcome.to is not None:
            yield from _unknown((*here, "outcome", index, "to"), outcome.to, stages, "stage")
    for index, extra in enumerate(stage.also):
        yield from _all_unknown((*here, "also", index, "subjects"), extra.subjects, subjects, "subject")


def _all_unknown(place: Place, codes: Iterable[str], known: Sequence[str], kind: str) -> Iterator[Finding]:
    for index, code in enumerate(codes):
        yield from _unknown((*place, index), code, known, kind)


def _unknown(place: Place, code: str, known: Sequence[str], kind: str) -> Iterator[Finding]:
    if code not in known:
        fix = f"Allowed: {listed(known, 'or')}." if known else f"The policy names no {kind}: add a [[{kind}]] first."
        yield Finding(place, f"there is no such {kind} in this policy", f'"{code}"', fix)


def _deciders(policy: Policy) -> Iterator[Finding]:
    """A decision needs somebody who takes it, something to decide, and the tier that the decider stands on."""
    for index, stage in enumerate(policy.stages):
        here: Place = ("stage", index)
        if stage.decides is None:
            yield from _without_decider(stage, here)
        else:
            yield from _with_decider(stage, here)


def _without_decider(stage: Stage, here: Place) -> Iterator[Finding]:
    for key, present in (("outcome", bool(stage.outcomes)), ("panel", stage.panel is not None)):
        if present:
            yield Finding(
                (*here, key),
                f"the stage has a {key} and nobody who decides",
                "",
                'Add decides = "chair" or decides = "safeguarding_manager", or take this out.',
            )


def _with_decider(stage: Stage, here: Place) -> Iterator[Finding]:
    if stage.decides != stage.tier:
        yield Finding(
            (*here, "decides"),
            "the one who decides does not stand on the stage's tier",
            f'"{stage.decides}" at tier "{stage.tier}"',
            f'Write tier = "{stage.decides}", or take decides out.',
        )
    if not stage.outcomes:
        yield Finding((*here, "decides"), "there is nothing to decide", "", "Add a [[stage.outcome]] for each choice.")
    for index, outcome in enumerate(stage.outcomes):
        if outcome.ends == (outcome.to is not None):
            fix = "Take `to` out, or write ends = false." if outcome.ends else "Add `to`, the stage that it goes to."
            found = "ends = true with a stage to go to" if outcome.ends else "ends = false with no stage to go to"
            yield Finding((*here, "outcome", index), "an outcome either ends the case or goes on", found, fix)
        if outcome.by_panel and stage.panel is None:
            fix = "Add panel = { agencies = 3 } to the stage, or take by_panel out."
            place = (*here, "outcome", index, "by_panel")
            yield Finding(place, "a panel decides so, but the stage has no panel", "by_panel = true", fix)


def _dates(policy: Policy) -> Iterator[Finding]:
    if policy.review_by is not None and policy.review_by <= policy.effective_from:
        yield Finding(
            ("policy", "review_by"),
            "the review date is not after the day the edition takes effect",
            policy.review_by.isoformat(),
            f"Write a day after {policy.effective_from.isoformat()}, or take it out.",
        )
