"""The words of a story that do something, each by the service that a page would call.

view, answer         the raising (receiving) side gives its view
talk                 a discussion is recorded
date N               the date of the stage is set to N working days later
extend N, allow      the raising side asks for a date N working days later (the receiving side agrees to it)
ask, ask_lead        the raising side asks to escalate (and wants its safeguarding lead to answer)
approve, return      the manager who is asked answers; nothing if nobody is asked
urgent STAGE         immediate risk: moved at once
propose, natural     a resolution is proposed (because events have settled it)
agree, refuse        every other party agrees to the proposal (the first one does not)
panel                the Business Manager convenes a panel
decide OUTCOME       whoever decides at the stage does so
withdraw, reopen     the one who raised it does so
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from agencies.models import Person
from agencies.tiers import Tier
from cases.models import Answer, EscalationRequest, Extension
from cases.people import leads_of
from cases.services import (
    case_answer_extension,
    case_approve,
    case_ask_to_escalate,
    case_extend_date,
    case_give_view,
    case_move_at_once,
    case_record_discussion,
    case_return,
    case_set_date,
)
from escalation.demo import endings
from escalation.demo.cast import manager, speaker
from escalation.demo.play import Play, StoryError
from escalation.demo.reading import phrases

Deed = Callable[[Play, str], None]
HALF_AN_HOUR = timedelta(minutes=30)


def _view(play: Play, _: str) -> None:
    case = play.case
    text = play.matter.risk if case.state in (Tier.OWN_ADVICE, Tier.PROFESSIONAL) else play.pick(phrases().view)
    case_give_view(
        case=case,
        by=speaker(play, case, "raising"),
        at=play.at,
        view=text,
        evidence=play.matter.evidence_rows()[:1],
        wanted=play.matter.aim,
    )


def _answer(play: Play, _: str) -> None:
    case = play.case
    case_give_view(case=case, by=speaker(play, case, "receiving"), at=play.at, view=play.matter.answer)


def _prompted(play: Play) -> dict[str, str]:
    """Answers to those of the policy's questions that the matter has an answer to."""
    matter = play.matter
    known = {
        "differ, and": f"{matter.answer} The raising side sees it otherwise: {matter.risk}",
        "evidence": "; ".join(f"{what} ({source})" for what, source in matter.evidence),
        "life like": matter.life,
        "achieve": matter.aim,
        "way forward": matter.change,
        "actions": f"{matter.action}: {matter.who}.",
    }
    return {prompt: text for prompt in play.case.stage.prompts for key, text in known.items() if key in prompt}


def _talk(play: Play, _: str) -> None:
    case, said = play.case, phrases()
    one, other = speaker(play, case, "raising"), _other(play)
    summaries, outcomes = (
        (said.advice, said.advice_outcome) if case.state == Tier.OWN_ADVICE else (said.talk, said.talk_outcome)
    )
    case_record_discussion(
        case=case,
        by=one,
        at=play.at,
        held_at=play.at - HALF_AN_HOUR,
        who=f"{one.job_title} and {other.job_title.lower()}",
        how=play.pick(said.how),
        summary=play.pick(summaries),
        outcome=play.pick(outcomes),
        prompts=_prompted(play),
    )


def _other(play: Play) -> Person:
    """With whom the raising side talks: its own manager for advice, else the other side."""
    case = play.case
    if case.state == Tier.OWN_ADVICE:
        return manager(case, "raising")
    return speaker(play, case, "receiving")


def _date(play: Play, days: str) -> None:
    case = play.case
    if case.state in play.world.deciders:
        by, whom = play.world.business_manager, play.world.deciders[case.state].job_title
    else:
        by, whom = speaker(play, case, "raising"), _other(play).job_title
    due_on = play.world.days.later(play.today, int(days))
    case_set_date(case=case, by=by, at=play.at, due_on=due_on, agreed_with=whom)


def _extend(play: Play, days: str) -> None:
    case = play.case
    due_on = play.world.days.later(play.today, int(days))
    case_extend_date(
        case=case,
        by=speaker(play, case, "raising"),
        at=play.at,
        due_on=due_on,
        reasons=play.pick(phrases().extend),
    )


def _allow(play: Play, _: str) -> None:
    case = play.case
    asked = case.extensions.get(status=Extension.Status.PROPOSED)
    case_answer_extension(extension=asked, by=speaker(play, case, "receiving"), at=play.at, agrees=True)


def _waiting(play: Play) -> EscalationRequest | None:
    requests = play.case.requests.filter(answer=Answer.WAITING)
    return requests.select_related("case", "put_before").first()


def _ask(play: Play, _: str, ask: Person | None = None) -> None:
    # When the time has run out the clock has asked already, and there is nothing to add.
    if _waiting(play) is None:
        case = play.case
        by = case.raised_by
        said = phrases().ask_after_advice if case.state == Tier.OWN_ADVICE else phrases().ask
        reasons = play.pick(said)
        case_ask_to_escalate(case=case, by=by, at=play.at, reasons=reasons, confirmed=case.stage.confirmations, ask=ask)


def _ask_lead(play: Play, word: str) -> None:
    lead = leads_of(play.case.parties.get(side="raising")).first()
    _ask(play, word, lead)


def _approve(play: Play, _: str) -> None:
    request = _waiting(play)
    if request is not None:
        by = request.put_before or play.world.business_manager
        case_approve(request=request, by=by, at=play.at, reasons=play.pick(phrases().approve))


def _return(play: Play, _: str) -> None:
    request = _waiting(play)
    if request is None:
        raise StoryError("No request waits that could be returned.")
    reasons, missing = play.pick(phrases().returned)
    by = request.put_before or play.world.business_manager
    case_return(request=request, by=by, at=play.at, reasons=reasons, missing=missing)


def _urgent(play: Play, stage: str) -> None:
    case = play.case
    reasons = play.pick(phrases().urgent)
    case_move_at_once(case=case, by=case.raised_by, at=play.at, to_stage=stage, reasons=reasons)


DEEDS: Mapping[str, Deed] = {
    "view": _view,
    "answer": _answer,
    "talk": _talk,
    "date": _date,
    "extend": _extend,
    "allow": _allow,
    "ask": _ask,
    "ask_lead": _ask_lead,
    "approve": _approve,
    "return": _return,
    "urgent": _urgent,
    "propose": endings.propose,
    "natural": endings.natural,
    "agree": endings.agree,
    "refuse": endings.refuse,
    "panel": endings.panel,
    "decide": endings.decide,
    "withdraw": endings.withdraw,
    "reopen": endings.reopen,
}
