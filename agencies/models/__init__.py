from agencies.models.agency import Agency, AgencyGroupObjectPermission, AgencyKind, AgencyUserObjectPermission
from agencies.models.officer import Absence, NamedOfficer
from agencies.models.partnership import (
    Jurisdiction,
    OnExpiry,
    Partnership,
    PartnershipGroupObjectPermission,
    PartnershipUserObjectPermission,
)
from agencies.models.person import Person
from agencies.models.role import Appointment, RoleGroup

__all__ = [
    "Absence",
    "Agency",
    "AgencyGroupObjectPermission",
    "AgencyKind",
    "AgencyUserObjectPermission",
    "Appointment",
    "Jurisdiction",
    "NamedOfficer",
    "OnExpiry",
    "Partnership",
    "PartnershipGroupObjectPermission",
    "PartnershipUserObjectPermission",
    "Person",
    "RoleGroup",
]
