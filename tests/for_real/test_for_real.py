"""An installation for real: the commands of docker-compose.yml as processes of their own, over HTTP and SMTP."""

import os
import re
import signal
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from celery import Celery

from tests.cases.cast import PASSWORD
from tests.for_real.installation import SITE, Installation, until
from tests.for_real.mail import HoldingMailServer
from tests.for_real.stock import MANAGER, NORA, SAM, SLUG
from tests.for_real.visitor import Visitor

pytestmark = pytest.mark.for_real

#: The beat ticks once a minute, so what it starts is there after a minute and some seconds of work.
A_TICK = 95.0
SOON = 30.0
#: What the raiser writes; no message may hold any of it.
WRITTEN = {
    "decision": "The kingfisher referral was closed.",
    "risk": "The heron is alone in the evenings.",
    "evidence": "Collected late by the plover.",
    "source": "The curlew register",
    "aim": "An egret assessment within the week.",
    "initials": "QZX",
}


def raise_over_http(installation: Installation, visitor: Visitor) -> str:
    """Nora walks every step of Raise; the reference of the case."""
    [[care]] = installation.sql("SELECT id FROM agencies_agency WHERE slug = %s", f"{SLUG}-social-care")
    [[sam]] = installation.sql("SELECT id FROM agencies_person WHERE email = %s", SAM)
    visitor.get("/cases/raise/")
    visitor.submit()
    visitor.submit(immediate_risk="no", situation="none", go="continue")
    visitor.submit(subject="referral_threshold", decision=WRITTEN["decision"], risk=WRITTEN["risk"], go="continue")
    visitor.submit(what_0=WRITTEN["evidence"], source_0=WRITTEN["source"], aim=WRITTEN["aim"], go="continue")
    visitor.submit(receiving=str(care), go="people")
    page = visitor.submit(receiving_contact=str(sam), child_initials=WRITTEN["initials"], go="continue")
    assert "Check your answers" in page.body, page.body
    page = visitor.submit()
    found = re.fullmatch(r"/cases/(?P<reference>[A-Z]+-\d{4}-\d{4})/sent/", page.address)
    assert found, f"{page.address}:\n{page.body}"
    assert "Sam Seahaven" in page.body
    return found["reference"]


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def everything_in(message: EmailMessage) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    return headers + "".join(str(part.get_content()) for part in message.walk() if not part.is_multipart())


def says_nothing_of_the_case(message: EmailMessage, reference: str) -> None:
    """Reference and link are there; nothing that was written, no name, no subject."""
    whole = everything_in(message)
    assert reference in str(message["Subject"])
    assert f"{SITE}/cases/{reference}/" in text_of(message)
    names = ("Nora", "Sam Seahaven", "below the threshold", "Seahaven Nursery", "Seahaven Social Care")
    assert [words for words in (*WRITTEN.values(), *names) if words in whole] == []


def first_message(mail: HoldingMailServer, address: str, words: str, seconds: float) -> EmailMessage:
    def find() -> EmailMessage | None:
        return next((message for message in mail.taken_for(address) if words in str(message["Subject"])), None)

    said = f"no message “{words}” came for {address}; there are {[str(m['Subject']) for m in mail.taken]}"
    found: EmailMessage = until(find, said, seconds)
    return found


def test_a_case_is_raised_over_http_and_beat_and_worker_make_it_late_and_deliver_the_reminder(
    installation: Installation, mail: HoldingMailServer
) -> None:
    installation.prepare("lay")
    installation.collect_static()
    web, worker, beat = (installation.start(name) for name in ("web", "worker", "beat"))
    visitor = Visitor(SITE, installation.port)
    worker.wait_for("ready.")
    web.wait_for("Booting worker")
    until(lambda: web_answers(visitor), web.said(), SOON)
    installation.well("web")
    installation.well("worker")

    visitor.sign_in(NORA, PASSWORD)
    reference = raise_over_http(installation, visitor)
    told = first_message(mail, SAM, reference, SOON)
    says_nothing_of_the_case(told, reference)
    [[due]] = installation.sql("SELECT due_at FROM cases_case WHERE reference = %s", reference)
    assert f"{due.day} {due:%B %Y}" in text_of(told)

    hours_ago = datetime.now(UTC) - timedelta(hours=3)
    installation.sql(
        "UPDATE cases_clock SET started_at = %s, due_at = %s, next_step = 'late', next_step_at = %s",
        hours_ago - timedelta(days=2),
        hours_ago,
        hours_ago,
    )
    for address in (NORA, SAM):
        late = first_message(mail, address, "The date has passed", A_TICK)
        says_nothing_of_the_case(late, reference)
        assert "Preventing disputes: professionals" in text_of(late)
    says_nothing_of_the_case(first_message(mail, MANAGER, "waits for you", SOON), reference)
    assert installation.sql("SELECT late_since IS NOT NULL FROM cases_case") == [(True,)]
    assert "late" in visitor.get(f"/cases/{reference}/").body.lower()
    assert [recipients for recipients in mail.envelopes if len(recipients) != 1] == []

    for process in (beat, worker, web):
        assert process.end(signal.SIGTERM, seconds=25) == 0, process.said()
    for process in (beat, worker, web):
        assert "Traceback" not in process.said()
        assert WRITTEN["initials"] not in process.said()


def web_answers(visitor: Visitor) -> bool:
    try:
        return visitor.get("/healthz").status == 200
    except ConnectionError:
        return False


def test_a_worker_killed_in_the_middle_of_a_delivery_loses_no_message(
    installation: Installation, mail: HoldingMailServer
) -> None:
    installation.prepare("lay_with_a_case")
    [[waiting]] = installation.sql("SELECT count(*) FROM notifications_notification WHERE state = 'pending'")
    assert waiting > 0
    queue = Celery("test", broker=installation.redis_url)
    mail.release.clear()
    killed = installation.start("worker")
    killed.wait_for("ready.")
    queue.send_task("notifications.tasks.deliver_due_notifications", ignore_result=True)
    assert mail.held.wait(SOON), killed.said()

    os.killpg(killed.popen.pid, signal.SIGKILL)
    killed.popen.wait(10)
    mail.release.set()
    assert installation.sql("SELECT count(*) FROM notifications_notification WHERE state = 'sending'") == [(1,)]
    # As five minutes later: the lease of the one that was being sent has run out.
    installation.sql("UPDATE notifications_notification SET leased_until = now() WHERE state = 'sending'")
    installation.start("worker").wait_for("ready.")
    queue.send_task("notifications.tasks.deliver_due_notifications", ignore_result=True)

    sent = "SELECT count(*) FROM notifications_notification WHERE state = 'sent'"
    until(lambda: installation.sql(sent) == [(waiting,)], "not everything was sent", SOON)
    known = {row[0] for row in installation.sql("SELECT message_id FROM notifications_notification")}
    assert {str(message["Message-ID"]) for message in mail.taken} == known


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_an_insecure_setting_is_refused_at_the_start_with_the_reason(installation: Installation, service: str) -> None:
    process = installation.start(service, HTTPS="0")
    assert process.popen.wait(SOON) != 0
    assert "HTTPS is off: passwords and cases would travel in the clear." in process.said()
