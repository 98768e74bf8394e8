"""The project itself: settings, addresses, errors, start-up checks and the design system's base."""

from escalation.celery import app as celery_app

__all__ = ["celery_app"]
