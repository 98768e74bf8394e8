"""May they?  The only place that answers, for pages (which show the reason) and services (which enforce it).

`ACTS` says in which states each thing can be done and which rule says who may do it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agencies.models import Person
from cases import rules, states
from cases.models import Case
from cases.standing import Standing, standing
from escalation.errors import NotAllowed, WrongState

Rule = Callable[[Standing], str | None]


@dataclass(frozen=True)
class Verdict:
    """The answer to "may they?"; `reason` is empty when they may, else plain English for the page."""

    allowed: bool
    reason: str = ""
    wrong_state: bool = False


@dataclass(frozen=True)
class Act:
    code: str
    label: str
    states: frozenset[str]
    rule: Rule


ACTS: Mapping[str, Act] = {
    act.code: act
    for act in (
        Act("give_view", "Give our view", frozenset(states.OPEN), rules.speaks_on_the_case),
        Act("record_discussion", "Record a discussion", frozenset(states.OPEN), rules.speaks_on_the_case),
        Act("set_date", "Set the date", frozenset(states.OPEN), rules.sets_date),
        Act("extend_date", "Ask for a later date", frozenset(states.OPEN), rules.extends_date),
        Act(
            "answer_extension",
            "Answer about the later date",
            frozenset(states.OPEN),
            rules.answers_an_extension,
        ),
        Act("ask_to_escalate", "Ask to escalate", frozenset(states.OPEN), rules.asks_to_escalate),
        Act("answer_request", "Approve or return the request", frozenset(states.OPEN), rules.answers_a_request),
        Act("move_at_once", "Move at once: immediate risk", frozenset(states.OPEN), rules.moves_at_once),
        Act("propose_resolution", "Propose a resolution", frozenset(states.OPEN), rules.proposes),
        Act("answer_resolution", "Answer the proposed resolution", frozenset(states.OPEN), rules.answers_a_proposal),
        Act("convene_panel", "Convene a panel", frozenset(states.OPEN), rules.convenes),
        Act("decide", "Record the decision", frozenset(states.OPEN), rules.decides),
        Act("withdraw", "Withdraw the disagreement", frozenset(states.OPEN), rules.withdraws),
        Act("reopen", "Reopen the disagreement", frozenset(states.ENDED), rules.reopens),
    )
}


def _where_it_stands(case: Case) -> str:
    if case.is_open:
        return f"The case is open, at the stage “{case.stage.name}”."
    return f"The case is {case.get_state_display().lower()}."


def may(person: Person, action: str, case: Case, who: Standing | None = None) -> Verdict:
    """Whether the person may do `action` (a code of ACTS) to the case as it stands.

    `who` saves the queries when the caller has worked the standing out.  Raises KeyError for an unknown
    action: a misspelt one must not pass for a refusal.
    """
    act = ACTS[action]
    who = who or standing(person, case)
    if case.state not in act.states:
        return Verdict(False, _where_it_stands(case), wrong_state=True)
    reason = act.rule(who)
    return Verdict(reason is None, reason or "", wrong_state=isinstance(reason, rules.NotNow))


def require(verdict: Verdict, case: Case) -> None:
    """Raise NotAllowed or WrongState unless the verdict allows it."""
    if verdict.wrong_state:
        raise WrongState("wrong_state", f"This cannot be done now: {verdict.reason}")
    if not verdict.allowed:
        raise NotAllowed("not_allowed", verdict.reason)
