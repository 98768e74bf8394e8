"""Whether every stage of a policy can be reached, and whether from every stage there is a way to an end."""

from collections.abc import Iterator
from itertools import product

from policies.problems import Finding
from policies.schema import Policy
from policies.stages import Stage


def check_routes(policy: Policy) -> list[Finding]:
    """Stages nobody comes to, ways that go round in a circle, and stages that some case could never leave.

    The policy's pointers must be sound (`policies.check`).
    """
    return [*_unreachable(policy), *_circles(policy), *_dead_ends(policy)]


def _unreachable(policy: Policy) -> Iterator[Finding]:
    reached = {policy.first_stage} | {stage.code for stage in policy.later_stages(policy.first_stage)}
    for index, stage in enumerate(policy.stages):
        if stage.code not in reached:
            yield Finding(
                ("stage", index, "code"),
                "no case can come to this stage",
                f'"{stage.code}"',
                f'Lead to it: add a [[stage.next]] with to = "{stage.code}" at an earlier stage, or take it out.',
            )


def _circles(policy: Policy) -> Iterator[Finding]:
    for index, stage in enumerate(policy.stages):
        if stage in policy.later_stages(stage.code):
            yield Finding(
                ("stage", index, "code"),
                "the ways on from this stage come back to it, so a case could go round for ever",
                f'"{stage.code}"',
                "Let every way on lead to a later stage.",
            )


def _dead_ends(policy: Policy) -> Iterator[Finding]:
    for index, stage in enumerate(policy.stages):
        # An outcome ends the case or sends it on, and ways never go round: whoever decides leads it to an end.
        if stage.outcomes:
            continue
        if not stage.next:
            yield Finding(
                ("stage", index),
                "this is a last stage and nobody decides there",
                f'"{stage.code}"',
                "Add decides and a [[stage.outcome]] that ends the case, or a [[stage.next]] that leads on.",
            )
            continue
        closed = _closed_to(policy, stage)
        if closed:
            yield Finding(
                ("stage", index, "next"),
                f"a case with {closed} has no way on from this stage",
                f'"{stage.code}"',
                "Add a [[stage.next]] for it, or one without grounds and subjects.",
            )


def _closed_to(policy: Policy, stage: Stage) -> str:
    """The first kind of case that no branch of the stage admits, in words; empty if there is none.

    A ground or a subject alone comes first, because None (not known) is admitted by every branch.
    """
    grounds: list[str | None] = [None, *(ground.code for ground in policy.grounds)]
    subjects: list[str | None] = [None, *(subject.code for subject in policy.subjects)]
    for ground, subject in product(grounds, subjects):
        if not any(branch.admits(ground=ground, subject=subject) for branch in stage.next):
            parts = [f'ground "{ground}"' if ground else "", f'subject "{subject}"' if subject else ""]
            return " and ".join(part for part in parts if part)
    return ""
