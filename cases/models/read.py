from typing import ClassVar

from django.db import models

from agencies.models import Person
from cases.models.case import Case


class CaseRead(models.Model):
    """Somebody looked at a case: reads are recorded as well as writes (product rules, "Need to know")."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reads")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    page = models.CharField(max_length=40, help_text="What was looked at: the case, or the page of one act.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["case", "-at"], name="case_read_latest")]

    def __str__(self) -> str:
        return f"{self.person} read {self.case}"
