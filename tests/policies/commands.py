"""Runs `manage.py policy` inside the test and keeps what it says."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError


def policy(*arguments: str) -> str:
    """What `policy` with these arguments writes. Raises CommandError where it fails."""
    out = io.StringIO()
    call_command("policy", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def refused(*arguments: str) -> tuple[str, str]:
    """What `policy` writes before it fails, and what it fails with."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("policy", *arguments, stdout=out, no_color=True)
    return out.getvalue(), str(caught.value)
