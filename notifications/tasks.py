from celery import shared_task
from django.utils import timezone

from notifications.delivery import deliver_due


# Acknowledged early on purpose: the message only wakes, the row in the database is what must not be lost. A message
# delivered again after the broker's visibility time-out would do nothing but surprise.
@shared_task(ignore_result=True, acks_late=False, soft_time_limit=150, time_limit=180)
def deliver_due_notifications() -> dict[str, int]:
    """Send what is due now; woken by commits and, once a minute, by the beat."""
    return deliver_due(at=timezone.now()).as_dict()
