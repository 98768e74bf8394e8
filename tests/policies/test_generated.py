"""Over generated policies: what the check accepts runs from raising to an end, and what it refuses never loads."""

import random
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from policies.problems import PolicyError
from policies.reading import parse
from policies.schema import Policy
from policies.timeline import timeline
from policies.workdays import Calendar
from tests.policies.texts import at

ENGLAND_AND_WALES = Calendar("england-and-wales")
TIERS = ["own_advice", "professional", "line_manager", "senior_manager", "director"]
GROUNDS = ["risk", "resources", "other"]
LIMITS = [
    '{ unit = "none" }',
    '{ unit = "agreed", printed = "soon" }',
    '{ amount = 2, unit = "working_days", printed = "two days" }',
    '{ amount = 48, unit = "hours", printed = "48 hours" }',
    '{ amount = 7, unit = "calendar_days", printed = "a week" }',
]


class Writer:
    """Writes a policy at random: mostly sound, sometimes with a way that leads nowhere or round."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = chance.randint(1, 6)
        self.grounds = GROUNDS[: chance.choice([0, 0, 2, 3])]
        self.clocks = chance.randint(1, 4)

    def text(self) -> str:
        head = (
            '[policy]\nslug = "made"\nname = "Made"\nedition = "1"\neffective_from = 2026-01-01\n'
            'summary = "Made."\nscope = "Made."\n'
        )
        grounds = "".join(f'[[ground]]\ncode = "{ground}"\nname = "{ground}"\n' for ground in self.grounds)
        stages = "".join(self.stage(index) for index in range(self.number))
        clocks = [self.clock(index) for index in range(self.clocks) if f'clock = "c{index}"' in stages]
        return head + grounds + "".join(clocks) + stages

    def clock(self, index: int) -> str:
        starts = self.chance.choice(["case_raised", "stage_entered", "stage_entered", f"clock_end:c{index - 1}"])
        if index == 0:
            starts = "case_raised"
        return f'[[clock]]\ncode = "c{index}"\nstarts = "{starts}"\nlimit = {self.chance.choice(LIMITS)}\n'

    def stage(self, index: int) -> str:
        last = index == self.number - 1
        decides = last or self.chance.random() < 0.2
        tier = "chair" if decides else self.chance.choice(TIERS)
        lines = [
            f'[[stage]]\ncode = "s{index}"\nname = "S"\ntier = "{tier}"',
            'raising = "A"\nreceiving = "B"\nguidance = "G."',
        ]
        lines += ['decides = "chair"'] if decides else []
        lines += [self.ways(index)] if not last and self.chance.random() < 0.5 else []
        for duty in range(self.chance.randint(1, 2)):
            clock = self.chance.randrange(self.clocks)
            lines.append(f'[[stage.duty]]\ncode = "d{duty}"\nowed_by = "both"\ndeed = "D"\nclock = "c{clock}"')
        if decides:
            lines.append('[[stage.outcome]]\ncode = "end"\nname = "End"')
            if not last:
                to = self.chance.randint(index + 1, self.number - 1)
                lines.append(f'[[stage.outcome]]\ncode = "on"\nname = "On"\nends = false\nto = "s{to}"')
        return "\n".join(lines) + "\n"

    def ways(self, index: int) -> str:
        ways = []
        for _ in range(self.chance.randint(0, 3)):
            lowest = 0 if self.chance.random() < 0.1 else index + 1
            to = self.chance.randint(lowest, self.number - 1)
            some = self.chance.sample(self.grounds, self.chance.randint(0, len(self.grounds)))
            words = ", ".join(f'"{ground}"' for ground in some)
            ways.append(f'{{ to = "s{to}", grounds = [{words}] }}')
        return f"next = [{', '.join(ways)}]"


made = st.integers(0, 10**9).map(lambda seed: Writer(random.Random(seed)).text())  # noqa: S311


def parsed(text: str) -> Policy | None:
    try:
        return parse(text, path="made.toml")
    except PolicyError:
        return None


def ends_from(policy: Policy, code: str, ground: str | None) -> bool:
    """Whether a case at the stage can come to an end by going on and by decisions, walked one step at a time."""
    waiting, seen = deque([code]), set()
    while waiting:
        stage = policy.stage(waiting.popleft())
        if any(outcome.ends for outcome in stage.outcomes):
            return True
        steps = [following.code for following in policy.next_stages(stage.code, ground=ground)]
        steps += [outcome.to for outcome in stage.outcomes if outcome.to is not None]
        waiting.extend(step for step in steps if step not in seen)
        seen.update(steps)
    return False


def reached(policy: Policy) -> set[str]:
    """The stages that a case of some ground comes to, walked one step at a time."""
    found = {policy.first_stage}
    waiting = deque(found)
    while waiting:
        code = waiting.popleft()
        stage = policy.stage(code)
        steps = {branch.to for branch in stage.next} | {outcome.to for outcome in stage.outcomes if outcome.to}
        waiting.extend(steps - found)
        found |= steps
    return found


@given(made)
def test_from_every_stage_of_an_accepted_policy_every_case_can_come_to_an_end(text: str) -> None:
    policy = parsed(text)
    if policy is None:
        return
    for stage in policy.stages:
        for ground in [None, *(ground.code for ground in policy.grounds)]:
            assert ends_from(policy, stage.code, ground), stage.code


@given(made)
def test_every_stage_of_an_accepted_policy_is_reached(text: str) -> None:
    policy = parsed(text)
    if policy is None:
        return
    assert reached(policy) == {stage.code for stage in policy.stages}


@given(made)
def test_a_case_of_an_accepted_policy_never_comes_back(text: str) -> None:
    policy = parsed(text)
    if policy is None:
        return
    for stage in policy.stages:
        assert stage not in policy.later_stages(stage.code)


@given(made)
def test_an_accepted_policy_has_a_calendar_for_every_ground(text: str) -> None:
    policy = parsed(text)
    if policy is None:
        return
    for ground in [None, *(ground.code for ground in policy.grounds)]:
        lines = timeline(policy, raised_at=at("2026-04-02 10:00"), calendar=ENGLAND_AND_WALES, ground=ground)
        assert [line.code for line in lines] == [stage.code for stage in policy.stages]
        assert all(line.entered >= at("2026-04-02 10:00") for line in lines)
        assert all(line.reason for line in lines)


@given(made)
def test_an_accepted_policy_reads_the_same_twice(text: str) -> None:
    assert parsed(text) == parsed(text)


def test_the_writer_makes_policies_of_both_kinds() -> None:
    """Guards the tests above: with nothing accepted, or nothing refused, they would prove nothing."""
    texts = [Writer(random.Random(seed)).text() for seed in range(200)]  # noqa: S311
    accepted = sum(parsed(text) is not None for text in texts)
    assert 50 <= accepted <= 150
