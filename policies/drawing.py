"""Where everything stands in the drawing of a policy: boxes, arrows, words, in units of one pixel."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from agencies.tiers import Tier
from policies.flow import Way, rows, ways
from policies.schema import Policy
from policies.stage_words import limits
from policies.stages import Stage

WIDTH = 760
MARGIN = 12
APART = {True: 132, False: 28}
NARROWEST = 230
WIDEST = 460
PADDING = 14
BADGE = 52
LINE = {"here": 22, "name": 23, "small": 19}
SIZE = {"name": 18, "small": 15}
GAP = 40
LANE = 26
LANE_WORDS = 150
#: Stands for the end among the codes of stages, none of which is empty.
END = ""


@dataclass(frozen=True)
class Line:
    """One line of words; `y` is its base line. `look` is "name", "small", "code", "here" or "way"."""

    x: int
    y: int
    words: str
    look: str


@dataclass(frozen=True)
class Box:
    """A stage, or (`code` empty) the end."""

    code: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...]
    here: bool = False

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def half_way(self) -> int:
        return self.y + self.height // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def right(self) -> int:
        return self.x + self.width


@dataclass(frozen=True)
class Arrow:
    """A way on: the line's points, the head's points, and the words beside it."""

    points: tuple[tuple[int, int], ...]
    head: tuple[tuple[int, int], ...]
    lines: tuple[Line, ...] = ()

    @property
    def path(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.points)

    @property
    def tip(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.head)


@dataclass(frozen=True)
class Drawing:
    """Everything to be drawn; `left` is where the drawing begins, left of nought if ways pass by on that side."""

    left: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def wrapped(words: str, pixels: int, look: str) -> list[str]:
    """The words in lines that fit, by how wide letters are on average: bold ones need more."""
    share = 0.58 if look == "name" else 0.52
    return textwrap.wrap(words, width=max(8, int(pixels / (SIZE.get(look, 15) * share))))


def draw(policy: Policy, here: str | None = None) -> Drawing:
    """The drawing of the policy's stages; `here` is the code of the stage at which a case stands."""
    return _Draft(policy, here).finished()


class _Draft:
    """Places row by row, then draws the ways between what is placed."""

    def __init__(self, policy: Policy, here: str | None) -> None:
        self.policy = policy
        self.here = here
        self.rows = rows(policy)
        self.level = {stage.code: index for index, row in enumerate(self.rows) for stage in row}
        self.level[END] = len(self.rows)
        lead_on = {way.source for way in ways(policy)}
        last = [Way(stage.code, END) for stage in policy.stages if stage.code not in lead_on]
        self.ways = [*ways(policy), *last]
        self.badge = max(BADGE, 12 + 11 * max(len(stage.code) for stage in policy.stages))
        self.boxes: dict[str, Box] = {}
        self.full = max(WIDTH, *(self._least_width(row) for row in self.rows))
        self.left, self.right = 0, self.full

    def finished(self) -> Drawing:
        y = MARGIN
        for index, row in enumerate(self.rows):
            y += self._gap_above(index)
            y = self._place(row, y)
        self._place_end(y + self._gap_above(len(self.rows)))
        arrows = tuple(arrow for way in self.ways for arrow in self._arrow(way))
        bottom = max(box.bottom for box in self.boxes.values()) + MARGIN
        return Drawing(self.left, self.right - self.left, bottom, tuple(self.boxes.values()), arrows)

    def _apart(self, row: tuple[Stage, ...]) -> int:
        """How far the boxes of a row stand apart: further where a way leads across, with its words."""
        codes = {stage.code for stage in row}
        return APART[any(way.source in codes and way.target in codes for way in self.ways)]

    def _least_width(self, row: tuple[Stage, ...]) -> int:
        return 2 * MARGIN + NARROWEST * len(row) + self._apart(row) * (len(row) - 1)

    def _place(self, row: tuple[Stage, ...], y: int) -> int:
        """Places a row of equally high boxes at `y`; gives where it ends."""
        between = self._apart(row)
        width = min(WIDEST, (self.full - 2 * MARGIN - between * (len(row) - 1)) // len(row))
        x = (self.full - width * len(row) - between * (len(row) - 1)) // 2
        content = {stage.code: self._content(stage, width) for stage in row}
        height = max(sum(LINE[look] for look, _ in lines) for lines in content.values()) + 2 * PADDING
        for stage in row:
            lines = [Line(x + PADDING, y + PADDING + LINE["name"] - 6, stage.code, "code")]
            base = y + PADDING - 6
            for look, words in content[stage.code]:
                base += LINE[look]
                lines.append(Line(x + self.badge + PADDING, base, words, look))
            self.boxes[stage.code] = Box(stage.code, x, y, width, height, tuple(lines), stage.code == self.here)
            x += width + between
        return y + height

    def _content(self, stage: Stage, width: int) -> list[tuple[str, str]]:
        room = width - self.badge - 2 * PADDING
        lines = [("name", words) for words in wrapped(stage.name, room, "name")]
        if stage.code == self.here:
            lines.insert(0, ("here", "You are here"))
        said = [Tier(stage.tier).label, *limits(self.policy, stage)]
        if stage.outcomes and stage.next:
            said += [f"Can end here: {outcome.name}" for outcome in stage.outcomes if outcome.ends]
        return lines + [("small", words) for part in said for words in wrapped(part, room, "small")]

    def _place_end(self, y: int) -> None:
        x = (self.full - 240) // 2
        self.boxes[END] = Box(END, x, y, 240, 38, (Line(x + 120, y + 25, "Decided: the case ends", "end"),))

    def _gap_above(self, index: int) -> int:
        """How much room the words on the ways into the row need."""
        if index == 0:
            return 0
        above, below = self._words_between(index)
        return GAP + max(above, default=0) * LINE["small"] + max(below, default=0) * LINE["small"]

    def _words_between(self, index: int) -> tuple[list[int], list[int]]:
        """The number of lines at the sources' and at the targets' ends of the ways into the row."""
        above: list[int] = []
        below: list[int] = []
        for way in self._short_ways(index):
            at_source = self._said_at_source(way)
            (above if at_source else below).append(len(self._said(way)))
        return above, below

    def _short_ways(self, index: int) -> list[Way]:
        return [way for way in self.ways if self.level[way.target] == index and self.level[way.source] == index - 1]

    def _said(self, way: Way) -> list[str]:
        """The words of a short way, in lines that fit beside half a box."""
        at = way.source if self._said_at_source(way) else way.target
        in_row = len(self.rows[self.level[at]]) if self.level[at] < len(self.rows) else 1
        return wrapped(way.when, 330 if in_row == 1 else 172, "small")

    def _said_at_source(self, way: Way) -> bool:
        """Where several ways with words come to one stage, each is said where it starts."""
        said = [
            other for other in self._short_ways(self.level[way.target]) if other.target == way.target and other.when
        ]
        return len(said) > 1

    def _arrow(self, way: Way) -> Iterable[Arrow]:
        down = self.level[way.target] - self.level[way.source]
        if down == 0:
            return [self._across(way)]
        return [self._down(way)] if down == 1 else [self._round(way)]

    def _across(self, way: Way) -> Arrow:
        source, target = self.boxes[way.source], self.boxes[way.target]
        y = source.half_way
        start, end = source.right, target.x
        lines = wrapped(way.when, target.x - source.right - 16, "small")
        top = y - 10 - (len(lines) - 1) * LINE["small"]
        said = tuple(
            Line((start + end) // 2, top + index * LINE["small"], words, "across") for index, words in enumerate(lines)
        )
        return Arrow(((start, y), (end - 8, y)), ((end - 10, y - 6), (end, y), (end - 10, y + 6)), said)

    def _down(self, way: Way) -> Arrow:
        source, target = self.boxes[way.source], self.boxes[way.target]
        _, below = self._words_between(self.level[way.target])
        turn = target.y - 24 - max(below, default=0) * LINE["small"]
        points = ((source.middle, source.bottom), (source.middle, turn), (target.middle, turn))
        x, base = (source.middle, source.bottom + 18) if self._said_at_source(way) else (target.middle, turn + 18)
        said = tuple(
            Line(x + 10, base + index * LINE["small"], words, "way") for index, words in enumerate(self._said(way))
        )
        return Arrow((*points, (target.middle, target.y - 8)), _head_down(target.middle, target.y), said)

    def _round(self, way: Way) -> Arrow:
        """A way past one row or more: round the outside, on the side on which its source stands."""
        source, target = self.boxes[way.source], self.boxes[way.target]
        lines = wrapped(way.when, LANE_WORDS - 16, "small")
        leftward = source.middle < self.full // 2
        if leftward:
            self.left -= LANE + (LANE_WORDS if lines else 0)
            lane, out, into, look = self.left + (LANE_WORDS if lines else 0) + 8, source.x, target.x, "left"
        else:
            lane, out, into, look = self.right + LANE - 8, source.right, target.right, "way"
            self.right += LANE + (LANE_WORDS if lines else 0)
        ahead = -10 if leftward else 10
        y = target.half_way
        said = tuple(
            Line(lane + ahead, source.half_way + 30 + index * LINE["small"], words, look)
            for index, words in enumerate(lines)
        )
        points = ((out, source.half_way), (lane, source.half_way), (lane, y), (into + ahead, y))
        return Arrow(points, ((into + ahead, y - 6), (into, y), (into + ahead, y + 6)), said)


def _head_down(x: int, y: int) -> tuple[tuple[int, int], ...]:
    return ((x - 6, y - 10), (x, y), (x + 6, y - 10))
