"""To which partnerships a person belongs, and which of them a page is about."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest

from agencies.models import Partnership, PartnershipGroupObjectPermission, Person, RoleGroup


class SignedIn(HttpRequest):
    """A request that came through LoginRequiredMiddleware."""

    user: Person


def partnerships_of(person: Person | AnonymousUser) -> QuerySet[Partnership]:
    """The partnerships at which, or at an agency of which, the person holds any role; none if suspended.

    Those whose register they keep come first, then by name; each carries `keeps_register`. One query.
    """
    if not isinstance(person, Person) or not person.is_active:
        return Partnership.objects.none()
    roles = RoleGroup.objects.filter(group__user=person)
    keeping = PartnershipGroupObjectPermission.objects.filter(
        content_object=OuterRef("pk"), group__user=person, permission__codename="keep_register"
    )
    # The ids are gathered inside, so that a partnership of three of their agencies comes once.
    mine = Partnership.objects.filter(Q(pk__in=roles.values("partnership")) | Q(agencies__in=roles.values("agency")))
    return (
        Partnership.objects.filter(pk__in=mine.values("pk"))
        .annotate(keeps_register=Exists(keeping))
        .order_by("-keeps_register", "name")
    )


def chosen(partnerships: Iterable[Partnership], slug: str | None) -> Partnership:
    """The partnership of that slug among those given, the first where none is asked for.

    Raises Http404 if it is not among them: what is not one's own does not exist. The comparison is made here
    and not in the database, which refuses some of the characters an address can carry.
    """
    for partnership in partnerships:
        if not slug or partnership.slug == slug:
            return partnership
    raise Http404("No such partnership.")
