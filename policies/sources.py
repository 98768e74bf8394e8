"""Where policy texts come from: files, and the policies that are delivered with the product."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.problems import PolicyError, Problem
from policies.reading import parse
from policies.schema import Policy
from policies.wording import listed

LIBRARY = Path(__file__).resolve().parent / "library"


@dataclass(frozen=True)
class Source:
    """A policy with the text it was read from and the file that text is in."""

    path: str
    text: str
    policy: Policy


def read_text(path: Path) -> str:
    """The text of a policy file. Raises PolicyError if it is not there or is no UTF-8."""
    try:
        content = path.read_bytes()
        # A file from Windows may begin with a mark of its encoding and end its lines in two characters.
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise _unreadable(
            path, 1, f"the file cannot be read ({error.strerror})", "Check the name of the file."
        ) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(path, line, "the file is not UTF-8 text", "Save it as UTF-8 and try again.") from None


def read_file(path: Path) -> Source:
    """The policy in a file. Raises PolicyError with everything that is wrong with it."""
    text = read_text(path)
    return Source(str(path), text, parse(text, path=str(path)))


def library() -> Iterator[Source]:
    """The policies delivered with the product, every edition of each, in the order of their file names."""
    for path in sorted(LIBRARY.glob("*.toml")):
        yield read_file(path)


def from_library(slug: str, *, edition: str | None, on: datetime.date) -> Source:
    """The edition of a delivered policy by name, or the one in force on the day `on` (else its first).

    Raises LookupError, saying what there is, if the policy or the edition is not delivered.
    """
    sources = list(library())
    found = sorted(
        (source for source in sources if source.policy.slug == slug), key=lambda source: source.policy.effective_from
    )
    if not found:
        slugs = sorted({source.policy.slug for source in sources})
        raise LookupError(f'There is no policy "{slug}". Delivered with the product: {listed(slugs)}.')
    if edition is not None:
        named = [source for source in found if source.policy.edition == edition]
        if not named:
            editions = listed([source.policy.edition for source in found])
            raise LookupError(f'"{slug}" has no edition "{edition}". Editions: {editions}.')
        return named[0]
    in_force = [source for source in found if source.policy.effective_from <= on]
    return in_force[-1] if in_force else found[0]


def _unreadable(path: Path, line: int, message: str, fix: str) -> PolicyError:
    return PolicyError([Problem(file=str(path), line=line, key="", found="", fix=fix, message=message)])
