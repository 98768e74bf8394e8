"""Whose register a person keeps."""

from agencies.membership import chosen, partnerships_of
from agencies.models import Partnership, Person
from escalation.errors import NotAllowed


def kept(person: Person, slug: str | None) -> tuple[Partnership, list[Partnership]]:
    """The register asked for (the first by name where none is), and every one that the person keeps. One query.

    Raises NotAllowed if they keep none, Http404 for one that is not theirs.
    """
    mine = [partnership for partnership in partnerships_of(person) if getattr(partnership, "keeps_register", False)]
    if not mine:
        raise NotAllowed(
            "keeps_no_register",
            "Only the Business Manager of a partnership sees its register. The cases that you take part in are on "
            "your home page.",
        )
    return chosen(mine, slug), mine
