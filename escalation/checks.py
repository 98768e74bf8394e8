"""What an installation with real cases must have before it starts.

The checks run with every command, and `refuse_if_insecure` runs them where Django would not: in the web server and in
the workers. They are errors, not warnings: nobody reads warnings. A demonstration is exempt, its data are invented.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import SystemCheckError

TAG = "installation"
SECRET_LENGTH = 50
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SAYS_IT_IS_NOT_SECRET = ("insecure", "change", "secret", "example", "for-tests", "password", "default")


def refuse_if_insecure() -> None:
    """Raise SystemCheckError, with every reason, unless this installation may start."""
    problems = run_checks(tags=[TAG])
    if problems:
        listed = "\n".join(f"  {problem.id}: {problem.msg}\n      {problem.hint}" for problem in problems)
        raise SystemCheckError(f"This installation is not safe to start:\n{listed}")


@register(TAG)
def installation(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every reason why this installation must not start; none in a demonstration."""
    if settings.DEMONSTRATION:
        return []
    return [*secret(), *addresses(), *https(), *services(), *mail()]


def secret() -> Iterator[CheckMessage]:
    """E001, E002: a real secret key, and no page that shows the inside of the program."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    guessable = len(key) < SECRET_LENGTH or len(set(key)) < 10
    if guessable or any(word in key.lower() for word in SAYS_IT_IS_NOT_SECRET):
        yield Error(
            f"SECRET_KEY is missing, shorter than {SECRET_LENGTH} characters or one that others could guess.",
            hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(60))'",
            id="escalation.E001",
        )
    if settings.DEBUG:
        yield Error(
            "DEBUG is on: error pages would show people's data.",
            hint="Leave DEBUG out of the environment.",
            id="escalation.E002",
        )


def addresses() -> Iterator[CheckMessage]:
    """E003: the host names are known."""
    if not settings.ALLOWED_HOSTS or any(host.startswith("*") for host in settings.ALLOWED_HOSTS):
        yield Error(
            "ALLOWED_HOSTS is empty or allows every name.",
            hint="List the names people type, for example ALLOWED_HOSTS=escalation.example.gov.uk",
            id="escalation.E003",
        )


def https() -> Iterator[CheckMessage]:
    """E004, E005: encrypted to the browser, and links in messages as well."""
    if not (
        settings.SECURE_SSL_REDIRECT
        and settings.SESSION_COOKIE_SECURE
        and settings.CSRF_COOKIE_SECURE
        and settings.SECURE_HSTS_SECONDS
    ):
        yield Error(
            "HTTPS is off: passwords and cases would travel in the clear.",
            hint="Leave HTTPS out of the environment: it is on by default. Put a proxy with a certificate in front.",
            id="escalation.E004",
        )
    if not settings.SITE_URL.startswith("https://"):
        yield Error(
            "SITE_URL does not begin with https://, so links in messages would not be encrypted.",
            hint="Set the address people type, for example SITE_URL=https://escalation.example.gov.uk",
            id="escalation.E005",
        )


def services() -> Iterator[CheckMessage]:
    """E006, E007: a database and a cache that several processes can share."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        yield Error(
            "The database is not PostgreSQL.",
            hint="Set DATABASE_URL=postgres://user:password@host:5432/name",
            id="escalation.E006",
        )
    if not settings.REDIS_URL or urlsplit(settings.CELERY_BROKER_URL).scheme not in {"redis", "rediss", "unix"}:
        yield Error(
            "There is no Redis: limits on guessing passwords would be counted by each process on its own.",
            hint="Set REDIS_URL=redis://host:6379/0",
            id="escalation.E007",
        )


def mail() -> Iterator[CheckMessage]:
    """E008, E009: messages leave, and leave encrypted."""
    if settings.EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend" or not settings.EMAIL_HOST:
        yield Error(
            "Messages would not leave this machine: no mail server is set.",
            hint="Set EMAIL_HOST (and EMAIL_PORT, EMAIL_USER, EMAIL_PASSWORD, EMAIL_FROM).",
            id="escalation.E008",
        )
    elif not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or settings.EMAIL_HOST in LOOPBACK):
        yield Error(
            "Messages would travel unencrypted to the mail server.",
            hint="Set EMAIL_SECURITY=starttls or tls; none is only for a server on the same machine.",
            id="escalation.E009",
        )
