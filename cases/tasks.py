from celery import shared_task
from django.utils import timezone

from cases.sweep import sweep


# The message only wakes: what is due stands in the clocks' rows, so nothing is lost with it.
@shared_task(ignore_result=True, acks_late=False, soft_time_limit=150, time_limit=180)
def sweep_stage_clocks() -> dict[str, int]:
    """Take every step of a clock that is due now; run by the beat once a minute."""
    return sweep(at=timezone.now()).as_dict()
