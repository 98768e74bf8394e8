"""A person at a browser without JavaScript, behind the proxy: cookies, forms, redirects, and HTTPS as it says."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

Attributes = list[tuple[str, str | None]]
REDIRECTS = {301, 302, 303, 307, 308}


class FormReader(HTMLParser):
    """The first form in the page's main part: where it goes, and what it would send if nothing was touched."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, list[str]] = {}
        self.found = self._inside = self._in_main = False
        self._textarea = self._select = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._in_main = True
        elif tag == "form" and self._in_main and not self.found:
            self.found = self._inside = True
            self.action = given.get("action", "")
        elif self._inside:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "input" and name:
            chosen = given.get("type") not in {"radio", "checkbox"} or "checked" in given
            if chosen and given.get("type") != "submit":
                self.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._textarea:
            # A browser leaves out the line break that follows the tag.
            self.fields[self._textarea] = [(self.fields[self._textarea][0] + data).removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._select = ""


@dataclass
class Page:
    address: str
    status: int
    body: str

    @property
    def form(self) -> FormReader:
        reader = FormReader()
        reader.feed(self.body)
        return reader


@dataclass
class Visitor:
    """Speaks to the web server on `port` of this machine as the proxy of `site` (https://host) would."""

    site: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    page: Page = field(default_factory=lambda: Page("/", 0, ""))

    def get(self, address: str) -> Page:
        return self._request("GET", address, "")

    def submit(self, **answers: str | list[str]) -> Page:
        """Send the form of the page one is on, with these answers in place of what it holds."""
        form = self.page.form
        assert form.found, f"there is no form on {self.page.address}:\n{self.page.body}"
        body = urlencode({**form.fields, **answers}, doseq=True)
        return self._request("POST", urljoin(self.page.address, form.action), body)

    def sign_in(self, email: str, password: str) -> Page:
        self.get("/accounts/login/")
        return self.submit(login=email, password=password)

    def _request(self, method: str, address: str, body: str) -> Page:
        for _ in range(6):
            status, location, text = self._once(method, address, body)
            if status not in REDIRECTS:
                self.page = Page(address, status, text)
                return self.page
            parts = urlsplit(urljoin(self.site + address, location))
            assert f"{parts.scheme}://{parts.netloc}" == self.site, f"sent away to {location}"
            method, body = "GET", ""
            address = parts._replace(scheme="", netloc="", fragment="").geturl()
        raise AssertionError(f"sent round in a circle, at last to {address}")

    def _once(self, method: str, address: str, body: str) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Host": urlsplit(self.site).netloc, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.site}
        try:
            connection.request(method, address, body.encode(), headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                self._keep(line)
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        finally:
            connection.close()

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            assert morsel["secure"], f"{name} would travel in the clear"
            self.cookies[name] = morsel.value
