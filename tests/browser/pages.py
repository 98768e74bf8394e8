"""The pages as people use them: by what is written on labels, links and buttons."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from policies.workdays import Calendar

REFERENCE = re.compile(r"[A-Z]+-\d{4}-\d{4}")


def group(page: Page, name: str) -> Locator:
    """The fieldset with that legend."""
    return page.get_by_role("group", name=name, exact=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def write_date(where: Locator, day: date) -> None:
    for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        where.get_by_label(label).fill(str(number))


def soon(days: int = 14) -> date:
    """About so many days from now; a day ahead is a working day, as the pages want it."""
    day = timezone.localdate() + timedelta(days=days)
    calendar = Calendar("england-and-wales")
    while days > 0 and not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()


@dataclass
class Dispute:
    """What is disagreed about, in the words on the page."""

    subject: str
    agency: str
    professional: str
    ground: str = ""
    decision: str = "The referral was closed without an assessment."
    risk: str = "The child is left alone in the evenings."
    evidence: str = "Collected late on six days"
    source: str = "Nursery register"
    aim: str = "An assessment within the week."
    initials: str = "AB"


def nothing(page: Page) -> None:
    """Looks at no page."""


class Raise:
    """The steps of raising a disagreement; `look` is called on each page that is come to."""

    def __init__(self, page: Page, dispute: Dispute, *, look: Callable[[Page], None] = nothing) -> None:
        self.page = page
        self.dispute = dispute
        self.look = look

    def all_steps(self) -> str:
        """From Home to the page that says it is sent; the reference."""
        self.page.goto("/")
        press(self.page, "Raise a disagreement")
        self.look(self.page)
        press(self.page, "Start")
        self.look(self.page)
        for step in (self.safety, self.disputed, self.evidence, self.who):
            step()
        return self.send()

    def go_on(self, heading: str) -> None:
        press(self.page, "Continue")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.look(self.page)

    def safety(self) -> None:
        group(self.page, "Is a child at immediate risk of harm?").get_by_label("No", exact=True).check()
        self.go_on("What do you disagree with?")

    def disputed(self) -> None:
        self.page.get_by_label(self.dispute.subject, exact=True).check()
        if self.dispute.ground:
            self.page.get_by_label(self.dispute.ground, exact=True).check()
        self.page.get_by_label("Which decision do you disagree with?").fill(self.dispute.decision)
        self.page.get_by_label("Why may a child be at risk because of it?").fill(self.dispute.risk)
        self.go_on("What do you know, and what do you want?")

    def evidence(self) -> None:
        first = group(self.page, "Evidence 1")
        first.get_by_label("What do you know?").fill(self.dispute.evidence)
        first.get_by_label("Where does it come from?").fill(self.dispute.source)
        self.page.get_by_label("What do you want to achieve?").fill(self.dispute.aim)
        self.go_on("Who is involved?")

    def who(self) -> None:
        group(self.page, "Which agency made the decision?").get_by_label(self.dispute.agency, exact=True).check()
        press(self.page, "Show this agency’s people")
        professional = self.page.get_by_label(f"Which professional at {self.dispute.agency} do you disagree with?")
        professional.select_option(label=self.dispute.professional)
        self.page.get_by_label("The child’s initials").fill(self.dispute.initials)
        self.go_on("Check your answers, then send")

    def send(self) -> str:
        """Check and send; the reference that the page gives."""
        for words in (self.dispute.decision, self.dispute.evidence, self.dispute.aim, self.dispute.agency):
            expect(self.page.get_by_role("main")).to_contain_text(words)
        press(self.page, "Send")
        expect(self.page).to_have_url(re.compile(r"/sent/$"))
        self.look(self.page)
        found = REFERENCE.search(self.page.url)
        assert found
        return found[0]


class CasePage:
    """The page of one case in somebody's browser, and the acts that its buttons lead to."""

    def __init__(self, page: Page, reference: str) -> None:
        self.page = page
        self.reference = reference

    def open(self) -> "CasePage":
        self.page.goto(f"/cases/{self.reference}/")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.reference)
        return self

    @property
    def here(self) -> Locator:
        """The stage that is marked as the one where the case stands."""
        return self.page.locator("[aria-current=step]")

    def act(self, button: str | re.Pattern[str]) -> None:
        """Press the button on the case's page; whoever has just done something is on it already."""
        if urlsplit(self.page.url).path != f"/cases/{self.reference}/":
            self.open()
        # The button that the case waits for stands at the top and again among the others.
        self.page.get_by_role("main").get_by_role("button", name=button, exact=True).first.click()

    def done(self, words: str) -> str:
        """The green banner must say so; all that it says."""
        banner = self.page.get_by_role("alert")
        expect(banner).to_contain_text(words)
        return banner.inner_text()

    def give_view(self, view: str, evidence: str, source: str) -> None:
        self.act("Give our view")
        self.page.get_by_label("What is your view?").fill(view)
        self.page.get_by_label("Evidence 1: what you know").fill(evidence)
        self.page.get_by_label("Evidence 1: where it comes from").fill(source)
        press(self.page, "Put our view on the record")
        self.done("Your view is on the record")

    def record_discussion(self, people: str) -> None:
        """Inside one's own agency the same page goes by the name of what is recorded there: the advice."""
        self.act(re.compile(r"^\s*Record (a discussion|the advice)\s*$"))
        write_date(group(self.page, "When did you talk?"), soon(-1))
        self.page.get_by_label("At what time?").fill("10:30")
        self.page.get_by_label("By telephone").check()
        self.page.get_by_label("Who took part?").fill(people)
        self.page.get_by_label("What was said?").fill("Each side explained its view. We still differ.")
        self.page.get_by_role("button", name=re.compile(r"^\s*Put the (discussion|advice) on the record\s*$")).click()
        self.done("is on the record")

    def set_date(self, day: date, agreed_with: str) -> None:
        self.act("Set the date")
        write_date(group(self.page, "By which day must this stage be settled?"), day)
        self.page.get_by_label(re.compile("did you agree it")).fill(agreed_with)
        press(self.page, "Set the date")
        self.done("The date is now")

    def ask_to_escalate(self) -> str:
        """Ask, with everything ticked that the policy wants confirmed; the name of the one who is asked, or ""."""
        ask = re.compile(r"^\s*(Ask to escalate|Go to .+)\s*$")
        self.act(ask)
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.page.get_by_label("Why has this stage not settled it?").fill("We have talked, and we still differ.")
        self.page.get_by_role("main").get_by_role(
            "button", name=re.compile(r"^\s*(Ask to escalate|Go to .+)\s*$")
        ).click()
        said = self.done("")
        asked = re.search(r"put before (.+)\.", said)
        return asked[1] if asked else ""

    def approve(self) -> None:
        """From Home, where the request waits, to the answer."""
        self.page.goto("/")
        waiting = self.page.get_by_role("table", name=re.compile("^Requests for you to answer"))
        waiting.get_by_role("link", name=self.reference).click()
        self.page.get_by_label("Approve: the case goes up").check()
        press(self.page, "Send your answer")
        self.done("Approved.")

    def convene_panel(self, members: list[str]) -> None:
        self.act("Convene a panel")
        for name in members:
            self.page.get_by_label(re.compile(f"^{re.escape(name)},")).check()
        press(self.page, "Convene this panel")
        self.done("The panel has been convened")

    def decide(self, outcome: str, *, ends: bool = True) -> None:
        self.act("Record the decision")
        self.page.get_by_label(outcome, exact=True).check()
        self.page.get_by_label("What are the reasons?").fill("Both sides were heard; the risk is real.")
        self.page.get_by_label("What changes for the child?").fill("An assessment begins this week.")
        if ends:
            self.page.get_by_label("Action 1: what is to be done").fill("Visit the family at home")
            self.page.get_by_label("Action 1: who does it").fill("Social worker")
            write_date(group(self.page, "Action 1: by when (optional)"), soon())
            write_date(group(self.page, "When is this reviewed? (optional)"), soon(60))
        press(self.page, "Record this decision")
        self.done("The decision is on the record")
