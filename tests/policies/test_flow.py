"""The flow chart: which stage stands where, which way leads where, and that nothing overlaps or leaves the picture."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from policies.charts import chart, flow_chart
from policies.drawing import END, Box, Drawing, draw
from policies.flow import rows, ways
from policies.schema import Policy
from policies.sources import library
from policies.stage_words import in_words
from policies.stages import Branch
from tests.policies.texts import policy_of

POLICIES = {source.path.rsplit("/", 1)[-1].removesuffix(".toml"): source.policy for source in library()}
EVERY = pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())


def codes(policy: Policy) -> list[list[str]]:
    return [[stage.code for stage in row] for row in rows(policy)]


def texts(svg: str) -> str:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    return " ".join(element.text or "" for element in root.iter() if element.tag.endswith("text"))


def test_torbay_is_one_line_of_six() -> None:
    assert codes(POLICIES["torbay"]) == [["pre"], ["1"], ["2"], ["3"], ["4"], ["5"]]


def test_derbyshires_two_halves_of_stage_4_stand_side_by_side() -> None:
    assert codes(POLICIES["derbyshire-v3"]) == [["1"], ["2"], ["3"], ["4a", "4b"], ["5"]]
    assert codes(POLICIES["derbyshire-v2"]) == [["1"], ["2"], ["3"], ["4", "5"], ["6"]]


def test_branches_are_said_with_their_ground_and_decisions_with_their_outcome() -> None:
    said = {(way.source, way.target): way.when for way in ways(POLICIES["derbyshire-v3"])}

    assert said == {
        ("1", "2"): "",
        ("2", "3"): "",
        ("3", "4a"): "We understand or interpret the risk differently",
        ("3", "4b"): "What is needed is not available: resources; or another reason",
        ("4a", "4b"): "No child protection conference is convened",
        ("4b", "5"): "",
    }


@EVERY
def test_every_stage_and_every_way_is_drawn_once(policy: Policy) -> None:
    drawing = draw(policy)

    assert sorted(box.code for box in drawing.boxes) == sorted([END, *(stage.code for stage in policy.stages)])
    last = sum(1 for stage in policy.stages if not stage.leads_to())
    assert len(drawing.arrows) == len(ways(policy)) + last


def apart(one: Box, other: Box) -> bool:
    across = one.right < other.x or other.right < one.x
    return across or one.bottom < other.y or other.bottom < one.y


@EVERY
def test_boxes_do_not_overlap_and_everything_is_inside_the_picture(policy: Policy) -> None:
    drawing = draw(policy, policy.stages[-1].code)

    assert all(apart(one, other) for one, other in combinations(drawing.boxes, 2))
    for box in drawing.boxes:
        assert inside(drawing, box.x, box.y)
        assert inside(drawing, box.right, box.bottom)
        for line in box.lines:
            assert box.x <= line.x <= box.right
            assert box.y < line.y < box.bottom
    for arrow in drawing.arrows:
        assert all(inside(drawing, x, y) for x, y in (*arrow.points, *arrow.head))
        assert all(inside(drawing, line.x, line.y) for line in arrow.lines)


def inside(drawing: Drawing, x: int, y: int) -> bool:
    return drawing.left <= x <= drawing.left + drawing.width and 0 <= y <= drawing.height


@EVERY
def test_the_drawing_is_well_formed_and_carries_no_style_script_or_address(policy: Policy) -> None:
    svg = chart(policy)

    ElementTree.fromstring(svg)  # noqa: S314 - our own text
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href", svg)


@EVERY
def test_each_box_says_code_name_tier_and_limit(policy: Policy) -> None:
    said = texts(chart(policy)).replace("\u00ad", "")

    for stage in policy.stages:
        for word in [stage.code, *stage.name.split(), *in_words(policy, stage).limits[0].split()]:
            assert word in said


def test_here_is_marked_once_and_said_in_words() -> None:
    policy = POLICIES["torbay"]

    svg = chart(policy, "3")

    assert svg.count("app-flow__box--here") == 1
    assert texts(svg).count("You are here") == 1
    assert "You are here" not in chart(policy)
    assert [step.stage.code for step in flow_chart(policy, "3").steps if step.here] == ["3"]


def test_a_stage_that_the_policy_does_not_have_marks_nothing() -> None:
    assert "You are here" not in chart(POLICIES["torbay"], "99")


def test_what_a_policy_writes_is_shown_and_not_run() -> None:
    svg = chart(policy_of(('name = "Talk"', "name = '<b>Talk</b> & \"so\"'")))

    assert "<b>" not in svg
    assert '<b>Talk</b> & "so"' in texts(svg)


def test_a_way_past_a_stage_runs_round_it() -> None:
    first, *middle, last = POLICIES["torbay"].stages
    jumping = first.model_copy(update={"next": (Branch(to="1"), Branch(to="3"), Branch(to="4"))})
    policy = POLICIES["torbay"].model_copy(update={"stages": (jumping, *middle, last)})

    drawing = draw(policy)

    boxes = {box.code: box for box in drawing.boxes}
    round_two = [arrow for arrow in drawing.arrows if len({x for x, _ in arrow.points}) > 1 and len(arrow.points) == 4]
    outside = [arrow for arrow in round_two if max(x for x, _ in arrow.points) > boxes["2"].right]
    assert len(outside) == 2
    assert len({max(x for x, _ in arrow.points) for arrow in outside}) == 2


def test_twenty_choices_of_one_stage_fit_side_by_side() -> None:
    torbay = POLICIES["torbay"]
    last = torbay.stages[-1]
    many = [last.model_copy(update={"code": f"z{index}"}) for index in range(20)]
    first = torbay.stages[0].model_copy(update={"next": tuple(Branch(to=stage.code) for stage in many)})
    policy = torbay.model_copy(update={"stages": (first, *many)})

    drawing = draw(policy)

    assert all(apart(one, other) for one, other in combinations(drawing.boxes, 2))
    assert min(box.width for box in drawing.boxes if box.code) >= 230
