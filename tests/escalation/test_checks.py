"""An installation with real cases refuses to start on an insecure setting; a demonstration does not ask."""

import secrets
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from escalation.celery import refuse_to_start_insecurely
from escalation.checks import TAG, refuse_if_insecure
from tests.escalation.conftest import Start

LONG = "q8Zr2Lk0Vb7Xt5Nw9Jc3Hf6Md1Gs4PyAeUiOoTaRhSxEn"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def for_real(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that are as they should be."""
    settings.DEMONSTRATION = False
    settings.SECRET_KEY = secrets.token_urlsafe(60)
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["escalation.partnership.org.uk"]
    settings.SITE_URL = "https://escalation.partnership.org.uk"
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://redis:6379/0"
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "mail.org.uk", True, False
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")
    return settings


def reported() -> list[str]:
    return [str(problem.id) for problem in run_checks(tags=[TAG])]


def test_a_safe_installation_starts(for_real: Settings) -> None:
    assert reported() == []
    refuse_if_insecure()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECRET_KEY", "", "E001"),
        ("SECRET_KEY", "short-but-random-8f2k", "E001"),
        ("SECRET_KEY", "ab" * 40, "E001"),
        ("SECRET_KEY", "django-insecure-" + LONG, "E001"),
        ("SECRET_KEY", "please-change-me-" + LONG, "E001"),
        ("DEBUG", True, "E002"),
        ("ALLOWED_HOSTS", [], "E003"),
        ("ALLOWED_HOSTS", ["*"], "E003"),
        ("ALLOWED_HOSTS", ["good.org.uk", "*"], "E003"),
        ("SECURE_SSL_REDIRECT", False, "E004"),
        ("SESSION_COOKIE_SECURE", False, "E004"),
        ("CSRF_COOKIE_SECURE", False, "E004"),
        ("SECURE_HSTS_SECONDS", 0, "E004"),
        ("SITE_URL", "http://escalation.partnership.org.uk", "E005"),
        ("REDIS_URL", "", "E007"),
        ("CELERY_BROKER_URL", "memory://", "E007"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "E008"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "E008"),
        ("EMAIL_HOST", "", "E008"),
        ("EMAIL_USE_TLS", False, "E009"),
    ],
)
def test_each_insecure_setting_is_refused_by_itself(for_real: Settings, name: str, value: Any, problem: str) -> None:
    setattr(for_real, name, value)

    assert reported() == [f"escalation.{problem}"]
    with pytest.raises(SystemCheckError, match=problem):
        refuse_if_insecure()


def test_a_database_in_a_file_is_refused(for_real: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(for_real.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")

    assert reported() == ["escalation.E006"]


def test_mail_to_a_server_on_the_same_machine_needs_no_encryption(for_real: Settings) -> None:
    for_real.EMAIL_USE_TLS, for_real.EMAIL_HOST = False, "127.0.0.1"

    assert reported() == []


def test_refusal_says_what_to_do(for_real: Settings) -> None:
    for_real.ALLOWED_HOSTS = []

    with pytest.raises(SystemCheckError, match=r"ALLOWED_HOSTS=escalation\.example\.gov\.uk"):
        refuse_if_insecure()


def test_every_command_runs_the_checks(for_real: Settings) -> None:
    for_real.DEBUG = True

    with pytest.raises(SystemCheckError, match=r"escalation\.E002"):
        call_command("check")


def test_worker_and_beat_stop_instead_of_logging_and_going_on(for_real: Settings) -> None:
    for_real.SITE_URL = "http://escalation.partnership.org.uk"

    with pytest.raises(SystemExit, match="E005"):
        refuse_to_start_insecurely()


def test_a_demonstration_may_be_all_that(settings: Settings) -> None:
    settings.DEMONSTRATION, settings.SECRET_KEY, settings.ALLOWED_HOSTS = True, "short", ["*"]

    assert reported() == []


@pytest.mark.for_real
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "escalation.wsgi", "-c", "escalation/gunicorn.py", "--bind", "127.0.0.1:0"],
        ["-m", "celery", "-A", "escalation", "worker", "--pool", "solo"],
        ["-m", "celery", "-A", "escalation", "beat"],
        ["manage.py", "migrate"],
        ["manage.py", "serve"],
    ],
    ids=lambda command: command[-1] if "gunicorn" not in command else "gunicorn",
)
def test_no_process_starts_without_a_secret(start: Start, command: list[str]) -> None:
    process = start(*command, ALLOWED_HOSTS="escalation.partnership.org.uk", WEB_CONCURRENCY="1")

    assert process.popen.wait(40) != 0
    assert "escalation.E001" in process.said()
