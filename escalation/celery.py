"""The background jobs: `celery -A escalation worker` and `celery -A escalation beat`.

Whatever must not be lost is a row in the database. A job's message only says "look now": it may be lost, late or sent
twice without harm, and it is not kept once the next one is on its way.
"""

import os
from typing import Any, Final

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "escalation.settings")

EVERY_SECONDS: Final = 60.0

app = Celery("escalation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.update(
    beat_schedule={
        "deliver-due-notifications": {
            "task": "notifications.tasks.deliver_due_notifications",
            "schedule": EVERY_SECONDS,
            "options": {"expires": EVERY_SECONDS},
        },
        "sweep-stage-clocks": {
            "task": "cases.tasks.sweep_stage_clocks",
            "schedule": EVERY_SECONDS,
            "options": {"expires": EVERY_SECONDS},
        },
    },
    # In memory: nothing is worth remembering about a job that runs every minute, and no file has to be writable.
    beat_scheduler="celery.beat:Scheduler",
    # A worker takes one message at a time, so that a long round does not sit on others that could run elsewhere.
    worker_prefetch_multiplier=1,
)


@signals.celeryd_init.connect
@signals.beat_init.connect
def refuse_to_start_insecurely(**_: Any) -> None:
    """End the worker or the beat with every reason why this installation must not start.

    By SystemExit: an ordinary exception in a signal's receiver is logged, and the process would go on.
    """
    from django.core.management.base import SystemCheckError

    from escalation.checks import refuse_if_insecure

    try:
        refuse_if_insecure()
    except SystemCheckError as reasons:
        raise SystemExit(str(reasons)) from None
