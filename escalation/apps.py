"""The project as an app, so that its commands, template tags and start-up checks are found."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class EscalationConfig(AppConfig):
    """Registers the checks that keep an insecure installation from starting, the session's clock, the job queue."""

    name = "escalation"

    def ready(self) -> None:
        """Import the modules; importing registers what they hold."""
        from escalation import celery, checks, sessions  # noqa: F401


class StaticFilesInUse(StaticFilesConfig):
    """Collects what pages load, not every file that a package brings along."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "guardian",
    ]
