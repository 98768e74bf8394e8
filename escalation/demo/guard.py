"""Demonstration data never goes beside real data."""

from django.conf import settings
from django.db import connection

from agencies.models import Partnership, Person
from escalation.demo.reading import SLUGS

INVENTED_DOMAIN = ".example"


def why_not_here() -> str:
    """Why this installation has no demonstration, in words for whoever typed the command; empty if it may have one."""
    if not settings.DEMONSTRATION:
        return (
            "This is not a demonstration: invented cases would stand among real ones. "
            "Set DEMONSTRATION=1 on an installation of its own."
        )
    if Partnership._meta.db_table not in connection.introspection.table_names():
        return "The database has no tables yet. Run this first: manage.py migrate"
    return ""


def why_not_loaded() -> str:
    """Why nothing invented may be added to what the database holds; empty if it may."""
    others = Partnership.objects.exclude(slug__in=SLUGS, mailbox__endswith=INVENTED_DOMAIN)
    if others.exists():
        names = ", ".join(others.values_list("name", flat=True))
        return f"The database holds partnerships that are not the demonstration's: {names}. Take an empty database."
    if Person.objects.exclude(email__endswith=INVENTED_DOMAIN).exists():
        return "The database holds people who are not the demonstration's. Take an empty database."
    return ""
