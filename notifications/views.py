from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.membership import SignedIn
from notifications import inbox
from notifications.forms import ReadAllForm

PER_PAGE = 25


@require_safe
def message_list(request: SignedIn) -> HttpResponse:
    """My messages, newest first."""
    page = Paginator(inbox.messages_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "notes": [inbox.in_words(notification) for notification in page],
        "unread": inbox.unread_count(request.user),
        "newest": inbox.newest_unread(request.user),
    }
    return render(request, "notifications/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_message(request: SignedIn, pk: int) -> HttpResponse:
    """Go to what the message is about. Only the button (POST) marks it as read: a GET changes nothing."""
    notification = get_object_or_404(inbox.messages_of(request.user), pk=pk)
    if request.method == "POST":
        inbox.mark_read(notification, at=timezone.now())
    return redirect(notification.path)


@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Mark as read what the page showed and everything older."""
    form = ReadAllForm(request.POST)
    if form.is_valid():
        inbox.mark_all_read(request.user, newest=form.cleaned_data["newest"], at=timezone.now())
    return redirect("notifications")
