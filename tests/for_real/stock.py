"""What an installation holds before its first case; run in it by `manage.py shell`."""

from django.utils import timezone

from agencies.models import Person
from tests.cases.cast import PASSWORD, Cast, a_case, a_cast

SLUG = "seahaven"
POLICY = "plymouth_nursery"
NORA = f"nora.{SLUG}@people.example"
SAM = f"sam.{SLUG}@people.example"
MANAGER = f"{SLUG}.nursery.line.manager@people.example"


def lay() -> Cast:
    """A partnership on a policy whose first stage has one working day, its agencies and people; two can sign in."""
    cast = a_cast(SLUG, POLICY)
    for person in Person.objects.filter(email__in=[NORA, SAM]):
        person.set_password(PASSWORD)
        person.save()
    return cast


def lay_with_a_case() -> None:
    """The same, and a case that Nora raises now: its messages wait in the outbox."""
    a_case(lay(), timezone.now())
