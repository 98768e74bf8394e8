"""Drafts: nothing that a person types is lost, and nobody else sees it before it is sent."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from agencies.models import Agency, Partnership, Person
from agencies.roles import agencies_where
from cases import states
from cases.clocks import local_day
from cases.models import Case, Party, Side
from escalation.errors import NotAllowed, RuleViolation, WrongState
from policies.models import PolicyEdition

#: What a step of the Raise pages may save; nothing else of a case can be written through a draft.
ANSWERS = frozenset(
    {
        "immediate_risk",
        "immediate_action",
        "situation",
        "stage_code",
        "restricted",
        "subject",
        "ground",
        "decision",
        "decision_by",
        "decision_maker",
        "decision_on",
        "risk",
        "child_life",
        "child_voice",
        "evidence",
        "aim",
        "actions_to_date",
        "child_initials",
        "child_birth_year",
    }
)


@transaction.atomic
def case_start_draft(*, by: Person, agency: Agency, partnership: Partnership, at: datetime) -> Case:
    """Begin a disagreement for the agency under the edition in force on the day of `at`."""
    if not agencies_where(by, "raise_case").filter(pk=agency.pk).exists():
        raise NotAllowed("not_yours", f"You cannot raise a disagreement for {agency}.")
    if not agency.partnerships.filter(pk=partnership.pk).exists():
        raise RuleViolation("not_member", f"{agency} does not belong to {partnership}.")
    edition = PolicyEdition.objects.in_force(partnership, local_day(at))
    if edition is None:
        raise RuleViolation("no_policy", f"{partnership} has no escalation policy in force. Tell its Business Manager.")
    draft = Case.objects.create(partnership=partnership, edition=edition, raised_by=by, created_at=at)
    Party.objects.create(case=draft, agency=agency, side=Side.RAISING)
    return draft


def lock_draft(draft: Case, by: Person) -> Case:
    locked = Case.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if locked.raised_by_id != by.pk:
        raise NotAllowed("not_yours", "Only the person who began a draft can change it.")
    if locked.state != states.DRAFT:
        raise WrongState("wrong_state", f"This was sent as {locked.reference}; it is no longer a draft.")
    return locked


class _Keep:
    """Stands for an answer that a step does not ask: what was saved stays."""


KEEP = _Keep()


@transaction.atomic
def case_save_draft(
    *,
    draft: Case,
    by: Person,
    answers: Mapping[str, Any],
    receiving: Agency | None = None,
    others: Collection[Agency] | None = None,
    receiving_contact: Person | None = None,
    own_manager: Person | _Keep | None = KEEP,
    file_number: str | None = None,
) -> Case:
    """Save what one step of the Raise pages asks; what the other steps asked stays as it is.

    `answers` holds fields of the case by name (see ANSWERS; KeyError for another).  `receiving` replaces
    the receiving party and its contact, `others` the other parties; None leaves them.
    """
    unknown = set(answers) - ANSWERS
    if unknown:
        raise KeyError(f"Not an answer of the Raise pages: {', '.join(sorted(unknown))}")
    locked = lock_draft(draft, by)
    for name, value in answers.items():
        setattr(locked, name, value)
    locked.save()
    raising = locked.parties.select_related("agency").get(side=Side.RAISING)
    if file_number is not None:
        raising.file_number = file_number
    if not isinstance(own_manager, _Keep):
        _works_at(own_manager, raising.agency)
        raising.first_contact = own_manager
    raising.save()
    if receiving is not None:
        _set_receiving(locked, receiving, receiving_contact)
    if others is not None:
        _set_others(locked, others)
    return locked


def _works_at(person: Person | None, agency: Agency) -> None:
    if person is not None and not person.groups.filter(role_group__agency=agency).exists():
        raise RuleViolation("not_of_agency", f"{person.name} does not work for {agency}.")


def _member(agency: Agency, draft: Case) -> None:
    if not agency.partnerships.filter(pk=draft.partnership_id).exists():
        raise RuleViolation("not_member", f"{agency} does not belong to {draft.partnership}.")


def _set_receiving(draft: Case, agency: Agency, contact: Person | None) -> None:
    _member(agency, draft)
    _works_at(contact, agency)
    draft.parties.filter(side=Side.RECEIVING).delete()
    draft.parties.filter(side=Side.OTHER, agency=agency).delete()
    Party.objects.create(case=draft, agency=agency, side=Side.RECEIVING, first_contact=contact)


def _set_others(draft: Case, agencies: Collection[Agency]) -> None:
    for agency in agencies:
        _member(agency, draft)
    draft.parties.filter(side=Side.OTHER).delete()
    taken = set(draft.parties.values_list("agency_id", flat=True))
    named_once = {agency.pk: agency for agency in agencies if agency.pk not in taken}
    Party.objects.bulk_create(Party(case=draft, agency=agency, side=Side.OTHER) for agency in named_once.values())


@transaction.atomic
def case_discard_draft(*, draft: Case, by: Person) -> None:
    """Throw a draft away: it was never sent, so it is no record of anything."""
    locked = lock_draft(draft, by)
    locked.parties.all().delete()
    locked.delete()
