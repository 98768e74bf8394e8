"""What a policy says of a stage, in the words that pages show."""

from collections.abc import Mapping
from dataclasses import dataclass

from agencies.tiers import Tier
from policies.flow import ways
from policies.schema import ANY_STAGE, Policy
from policies.stages import Stage

_RECORDS: Mapping[str, str] = {
    "view": "A written view, with the evidence and where it comes from",
    "discussion": "A discussion: when, who, how, and what was said",
}
_TOLD: Mapping[str, str] = {"business_manager": "The Business Manager", "chair": "The Chair"}
_DECIDERS: Mapping[str, str] = {"chair": "The Chair", "safeguarding_manager": "The safeguarding manager"}
_NO_LIMIT = "No time is stated: the people at the stage agree a date"


@dataclass(frozen=True)
class StageWords:
    """One stage as a page shows it. `ways` says where it goes next and when, `endings` how it can end there."""

    stage: Stage
    called: str
    tier: str
    limits: tuple[str, ...]
    told: tuple[str, ...]
    on_record: tuple[str, ...]
    also: tuple[str, ...]
    decides: str
    panel: str
    endings: tuple[str, ...]
    ways: tuple[str, ...]
    here: bool = False


def called(code: str, name: str) -> str:
    """A stage as people call it: "3 Senior manager to senior manager"; a code that is no number adds nothing."""
    return f"{code} {name}" if code[:1].isdigit() else name


def limits(policy: Policy, stage: Stage) -> tuple[str, ...]:
    """The limits of the stage's duties as the policy prints them, each once, and who sets the date where it is open."""
    words = []
    for duty in stage.duties:
        limit = policy.clock(duty.clock).limit
        printed = limit.printed[:1].upper() + limit.printed[1:]
        if limit.unit == "agreed" and "agree" not in printed:
            printed = f"{printed} (the people at the stage agree a date)"
        words.append(printed or _NO_LIMIT)
    return tuple(dict.fromkeys(words))


def in_words(policy: Policy, stage: Stage, *, here: str | None = None) -> StageWords:
    """All that a page says of the stage; `here` is the code of the stage at which a case stands."""
    subjects = {subject.code: subject.name for subject in policy.subjects}
    return StageWords(
        stage=stage,
        called=called(stage.code, stage.name),
        tier=Tier(stage.tier).label,
        limits=limits(policy, stage),
        told=tuple(_TOLD[code] for code in stage.notify),
        on_record=(*(_RECORDS[kind] for kind in stage.required_records), *stage.confirmations),
        also=tuple(
            f"{extra.role} (on: {', '.join(subjects[code] for code in extra.subjects)})"
            if extra.subjects
            else extra.role
            for extra in stage.also
        ),
        decides=_DECIDERS[stage.decides] if stage.decides else "",
        panel=_panel(stage),
        endings=tuple(outcome.name for outcome in stage.outcomes if outcome.ends),
        ways=_ways(policy, stage),
        here=stage.code == here,
    )


def steps(policy: Policy, *, here: str | None = None) -> tuple[StageWords, ...]:
    """Every stage in the order of the file: what the flow chart shows, as a list."""
    return tuple(in_words(policy, stage, here=here) for stage in policy.stages)


def immediate_risk(policy: Policy) -> str:
    """Where a case at immediate risk may begin or go, in a sentence."""
    if policy.immediate_entry == ANY_STAGE:
        return "If a child is at immediate risk, you may begin at any stage, or move to any later one at once."
    entry = policy.stage(policy.immediate_entry)
    return f"If a child is at immediate risk, go to stage {called(entry.code, entry.name)} at once."


def _ways(policy: Policy, stage: Stage) -> tuple[str, ...]:
    found = [(way.when, policy.stage(way.target)) for way in ways(policy) if way.source == stage.code]
    return tuple(f"{when or 'Next'}: stage {called(target.code, target.name)}" for when, target in found)


def _panel(stage: Stage) -> str:
    if stage.panel is None:
        return ""
    own = ", those concerned among them where possible" if stage.panel.parties_where_possible else ""
    return f"A resolution panel can be called, with members from {stage.panel.agencies} agencies{own}"
