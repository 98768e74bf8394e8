"""What became of the messages that the stories' deeds wrote."""

from datetime import datetime, timedelta

from django.db.models import F

from agencies.models import Partnership
from cases.models import Case
from notifications.models import Notification, State

#: How soon people opened a message, and how recent those are that nobody has opened yet.
OPENED_AFTER = timedelta(hours=2)


def close_the_past(partnership: Partnership, *, unread_since: datetime) -> int:
    """Mark the messages of the stories as sent when they were written, and the older ones as read; how many there are.

    The deeds were done in a past in which no worker ran, so their messages still wait. Sending them now would give
    everybody hundreds of e-mails about things long over. In that past the worker would have sent each within its
    minute, and that is what is put down. Those that were withheld when they were written stay withheld. No message is
    taken out: in the app everybody finds theirs, those since `unread_since` unread.
    """
    cases = list(Case.objects.filter(partnership=partnership).values_list("pk", flat=True))
    told = Notification.objects.filter(case_id__in=cases)
    written = told.filter(state=State.PENDING)
    number = written.update(state=State.SENT, sent_at=F("created_at"), next_attempt_at=F("created_at"), attempts=1)
    told.filter(created_at__lt=unread_since, recipient__isnull=False).update(read_at=F("created_at") + OPENED_AFTER)
    return number
