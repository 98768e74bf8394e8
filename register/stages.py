"""The stages and subjects that the editions of a partnership's policies know, for filters and figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agencies.models import Partnership
from policies.models import PolicyEdition
from policies.schema import Policy
from policies.stage_words import called


@dataclass(frozen=True)
class Editions:
    """The partnership's editions by id: parsed once for a page, whatever the number of its rows."""

    policies: Mapping[int, Policy]

    def __getitem__(self, edition_id: int) -> Policy:
        return self.policies[edition_id]

    @property
    def stages(self) -> list[tuple[str, str]]:
        """Stage codes with their names, in the order of the policies; editions that differ are both named."""
        return _named((stage.code, called(stage.code, stage.name)) for policy in self for stage in policy.stages)

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """Subject codes with their names."""
        return _named((subject.code, subject.name) for policy in self for subject in policy.subjects)

    def subject(self, edition_id: int, code: str) -> str:
        """The name of a subject in the edition; empty for none."""
        return next((subject.name for subject in self[edition_id].subjects if subject.code == code), "")

    def __iter__(self) -> Iterator[Policy]:
        return iter(self.policies.values())


def editions_of(partnership: Partnership) -> Editions:
    """All editions of the partnership, the newest first. One query."""
    return Editions({row.pk: row.policy for row in PolicyEdition.objects.filter(partnership=partnership)})


def _named(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    names: dict[str, list[str]] = {}
    for code, name in pairs:
        if name not in names.setdefault(code, []):
            names[code].append(name)
    return [(code, " / ".join(found)) for code, found in names.items()]
