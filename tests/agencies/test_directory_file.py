"""An installation gets its directory from a file; a mistake in it is located and nothing is half loaded."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from agencies.directory_file import DirectoryFileError, load_directory, read_directory
from agencies.models import Absence, Agency, NamedOfficer, Partnership, Person
from agencies.roles import agencies_where, partnerships_where
from tests.cases.cast import RAISED

EXAMPLE = Path(settings.BASE_DIR) / "docs" / "examples" / "directory.toml"


def example(**changes: str) -> str:
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.django_db
def test_documented_example_loads_and_gives_its_people_their_roles() -> None:
    call_command("directory", "load", str(EXAMPLE))
    ines = Person.objects.get(email="ines.holm@harbour.example")
    tom = Person.objects.get(email="tom.ash@harbour.example")
    agency = Agency.objects.get()
    assert agencies_where(ines, "approve_escalation").get() == agency
    assert partnerships_where(tom, "keep_register").get() == Partnership.objects.get(slug="harbour")
    assert NamedOfficer.objects.get().officer == ines
    assert not ines.has_usable_password()


@pytest.mark.django_db
def test_loading_again_changes_what_differs_and_doubles_nothing() -> None:
    load_directory(read_directory(example()), at=RAISED)
    ines = Person.objects.get(email="ines.holm@harbour.example")
    ines.set_password("a password of her own")
    ines.save()
    load_directory(read_directory(example(**{"Team manager": "Service manager"})), at=RAISED)
    ines.refresh_from_db()
    assert ines.job_title == "Service manager"
    assert ines.check_password("a password of her own")
    assert (Person.objects.count(), Agency.objects.count(), NamedOfficer.objects.count()) == (2, 1, 1)
    assert ines.appointments.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "social_care"', 'kind = "social"', "agency no. 1 kind"),
        ('prefix = "HAR"', 'prefix = "harbour"', "partnership no. 1 prefix"),
        ('role = "line_manager"', 'role = "boss"', "there is no role 'boss'"),
        ('tier = "line_manager"', 'tier = "boss"', "officer no. 1 tier"),
        ("mailbox", "mail_box", "partnership no. 1 mail"),
        ("ines.holm@harbour.example", "ines.holm", "email"),
        ("[[partnership]]", "[[partnership", "This is not TOML"),
    ],
)
def test_mistake_is_located(old: str, new: str, said: str) -> None:
    with pytest.raises(DirectoryFileError, match=said.replace(".", r"\.")):
        read_directory(example(**{old: new}))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('partnerships = ["harbour"]', 'partnerships = ["haven"]', "no partnership 'haven'"),
        ('at = "harbour-social-care" }', 'at = "harbour-police" }', "no agency 'harbour-police'"),
        ('officer = "ines.holm@harbour.example"', 'officer = "nobody@harbour.example"', "no person"),
    ],
)
def test_unknown_name_is_refused_and_nothing_is_half_loaded(old: str, new: str, said: str) -> None:
    with pytest.raises(DirectoryFileError, match=said):
        load_directory(read_directory(example(**{old: new})), at=RAISED)
    assert not Partnership.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_command_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("directory", "load", str(tmp_path / "none.toml"))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(example(**{'prefix = "HAR"': 'prefix = "h"'}), encoding="utf-8")
    with pytest.raises(CommandError, match=r"wrong\.toml: partnership no\. 1 prefix"):
        call_command("directory", "load", str(wrong))


@pytest.mark.django_db
def test_role_that_has_ended_is_taken_away_and_its_history_kept() -> None:
    load_directory(read_directory(example()), at=RAISED)
    ended = {'at = "harbour-social-care" }': 'at = "harbour-social-care", ended = true }'}
    # An officer has to hold a role, so whoever loses theirs is taken out as officer too.
    without_officer = example(**ended).split("[[officer]]")[0]
    for _ in range(2):
        load_directory(read_directory(without_officer), at=RAISED + timedelta(days=1))
    ines = Person.objects.get(email="ines.holm@harbour.example")
    assert not agencies_where(ines, "approve_escalation").exists()
    assert [row.until for row in ines.appointments.all()] == [RAISED + timedelta(days=1)]


@pytest.mark.django_db
def test_absence_is_noted_once_and_the_wrong_way_round_is_refused(tmp_path: Path) -> None:
    for _ in range(2):
        load_directory(read_directory(example()), at=RAISED)
    absence = Absence.objects.get()
    assert (absence.first_day, absence.last_day) == (date(2027, 1, 4), date(2027, 1, 15))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(example(**{"last_day = 2027-01-15": "last_day = 2026-01-15"}), encoding="utf-8")
    with pytest.raises(CommandError, match="last day away must not be before"):
        call_command("directory", "load", str(wrong))
    unknown = example().replace('[[absence]]\nemail = "ines', '[[absence]]\nemail = "nobody')
    with pytest.raises(DirectoryFileError, match="no person 'nobody"):
        load_directory(read_directory(unknown), at=RAISED)
