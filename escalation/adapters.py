"""Sign-in without sign-up: people are invited by their agency or partnership, nobody lets themselves in."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """E-mail and password, for those who were invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class ClosedSocialAccountAdapter(DefaultSocialAccountAdapter):
    """An organisation's own accounts, for those who were invited here as well."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Never: having an account at the organisation is not an invitation."""
        return False
