"""Sign-in without sign-up: people are invited by their agency or partnership, nobody lets themselves in."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

logger = logging.getLogger(__name__)


class ClosedAccountAdapter(DefaultAccountAdapter):
    """E-mail and password, for those who were invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, and answer the same when the mail server does not: the answer must not tell who has an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            # smtplib's errors are OSErrors too.  No address in the log.
            logger.error("A message of the sign-in pages could not be sent: %s", type(error).__name__)


class ClosedSocialAccountAdapter(DefaultSocialAccountAdapter):
    """An organisation's own accounts, for those who were invited here as well."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Never: having an account at the organisation is not an invitation."""
        return False
