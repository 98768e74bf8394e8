"""A story that cannot be played says which one it is and what is wrong with it."""

from datetime import datetime
from typing import Any

import pytest

from cases.models import Case
from escalation.demo import load
from escalation.demo.play import StoryError
from escalation.demo.reading import PartnershipPlan, plan
from tests.escalation.demos import LONDON

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 10, 12, 0, tzinfo=LONDON)


def with_one_story(**changes: Any) -> PartnershipPlan:
    """Plymouth with two agencies and a single story."""
    whole = plan("plymouth")
    few = tuple(agency for agency in whole.agency if agency.key in {"nursery", "care"})
    story = next(story for story in whole.story if story.raising == "nursery" and story.receiving == "care")
    return whole.model_copy(
        update={"slug": "plymouth", "agency": few, "absence": (), "story": (story.model_copy(update=changes),)}
    )


def told(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> str:
    """What is said of the story; nothing of it is kept."""
    monkeypatch.setattr(load, "plan", lambda slug: with_one_story(**changes))
    with pytest.raises(StoryError) as error:
        load.load("plymouth", now=NOW)
    assert not Case.objects.exists()
    return "\n".join([str(error.value), *getattr(error.value, "__notes__", [])])


def test_a_word_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    words = told(monkeypatch, steps="anwser")
    assert "'anwser'" in words
    assert "In plymouth, story 0" in words


def test_waiting_for_a_date_that_nobody_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nobody has set" in told(monkeypatch, ago=6, steps="up, up, late")


def test_a_story_that_would_go_on_today(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "after yesterday" in told(monkeypatch, ago=2, steps="wait 2, answer")


def test_a_return_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No request waits" in told(monkeypatch, ago=2, steps="return")
