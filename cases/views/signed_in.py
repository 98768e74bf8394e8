from django.http import HttpRequest

from agencies.models import Person


class SignedIn(HttpRequest):
    """A request that came through LoginRequiredMiddleware."""

    user: Person
