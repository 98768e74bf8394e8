from typing import Any, ClassVar, NoReturn

from django.db import models

from agencies.models import Agency, Person
from cases.models.case import Case


class RecordIsAppendOnlyError(TypeError):
    """An entry of the record was to be changed or deleted.  Write a new entry that points at it instead."""


class Entries(models.QuerySet["RecordEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise RecordIsAppendOnlyError("Entries of the record are never changed.")

    def delete(self) -> NoReturn:
        raise RecordIsAppendOnlyError("Entries of the record are never deleted.")


class RecordEntry(models.Model):
    """One entry of a case's append-only record, chained to the one before it by hash.

    `content_hash` covers the salted content, `entry_hash` the predecessor's hash, the facts about the
    entry and `content_hash`: should content ever have to be erased by law, the chain can still be
    verified.  See `cases.record` for what exactly is hashed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stage_code = models.CharField(max_length=20)
    content = models.JSONField()
    salt = models.CharField(max_length=32)
    previous_hash = models.CharField(max_length=64, blank=True)
    content_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager["RecordEntry"]] = models.Manager.from_queryset(Entries)()

    class Meta:
        ordering: ClassVar[list[str]] = ["case", "number"]
        verbose_name_plural = "record entries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="record_numbers_without_repeats")
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.number}: {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RecordIsAppendOnlyError("Entries of the record are never changed.")
        # Else a new object with the number of an old row would be written over it.
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RecordIsAppendOnlyError("Entries of the record are never deleted.")
