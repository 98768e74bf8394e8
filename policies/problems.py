"""What is wrong with a policy file, said so that the person who wrote it can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

#: A place in a policy file: names of tables and keys, and places in lists from 0.
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """Something wrong at a place in the file, before it is known on which line that is."""

    place: Place
    message: str
    found: str
    fix: str


@dataclass(frozen=True)
class Problem:
    """Something wrong in a policy file: where (`line` counts from 1), what was found, what to change.

    `key` names the place as people read the file: `stage["3"].duty["settle"].clock`.
    """

    file: str
    line: int
    key: str
    found: str
    fix: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " + (f"{self.key}: " if self.key else "")
        found = f" Found {self.found}." if self.found else ""
        return f"{where}{self.message}.{found} {self.fix}"


class PolicyError(ValueError):
    """A policy text is refused. `problems` says all that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(str(problem) for problem in self.problems))
