"""Pictures of every kind of page of a running demonstration, wide and on a phone.

    python -m tests.browser.pictures [--whole] OUT_DIR [http://127.0.0.1:8000] [PARTNERSHIP]

Writes OUT_DIR/<page>-1280.png and OUT_DIR/<page>-360.png: the upper part of each page, with --whole as far as it
goes.  The people are those that the sign-in page of the
demonstration offers; PARTNERSHIP is a part of a partnership's name, by default the first one's.  A draft is begun
to take the steps of Raise, and thrown away again.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, sync_playwright

from tests import services

#: How wide a picture is, and how tall at the most unless the whole page is wanted; in pixels.
SIZES = {1280: 1000, 360: 1400}
TALLEST = 8000


@dataclass(frozen=True)
class SignIn:
    role: str
    agency: str
    email: str
    password: str


def people(page: Page, partnership: str) -> list[SignIn]:
    """Whom the sign-in page offers for the partnership."""
    page.goto("/accounts/login/")
    main = page.get_by_role("main")
    found = main.locator("details").filter(has_text=partnership).first
    rows = found.locator("tbody tr").evaluate_all(
        """rows => rows.map(row => [
            row.cells[0].textContent.trim(),
            row.closest("table").caption.textContent.trim(),
            row.cells[2].textContent.trim(),
        ])"""
    )
    if not rows:
        raise SystemExit("The sign-in page offers nobody: this is no demonstration, or it has no data.")
    password = main.get_by_text("Everybody’s password").locator("strong").inner_text()
    return [SignIn(role, agency, email, password) for role, agency, email in rows]


def somebody(offered: list[SignIn], *words: str) -> SignIn:
    """The first whose role and agency hold all the words."""
    for person in offered:
        if all(word in f"{person.role} {person.agency}".lower() for word in words):
            return person
    raise SystemExit(f"The sign-in page offers nobody who is: {' '.join(words)}.")


class Camera:
    """Takes pictures into a folder, each at every width."""

    def __init__(self, folder: Path, *, whole: bool) -> None:
        self.folder = folder
        self.whole = whole
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str) -> None:
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("document.activeElement?.blur(), window.scrollTo(0, 0)")
            tall = int(page.evaluate("document.documentElement.scrollHeight"))
            part = FloatRect(x=0, y=0, width=width, height=min(tall, TALLEST if self.whole else height))
            path = self.folder / f"{name}-{width}.png"
            page.screenshot(path=path, full_page=True, clip=part)
            print(path)


def signed_in(browser: Browser, address: str, person: SignIn) -> tuple[BrowserContext, Page]:
    context = browser.new_context(base_url=address, locale="en-GB", timezone_id="Europe/London")
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return context, page


def of_one_who_raises(camera: Camera, page: Page) -> None:
    page.goto("/")
    camera.take(page, "home-practitioner")
    page.goto("/cases/raise/")
    camera.take(page, "raise-start")
    page.get_by_role("button", name="Start", exact=True).click()
    first = page.url
    for step in ("safety", "dispute", "evidence", "who", "check"):
        page.goto(first.replace("/safety/", f"/{step}/"))
        camera.take(page, f"raise-{step}")
    page.goto(first.replace("/safety/", "/discard/"))
    page.get_by_role("main").get_by_role("button").first.click()
    for name, place in (("directory", "/directory/"), ("messages", "/notifications/"), ("policies", "/policies/")):
        page.goto(place)
        camera.take(page, name)
    page.get_by_role("main").locator("a[href^='/policies/']").first.click()
    camera.take(page, "policy")


def of_one_who_manages(camera: Camera, page: Page) -> None:
    page.goto("/")
    camera.take(page, "home-manager")
    cases = page.get_by_role("main").locator("a[href^='/cases/']:not([href*='/raise/'])")
    if cases.count() == 0:
        return
    reference = str(cases.first.get_attribute("href")).split("/")[2]
    page.goto(f"/cases/{reference}/")
    camera.take(page, "case")
    act = page.get_by_role("main").locator("a[role=button]").first
    if act.count():
        act.click()
        camera.take(page, "act")


def of_the_business_manager(camera: Camera, page: Page) -> None:
    page.goto("/")
    camera.take(page, "home-business-manager")
    page.goto("/register/")
    camera.take(page, "register")


def main(folder: str, address: str, partnership: str, *, whole: bool) -> None:
    camera = Camera(Path(folder), whole=whole)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=services.chromium(), args=services.CHROMIUM_FLAGS)
        visitor = browser.new_page(base_url=address)
        offered = people(visitor, partnership)
        visitor.goto("/accounts/login/")
        camera.take(visitor, "sign-in")
        for words, take in (
            (("practitioner",), of_one_who_raises),
            (("line manager",), of_one_who_manages),
            (("business manager",), of_the_business_manager),
        ):
            context, page = signed_in(browser, address, somebody(offered, *words))
            take(camera, page)
            context.close()
        browser.close()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="OUT_DIR")
    parser.add_argument("address", metavar="URL", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("partnership", metavar="PARTNERSHIP", nargs="?", default="")
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    main(given.folder, given.address, given.partnership, whole=given.whole)
