"""When a session ends: some time after its last page, and at the latest a working day after its sign-in.

Times in the session are whole seconds since 1970 (UTC), so that neither the clock change nor a time zone matters.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
# How stale the last-seen time may be: a write to the database every few minutes, not at every page.
PRECISION_SECONDS = 300


def now() -> int:
    """This moment in the session's unit."""
    return int(timezone.now().timestamp())


@receiver(user_logged_in)
def begin(sender: type, request: HttpRequest | None, user: AbstractBaseUser, **kwargs: object) -> None:
    """Note when the person signed in."""
    if request is not None:
        request.session[SIGNED_IN] = request.session[SEEN] = now()


def ended(session: SessionBase, at: int) -> bool:
    """Whether the session is over: idle for longer than SESSION_IDLE_SECONDS, or older than SESSION_LIMIT_SECONDS."""
    signed_in, seen = session.get(SIGNED_IN, at), session.get(SEEN, at)
    idle, limit = int(settings.SESSION_IDLE_SECONDS), int(settings.SESSION_LIMIT_SECONDS)
    return bool(at - seen > idle or at - signed_in > limit)


def touch(session: SessionBase, at: int) -> None:
    """Note that the person is still here, if the note in the session has become stale."""
    session.setdefault(SIGNED_IN, at)
    if at - session.get(SEEN, 0) >= PRECISION_SECONDS:
        session[SEEN] = at
