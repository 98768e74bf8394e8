"""On which line of a TOML text each of its tables, keys and list items stands.

`tomllib` gives the values and not their places, and a message without a line is no help in a file of three hundred.
The text has been through `tomllib` before it comes here, so it is known to be well formed.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping

from policies.problems import Place

_SPACE = " \t"
_BLANK = " \t\r\n"
_QUOTES = "\"'"


def positions(text: str) -> Mapping[Place, int]:
    """The line (from 1) of every table, key and list item of `text`, which must be well-formed TOML."""
    return _Scanner(text).scan()


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """The line of `place`, or of the nearest table around it that the file does hold; 1 for the whole file."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 1


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [index for index, character in enumerate(text) if character == "\n"]
        self.lines: dict[Place, int] = {}
        self.counts: dict[Place, int] = {}

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        self._skip_blank()
        while self.at < len(self.text):
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()
        return self.lines

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _note(self, place: Place) -> None:
        self.lines.setdefault(place, bisect_right(self.breaks, self.at - 1) + 1)

    def _skip(self, characters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1

    def _skip_blank(self) -> None:
        """Passes over white space, line ends and comments."""
        self._skip(_BLANK)
        while self._next() == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            self._skip(_BLANK)

    def _header(self) -> Place:
        """Reads `[a.b]` or `[[a.b]]` and gives the place that it opens."""
        start = self.at
        listed = self.text.startswith("[[", self.at)
        self.at += 2 if listed else 1
        names = self._names()
        self.at += 2 if listed else 1
        place: Place = ()
        for name in names[:-1]:
            place = self._innermost((*place, name))
        place = (*place, names[-1])
        here, self.at = self.at, start
        self._note(place)
        if listed:
            index = self.counts.get(place, -1) + 1
            self.counts[place] = index
            place = (*place, index)
            self._note(place)
        self.at = here
        return place

    def _innermost(self, place: Place) -> Place:
        """The last table of a list of tables, which is what a header below it speaks of."""
        return (*place, self.counts[place]) if place in self.counts else place

    def _names(self) -> list[str]:
        names = [self._name()]
        while self._next() == ".":
            self.at += 1
            names.append(self._name())
        return names

    def _name(self) -> str:
        self._skip(_SPACE)
        start = self.at
        if self._next() in _QUOTES:
            self._string()
            name = str(tomllib.loads(f"name = {self.text[start : self.at]}")["name"])
        else:
            while self.at < len(self.text) and self.text[self.at] not in " \t.=]":
                self.at += 1
            name = self.text[start : self.at]
        self._skip(_SPACE)
        return name

    def _pair(self, table: Place) -> None:
        """Reads `a.b = value`, in a table or in braces."""
        start = self.at
        names = self._names()
        here, self.at = self.at, start
        place = table
        for name in names:
            place = (*place, name)
            self._note(place)
        self.at = here + 1
        self._value(place)

    def _value(self, place: Place) -> None:
        self._skip(_SPACE)
        opening = self._next()
        if opening in _QUOTES:
            self._string()
        elif opening == "[":
            self._list(place)
        elif opening == "{":
            self._braces(place)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\r\n":
                self.at += 1

    def _list(self, place: Place) -> None:
        self.at += 1
        self._skip_blank()
        index = 0
        while self._next() != "]":
            self._note((*place, index))
            self._value((*place, index))
            index += 1
            self._after_item()
        self.at += 1

    def _braces(self, place: Place) -> None:
        self.at += 1
        self._skip_blank()
        while self._next() != "}":
            self._pair(place)
            self._after_item()
        self.at += 1

    def _after_item(self) -> None:
        self._skip_blank()
        if self._next() == ",":
            self.at += 1
            self._skip_blank()

    def _string(self) -> None:
        """Passes over a string of any of the four kinds."""
        quote = self.text[self.at]
        closing = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(closing)
        while not self.text.startswith(closing, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(closing)
        # A string in three quotes may end in one or two more of its own.
        if len(closing) == 3:
            self._skip(quote)
