"""Log lines without personal data."""

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

Caught: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class NoPersonalData(logging.Formatter):
    """Writes where an error happened and of what kind it was, never its message.

    A database error quotes the row it refused, a validation error quotes what was typed: names, addresses, a child's
    story. The lines of code that led there are enough to mend it.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: Caught) -> str:  # noqa: N802  (the name that logging calls)
        """The frames and the type of the error, and of those it came from."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines += traceback.format_tb(error.__traceback__)
            lines.append(f"{type(error).__module__}.{type(error).__qualname__} (its message is withheld)\n")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()
