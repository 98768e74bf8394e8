"""The flow chart of a policy, ready for a page: the drawing, and the same said as a list."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from policies.drawing import draw
from policies.schema import Policy
from policies.stage_words import StageWords, immediate_risk, steps


@dataclass(frozen=True)
class FlowChart:
    """For `{% include "policies/_chart.html" with chart=chart %}`."""

    svg: SafeString
    steps: tuple[StageWords, ...]
    immediate_risk: str


def chart(policy: Policy, here: str | None = None) -> SafeString:
    """The drawing alone, as SVG without styles or scripts; `here` is the code of the stage where a case stands."""
    return render_to_string("policies/chart.svg", {"policy": policy, "drawing": draw(policy, here)})


def flow_chart(policy: Policy, here: str | None = None) -> FlowChart:
    """The drawing with the list that says the same; a `here` that is no stage of the policy marks nothing."""
    return FlowChart(chart(policy, here), steps(policy, here=here), immediate_risk(policy))
