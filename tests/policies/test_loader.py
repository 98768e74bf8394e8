import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from agencies.models import Partnership
from policies.loader import PolicyError, load_edition
from policies.models import PolicyEdition, checksum_of
from tests.policies.texts import SMALL, at, changed, line_with

pytestmark = pytest.mark.django_db

FIRST = at("2026-03-01 09:00")
LATER = at("2026-03-02 09:00")


@pytest.fixture
def harbour() -> Partnership:
    return partnership("harbour", "HAR")


def partnership(slug: str, prefix: str) -> Partnership:
    return Partnership.objects.create(
        slug=slug,
        name=f"{slug.title()} partnership",
        prefix=prefix,
        mailbox=f"manager@{slug}.example",
        urgent_advice="Ring the police.",
    )


def load(harbour: Partnership, text: str = SMALL, *, moment: datetime.datetime = FIRST) -> PolicyEdition:
    return load_edition(partnership=harbour, text=text, path="harbour.toml", at=moment)


def test_a_loaded_edition_keeps_the_text_as_it_was(harbour: Partnership) -> None:
    edition = PolicyEdition.objects.get(pk=load(harbour).pk)
    assert edition.source == SMALL
    assert edition.checksum == checksum_of(SMALL)
    assert (edition.slug, edition.edition) == ("harbour", "2026")
    assert edition.effective_from == datetime.date(2026, 1, 1)
    assert edition.loaded_at == FIRST
    assert edition.partnership == harbour


def test_a_loaded_edition_is_the_policy_of_its_text(harbour: Partnership) -> None:
    policy = load(harbour).policy
    assert policy.name == "Harbour partnership"
    assert [stage.code for stage in policy.stages] == ["1", "2", "3"]


def test_loading_the_same_text_again_changes_nothing(harbour: Partnership) -> None:
    first = load(harbour)
    again = load(harbour, moment=LATER)
    assert again == first
    assert again.loaded_at == FIRST
    assert PolicyEdition.objects.count() == 1


def test_an_edition_that_exists_is_not_replaced_by_a_changed_text(harbour: Partnership) -> None:
    first = load(harbour)
    text = changed(('name = "Talk"', 'name = "Speak"'))
    with pytest.raises(PolicyError) as caught:
        load(harbour, text)
    (problem,) = caught.value.problems
    assert problem.line == line_with(text, "edition = ")
    assert problem.found == '"2026"'
    assert "new edition name" in problem.fix
    first.refresh_from_db()
    assert first.source == SMALL


def test_a_changed_text_under_a_new_edition_name_is_loaded_beside_the_old_one(harbour: Partnership) -> None:
    load(harbour)
    text = changed(('name = "Talk"', 'name = "Speak"'), ('edition = "2026"', 'edition = "2027"'))
    load(harbour, text)
    names = {edition.edition: edition.policy.stage("1").name for edition in PolicyEdition.objects.all()}
    assert names == {"2026": "Talk", "2027": "Speak"}


def test_a_text_that_cannot_run_leaves_nothing_behind(harbour: Partnership) -> None:
    with pytest.raises(PolicyError, match=r"harbour\.toml:\d+: "):
        load(harbour, changed(('tier = "chair"', 'tier = "king"')))
    assert not PolicyEdition.objects.exists()


def test_two_partnerships_load_one_policy_each_for_themselves(harbour: Partnership) -> None:
    other = partnership("moor", "MOO")
    assert load(harbour) != load(other)
    assert PolicyEdition.objects.for_slug("harbour").count() == 2


def test_the_database_itself_refuses_one_edition_twice(harbour: Partnership) -> None:
    edition = load(harbour)
    edition.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save(force_insert=True)


def test_a_partnership_with_a_policy_is_not_deleted_with_it(harbour: Partnership) -> None:
    load(harbour)
    with pytest.raises(ProtectedError):
        harbour.delete()
