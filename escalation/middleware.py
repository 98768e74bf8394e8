"""What every request goes through besides Django's own: session limits, nothing kept, broken rules as pages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from escalation import sessions
from escalation.errors import RuleViolation
from escalation.views import rule_violation

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionLimits:
    """Signs a person out whose session is over; the page asked for then sends them to the sign-in page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session before anything else does."""
        if request.user.is_authenticated:
            at = sessions.now()
            if sessions.ended(request.session, at):
                logout(request)
            else:
                sessions.touch(request.session, at)
        return self.get_response(request)


class NothingKept:
    """Tells browser and proxies to keep no copy of anything but static files: a shared computer forgets the case."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer, whatever the page itself said."""
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            patch_cache_control(response, no_store=True, private=True)
        return response


class RuleViolationPages:
    """Turns a broken rule of the domain into the page with its status and its reason."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do unless the view raises."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for a RuleViolation; any other error goes on to Django, which rolls back and answers 404 or 500."""
        if isinstance(exception, RuleViolation):
            return rule_violation(request, exception)
        return None
