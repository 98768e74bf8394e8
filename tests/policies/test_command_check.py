import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from policies.sources import LIBRARY
from tests.policies.commands import policy, refused
from tests.policies.texts import SMALL, changed, line_with

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    file = tmp_path / "sound.toml"
    file.write_text(SMALL, encoding="utf-8")
    return file


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.toml"
    file.write_text(changed(('tier = "chair"', 'tier = "king"'), ('name = "Talk"\n', "")), encoding="utf-8")
    return file


def test_a_sound_file_has_no_problems_and_is_counted(sound: Path) -> None:
    said = policy("check", str(sound))
    assert said == f"{sound}: no problems (harbour 2026: 3 stages, 2 clocks, 1 subject, 0 situations).\n"


def test_every_problem_of_a_broken_file_is_said_with_its_place(broken: Path) -> None:
    _, failed = refused("check", str(broken))
    text = broken.read_text(encoding="utf-8")
    first, second, last = failed.split("\n")
    assert first.startswith(f'{broken}:{line_with(text, "[[stage]]")}: stage["1"].name: this key is missing.')
    king = line_with(text, 'tier = "king"')
    assert second.startswith(f'{broken}:{king}: stage["3"].tier: ')
    assert last == "2 problems found."


def test_a_folder_is_checked_to_its_end_though_one_file_is_broken(tmp_path: Path, sound: Path, broken: Path) -> None:
    said, failed = refused("check", str(tmp_path))
    assert said.startswith(f"{sound}: no problems")
    assert failed.startswith(f"{broken}:")
    assert sound > broken


def test_several_files_are_checked_in_one_go(sound: Path) -> None:
    said = policy("check", str(sound), str(LIBRARY / "torbay.toml"))
    assert said.count("no problems") == 2


def test_the_delivered_policies_have_no_problems() -> None:
    said = policy("check", str(LIBRARY))
    assert said.count("no problems") == len(list(LIBRARY.glob("*.toml")))


def test_a_delivered_policy_is_checked_by_name_in_every_edition() -> None:
    said = policy("check", "derbyshire")
    assert "derbyshire v2" in said
    assert "derbyshire v3" in said


@pytest.mark.parametrize("name", ["nowhere", "nowhere.toml"])
def test_a_name_that_is_nothing_is_a_problem(name: str) -> None:
    with pytest.raises(CommandError, match=f"{name}:1: the file cannot be read"):
        policy("check", name)


def test_a_folder_without_policy_files_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no policy file"):
        policy("check", str(tmp_path))


def test_from_the_shell_a_broken_file_exits_with_an_error_and_no_traceback(broken: Path, sound: Path) -> None:
    def run(file: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "policy", "check", str(file)],
            cwd=ROOT,
            env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    refused, accepted = run(broken), run(sound)
    assert refused.returncode == 1
    assert 'stage["3"].tier' in refused.stderr
    assert "Traceback" not in refused.stderr
    assert accepted.returncode == 0
    assert "no problems" in accepted.stdout
