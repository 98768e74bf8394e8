"""Pages of the project itself: health and errors."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from escalation.errors import RuleViolation


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 if the database answers, else 503; for load balancers and containers, without sign-in."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def address_is_fixed(request: HttpRequest) -> HttpResponse:
    """In place of allauth's own page: a person's address is their identity and is kept by those who invited them."""
    raise Http404


def rule_violation(request: HttpRequest, violation: RuleViolation) -> HttpResponse:
    """The page for a rule that was broken: its status and its reason in words."""
    name = "errors/403.html" if violation.status == HTTPStatus.FORBIDDEN else "errors/409.html"
    return render(request, name, {"reason": violation.message}, status=violation.status)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 without a reason of the domain."""
    return render(request, "errors/403.html", {"reason": str(exception)}, status=HTTPStatus.FORBIDDEN)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: one body for what does not exist and for what this person may not see, so neither can be told apart."""
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither database nor session, because either may be what failed."""
    return HttpResponse(render_to_string("errors/500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from a page of ours, or from one that was left open for too long."""
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)
