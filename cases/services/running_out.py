"""What the clock does by itself when a stage's time is up: the same things that people do, by "the clock"."""

from collections import Counter

from agencies.models import OnExpiry
from cases.acting import Acting
from cases.models import Answer, Side, StageVisit
from cases.people import approver
from cases.services.escalating import move_up, put_request


def put_before_manager(act: Acting) -> Counter[str]:
    """Put a request to escalate before the raising side's manager, or move the case on where so chosen.

    A request that waits already is not doubled; at the policy's last stage there is nowhere to go.  Returns
    what was done, by name.
    """
    ways = act.case.ways_up()
    if not ways:
        return Counter()
    if act.case.partnership.on_expiry == OnExpiry.MOVE:
        move_up(act, ways[0], StageVisit.How.CLOCK)
        return Counter(moved=1)
    party = act.case.parties.select_related("agency", "first_contact").get(side=Side.RAISING)
    if act.case.requests.filter(party=party, answer=Answer.WAITING).exists():
        return Counter()
    contact = approver(act.case, party, requester=act.case.raised_by, at=act.at)
    reasons = f"The time for the stage “{act.case.stage.name}” has run out without a resolution."
    act.record(
        "escalation.asked",
        {
            "to": ways[0].code,
            "reasons": reasons,
            "confirmed": [],
            "put_before": contact.name,
            "why_them": contact.why,
        },
    )
    put_request(act, party=party, stage=ways[0], reasons=reasons, contact=contact)
    return Counter(requests=1)
