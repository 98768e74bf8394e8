"""A disagreement on its way through a policy, done by everybody concerned, each in their own browser."""

from playwright.sync_api import Page, expect

from agencies.models import Person
from agencies.tiers import LADDER, Tier
from cases.models import Case
from tests.browser.desks import Desks
from tests.browser.pages import CasePage, Dispute, Raise
from tests.cases.cast import Cast


def dispute_of(cast: Cast, subject: str, ground: str = "") -> Dispute:
    """Nora's, with Sam in social care."""
    professional = f"{cast.sam.name}, {cast.sam.job_title}"
    return Dispute(subject=subject, ground=ground, agency=cast.care.name, professional=professional)


class Journey:
    def __init__(self, desks: Desks, cast: Cast) -> None:
        self.desks = desks
        self.cast = cast
        self.reference = ""

    @property
    def case(self) -> Case:
        return Case.objects.get(reference=self.reference)

    def raised(self, subject: str, ground: str = "", *, page: Page | None = None) -> "Journey":
        """Nora raises it for the nursery, in `page` where she is signed in already."""
        page = page or self.desks.of(self.cast.nora)
        self.reference = Raise(page, dispute_of(self.cast, subject, ground)).all_steps()
        return self

    def at(self, person: Person) -> CasePage:
        return CasePage(self.desks.of(person), self.reference)

    def answered(self, by: Person) -> None:
        """The other agency says what it thinks, and everybody can read it."""
        view = "We assessed the referral against the threshold document."
        self.at(by).give_view(view, "A visit last month found no concern", "Our case file")
        expect(self.at(self.cast.nora).open().page.get_by_role("main")).to_contain_text(view)

    def stands_at(self, stage: str, *, seen_by: Person) -> None:
        """The page says so to this person, and so does the database."""
        expect(self.at(seen_by).open().here).to_contain_text(stage)
        assert self.case.stage.name == stage

    def climbs(self, stage: str, *, by: Person | None = None) -> None:
        """The stage's discussion is recorded, going up is asked for, and whoever the page names approves it."""
        by = by or self.in_charge()
        self.at(by).record_discussion(f"{self.cast.nursery.name} and {self.cast.care.name}")
        asked = self.at(by).ask_to_escalate()
        if asked:
            self.at(self.named(asked)).approve()
        self.stands_at(stage, seen_by=by)

    def named(self, asked: str) -> Person:
        """Whom the page says is asked; above a director's own request there is only the Business Manager."""
        if asked == "the Business Manager":
            return self.cast.business_manager
        return Person.objects.get(name=asked)

    def in_charge(self) -> Person:
        """Who speaks for the raising side where the case stands: its officer of that tier, else Nora herself."""
        tier = Tier(self.case.state)
        return self.cast.officer(self.cast.nursery, tier) if tier in LADDER else self.cast.nora

    def is_decided(self, outcome: str, *, by: Person) -> None:
        """It ends with this decision, and the one who raised it can read it."""
        self.at(by).decide(outcome)
        told = self.at(self.cast.nora).open().page.get_by_role("main")
        expect(told).to_contain_text("Resolved")
        expect(told).to_contain_text(outcome)
        assert self.case.state == "resolved"
