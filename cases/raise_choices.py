"""What a person who raises a disagreement can choose from: where they raise it, with whom, through whom."""

from dataclasses import dataclass

from django.db.models import QuerySet

from agencies.directory import holders
from agencies.models import Agency, Partnership, Person
from agencies.roles import agencies_where
from cases.models import Case, Side


@dataclass(frozen=True)
class Place:
    """An agency for which the person raises, in one of the partnerships it belongs to."""

    agency: Agency
    partnership: Partnership

    @property
    def code(self) -> str:
        return f"{self.agency.pk}-{self.partnership.pk}"


def places(person: Person) -> list[Place]:
    """Everywhere the person may raise a disagreement; two queries."""
    agencies = agencies_where(person, "raise_case").prefetch_related("partnerships")
    return [Place(agency, partnership) for agency in agencies for partnership in agency.partnerships.all()]


def whom_to_ask(person: Person) -> list[Person]:
    """Those who can give the person a role at their agency: its administrators."""
    own = Agency.objects.filter(rolegroup__group__user=person).distinct()
    return [administrator for agency in own for administrator in holders(role="agency_administrator", agency=agency)]


def own_agency(draft: Case) -> Agency:
    return draft.parties.select_related("agency").get(side=Side.RAISING).agency


def agencies_to_disagree_with(draft: Case, own: Agency) -> list[Agency]:
    """The partnership's agencies by name, one's own last: a disagreement can be inside it too."""
    found = list(draft.partnership.agencies.all())
    return [agency for agency in found if agency != own] + [agency for agency in found if agency == own]


def people_who(permission: str, agency: Agency, *, but: Person) -> QuerySet[Person]:
    """Those at the agency whose roles give the permission, by name; not `but`, and nobody who is suspended."""
    return (
        Person.objects.filter(
            pk__in=Person.objects.filter(
                groups__agencygroupobjectpermission__content_object=agency,
                groups__agencygroupobjectpermission__permission__codename=permission,
            ).values("pk"),
            is_active=True,
        )
        .exclude(pk=but.pk)
        .order_by("name", "pk")
    )
