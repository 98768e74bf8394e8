from cases.models.case import Case, CaseGroupObjectPermission, CaseUserObjectPermission, ReferenceCounter
from cases.models.clock import Clock, NextStep
from cases.models.ending import Action, Agreement, Decision, Resolution
from cases.models.extension import Extension
from cases.models.party import Participant, Party, Side
from cases.models.read import CaseRead
from cases.models.record import RecordEntry
from cases.models.request import Answer, EscalationRequest
from cases.models.visit import StageVisit

__all__ = [
    "Action",
    "Agreement",
    "Answer",
    "Case",
    "CaseGroupObjectPermission",
    "CaseRead",
    "CaseUserObjectPermission",
    "Clock",
    "Decision",
    "EscalationRequest",
    "Extension",
    "NextStep",
    "Participant",
    "Party",
    "RecordEntry",
    "ReferenceCounter",
    "Resolution",
    "Side",
    "StageVisit",
]
