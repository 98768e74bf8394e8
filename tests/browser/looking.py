"""Looking at a page as an accessibility auditor does, and on a phone."""

import re
from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PHONE = 360
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WEIGHTY = {"serious", "critical"}
# The design system tells with aria-expanded that an answer opens more questions; screen readers say it, though ARIA
# does not provide it for radios and checkboxes. Its makers leave this one out of their own checks too.
OPENS_MORE = re.compile(r'^<input class="govuk-(radios|checkboxes)__input".* aria-expanded="(true|false)"')


def weighty(violations: list[dict[str, Any]]) -> Iterator[str]:
    """The serious and critical ones, with the elements that they are about."""
    for rule in violations:
        nodes = rule["nodes"]
        if rule["id"] == "aria-allowed-attr":
            nodes = [node for node in nodes if not OPENS_MORE.match(node["html"])]
        if rule["impact"] in WEIGHTY and nodes:
            yield f"{rule['impact']}: {rule['id']}: {', '.join(' '.join(map(str, node['target'])) for node in nodes)}"


def sticks_out(page: Page) -> list[str]:
    """Whether the page, on a phone, is wider than the phone."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{page.url}: {width} pixels wide on a phone of {PHONE}"] if width > PHONE else []


class Look:
    """Look at pages; `problems` is what was wrong with any of them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.seen: list[str] = []

    def __call__(self, page: Page) -> None:
        """Accessibility as the window is, then the width of a phone, then the window as before."""
        self.seen.append(page.url)
        found = Axe().run(page, options=RULES).response["violations"]
        self.problems += [f"{page.url}: {words}" for words in weighty(found)]
        before = page.viewport_size
        page.set_viewport_size({"width": PHONE, "height": 740})
        self.problems += sticks_out(page)
        if before:
            page.set_viewport_size(before)

    def at(self, page: Page, *addresses: str) -> None:
        for address in addresses:
            page.goto(address)
            self(page)
