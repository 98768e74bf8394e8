"""What the frame around every page needs: whose pages these are, where one can go, what is unread.

Everything is lazy: a page that draws no frame (a fragment, a download) asks the database nothing.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from agencies.models import Partnership, PartnershipGroupObjectPermission, Person, RoleGroup
from notifications.inbox import unread_count


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template. A view about one partnership passes its own `partnership`, which wins over this one."""
    partnership = SimpleLazyObject(lambda: own_partnership(request))
    return {
        "site_name": settings.SITE_NAME,
        "demonstration": settings.DEMONSTRATION,
        "partnership": partnership,
        "navigation": SimpleLazyObject(lambda: list(navigation(request, partnership))),
    }


def own_partnership(request: HttpRequest) -> Partnership | None:
    """The signed-in person's partnership: one whose register they keep, else the first by name. One query.

    The answer carries `keeps_register`, whether they are its Business Manager.
    """
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or not person.is_active:
        return None
    roles = RoleGroup.objects.filter(group__user=person)
    keeping = PartnershipGroupObjectPermission.objects.filter(
        content_object=OuterRef("pk"), group__user=person, permission__codename="keep_register"
    )
    return (
        Partnership.objects.filter(Q(pk__in=roles.values("partnership")) | Q(agencies__in=roles.values("agency")))
        .annotate(keeps_register=Exists(keeping))
        .order_by("-keeps_register", "name")
        .first()
    )


def navigation(request: HttpRequest, partnership: Any) -> Iterator[dict[str, Any]]:
    """The places in the menu, the one we are at marked. Register only for those who keep one."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return
    places = [("Home", "home"), ("Policy", "policy_list"), ("Directory", "directory"), ("Messages", "notifications")]
    if getattr(partnership, "keeps_register", False):
        places.insert(1, ("Register", "register"))
    for words, name in places:
        href = reverse(name)
        here = request.path == href if href == "/" else request.path.startswith(href)
        yield {
            "text": words,
            "href": href,
            "here": here,
            "exactly": request.path == href,
            "count": unread_count(person) if name == "notifications" else 0,
        }
