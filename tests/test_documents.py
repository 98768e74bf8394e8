"""What the documents point at is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_command_named_is_there() -> None:
    from django.core.management import get_commands

    named = {name for document in DOCUMENTS for name in COMMAND.findall(document.read_text(encoding="utf-8"))}
    assert named - set(get_commands()) == set()
    assert {"policy", "sweep", "directory"} <= named
