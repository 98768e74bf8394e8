import datetime

import pytest

from agencies.models import Partnership
from policies.loader import PolicyError, load_edition
from policies.models import PolicyEdition, checksum_of
from tests.policies.texts import SMALL, at, changed

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def harbour() -> Partnership:
    return make("harbour", "HAR")


def make(slug: str, prefix: str) -> Partnership:
    return Partnership.objects.create(
        slug=slug, name=slug, prefix=prefix, mailbox=f"manager@{slug}.example", urgent_advice="Ring the police."
    )


def load(
    partnership: Partnership, edition: str, effective_from: str, *, loaded: str = "2026-01-01 09:00"
) -> PolicyEdition:
    text = changed(('edition = "2026"', f'edition = "{edition}"'), ("2026-01-01", effective_from))
    return load_edition(partnership=partnership, text=text, path="x.toml", at=at(loaded))


@pytest.mark.parametrize(
    ("on", "edition"),
    [
        (DAY(2013, 12, 31), None),
        (DAY(2014, 1, 1), "v2"),
        (DAY(2017, 10, 31), "v2"),
        (DAY(2017, 11, 1), "v3"),
        (DAY(2026, 4, 2), "v3"),
    ],
)
def test_the_edition_in_force_is_the_last_to_take_effect_by_that_day(
    harbour: Partnership, on: datetime.date, edition: str | None
) -> None:
    load(harbour, "v3", "2017-11-01")
    load(harbour, "v2", "2014-01-01")
    found = PolicyEdition.objects.in_force(harbour, on)
    assert (found.edition if found else None) == edition


def test_of_two_editions_from_one_day_the_one_loaded_last_is_in_force(harbour: Partnership) -> None:
    load(harbour, "b", "2026-01-01", loaded="2026-02-02 09:00")
    load(harbour, "a", "2026-01-01", loaded="2026-02-01 09:00")
    found = PolicyEdition.objects.in_force(harbour, DAY(2026, 4, 2))
    assert found is not None
    assert found.edition == "b"


def test_another_partnerships_edition_is_never_in_force_here(harbour: Partnership) -> None:
    load(make("moor", "MOO"), "v3", "2017-11-01")
    assert PolicyEdition.objects.in_force(harbour, DAY(2026, 4, 2)) is None


def test_editions_are_found_by_slug_the_newest_first(harbour: Partnership) -> None:
    load(harbour, "v2", "2014-01-01")
    load(harbour, "v3", "2017-11-01")
    assert [edition.edition for edition in PolicyEdition.objects.for_slug("harbour")] == ["v3", "v2"]
    assert not PolicyEdition.objects.for_slug("moor").exists()


def test_before_any_edition_took_effect_the_first_one_speaks(harbour: Partnership) -> None:
    load(harbour, "v2", "2014-01-01")
    load(harbour, "v3", "2017-11-01")
    found = PolicyEdition.objects.for_slug("harbour").at(DAY(2001, 1, 1))
    assert found is not None
    assert found.edition == "v2"


def test_no_edition_speaks_where_there_is_none() -> None:
    assert PolicyEdition.objects.for_slug("harbour").at(DAY(2026, 1, 1)) is None


def test_an_edition_is_called_by_slug_and_edition(harbour: Partnership) -> None:
    assert str(load(harbour, "v3", "2017-11-01")) == "harbour v3"


def test_one_text_is_read_once_however_often_it_is_asked_for(harbour: Partnership) -> None:
    edition = load(harbour, "v3", "2017-11-01")
    again = PolicyEdition.objects.get(pk=edition.pk)
    assert again.policy is edition.policy


def test_editions_of_one_name_with_different_texts_are_not_confused(harbour: Partnership) -> None:
    here = load(harbour, "v3", "2017-11-01")
    text = changed(('edition = "2026"', 'edition = "v3"'), ('name = "Talk"', 'name = "Speak"'))
    there = load_edition(partnership=make("moor", "MOO"), text=text, path="x.toml", at=at("2026-01-01 09:00"))
    assert here.policy.stage("1").name == "Talk"
    assert there.policy.stage("1").name == "Speak"


def test_a_damaged_text_is_a_located_problem_and_no_policy(harbour: Partnership) -> None:
    edition = load(harbour, "v3", "2017-11-01")
    PolicyEdition.objects.filter(pk=edition.pk).update(source=edition.source[:200])
    edition.refresh_from_db()
    with pytest.raises(PolicyError, match="harbour v3:"):
        _ = edition.policy


def test_the_checksum_tells_texts_apart() -> None:
    assert checksum_of(SMALL) == checksum_of(SMALL)
    assert checksum_of(SMALL) != checksum_of(SMALL + "\n")
    assert len(checksum_of("ä")) == 64


def test_editions_of_a_partnership_take_one_query_each_way(
    harbour: Partnership, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    load(harbour, "v3", "2017-11-01")
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = PolicyEdition.objects.in_force(harbour, DAY(2026, 4, 2))
        assert found is not None
        assert found.policy.slug == "harbour"
