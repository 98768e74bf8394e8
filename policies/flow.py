"""A policy's ways from stage to stage, and in which row of a drawing each stage stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from policies.schema import Branch, Policy
from policies.stages import Stage
from policies.wording import listed


@dataclass(frozen=True)
class Way:
    """One way on: from a stage to another, and when it is taken ("" where it is open to every case)."""

    source: str
    target: str
    when: str = ""


def ways(policy: Policy) -> tuple[Way, ...]:
    """Every way on, in the order of the file: those of branches and those of decisions, one for each pair of stages.

    Where a decision leads the same way as the usual one, it is the decision that is said.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for stage in policy.stages:
        for branch in stage.next:
            found.setdefault((stage.code, branch.to), []).extend(filter(None, [_condition(policy, branch)]))
        for outcome in stage.outcomes:
            if outcome.to is not None:
                found.setdefault((stage.code, outcome.to), []).append(outcome.name)
    return tuple(Way(source, target, listed(words, "or")) for (source, target), words in found.items())


def _condition(policy: Policy, branch: Branch) -> str:
    """For which grounds and subjects a branch is open, by their names; empty if for all."""
    grounds = [ground.name for ground in policy.grounds if ground.code in branch.grounds]
    subjects = [subject.name for subject in policy.subjects if subject.code in branch.subjects]
    return "; ".join(filter(None, [_one_of(grounds), _one_of(subjects)]))


def _one_of(names: list[str]) -> str:
    """The names in a row; a comma would be taken for a part of one of them."""
    return "; or ".join(name if index == 0 else name[:1].lower() + name[1:] for index, name in enumerate(names))


def rows(policy: Policy) -> tuple[tuple[Stage, ...], ...]:
    """The stages in rows from top to bottom: every way leads down, or to the right within a row.

    Two stages between which another one chooses stand side by side, even where the first can lead to the second
    (Derbyshire's two halves of stage 4).
    """
    every = ways(policy)
    beside = _side_by_side(every)
    level: dict[str, int] = {}
    for code in _in_order(policy, every):
        before = [
            level[way.source] + (0 if (way.source, code) in beside else 1)
            for way in every
            if way.target == code and way.source in level
        ]
        level[code] = max(before, default=0)
    by_level: dict[int, list[Stage]] = defaultdict(list)
    for stage in policy.stages:
        by_level[level[stage.code]].append(stage)
    return tuple(tuple(_pairs_together(by_level[index], beside)) for index in sorted(by_level))


def _side_by_side(every: Iterable[Way]) -> set[tuple[str, str]]:
    """The pairs of stages that are the only two choices of one stage, the first of which leads to the second."""
    targets: dict[str, list[str]] = defaultdict(list)
    for way in every:
        targets[way.source].append(way.target)
    pairs = {tuple(two) for two in targets.values() if len(two) == 2}
    return {
        (first, second)
        for first, leads in targets.items()
        for second in leads
        if pairs & {(first, second), (second, first)}
    }


def _in_order(policy: Policy, every: Iterable[Way]) -> list[str]:
    """The codes of the stages so that each comes after all that lead to it; ways never go round (`check_routes`)."""
    waiting: dict[str, set[str]] = {stage.code: set() for stage in policy.stages}
    for way in every:
        waiting[way.target].add(way.source)
    ordered: list[str] = []
    while waiting:
        # Should ways go round after all, the first in the file is taken and the drawing still ends.
        code = next((code for code, before in waiting.items() if not before & waiting.keys()), next(iter(waiting)))
        ordered.append(code)
        del waiting[code]
    return ordered


def _pairs_together(row: list[Stage], beside: set[tuple[str, str]]) -> list[Stage]:
    """The row in the order of the file, but whoever another in the row leads to stands at its right."""
    ordered: list[Stage] = []
    for stage in row:
        after = next((index for index, other in enumerate(ordered) if (stage.code, other.code) in beside), None)
        ordered.insert(len(ordered) if after is None else after, stage)
    return ordered
