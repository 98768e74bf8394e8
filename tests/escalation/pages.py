"""Addresses for the tests of this folder: the project's own, and pages that go wrong in every way."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from escalation import views
from escalation.errors import Hidden, NotAllowed, RuleViolation, WrongState
from escalation.forms import DateField, GovForm, LongText, TimeField


class EveryField(GovForm):
    """One field of each kind."""

    hints = {"ground": {"risk": "The child may be harmed."}}

    text = LongText(label="What happened?", help_text="Say how you know.", max_length=20)
    name = forms.CharField(label="Whom did you ring?", max_length=30, required=False)
    heard_on = DateField(label="When did you hear of it?", latest=date(2026, 4, 13))
    heard_at = TimeField(label="At what time?", required=False)
    ground = forms.ChoiceField(
        label="What is it about?", choices=[("risk", "Risk"), ("resources", "Resources")], widget=forms.RadioSelect
    )
    agencies = forms.MultipleChoiceField(
        label="Which agencies?", choices=[("a", "Police"), ("b", "Health")], widget=forms.CheckboxSelectMultiple
    )
    stage = forms.ChoiceField(label="Which stage?", choices=[("1", "First"), ("2", "Second")])
    sure = forms.BooleanField(label="I have checked this", help_text="All of it.")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


PAGE = engines["django"].from_string(
    '{% extends "base.html" %}{% block title %}A form{% endblock %}'
    '{% block content %}<h1 class="govuk-heading-l">A form</h1>'
    '{% include "components/form.html" with submit="Send" cancel="/away" %}{% endblock %}'
)


def form_page(request: HttpRequest) -> HttpResponse:
    form = EveryField(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.refuse(RuleViolation("closed", "The case is closed."))
    return HttpResponse(PAGE.render({"form": form}, request))


def raises(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


@login_not_required
def open_to_all(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [
    path("", open_to_all, name="home"),
    path("form/", form_page),
    path("hidden/", raises(Hidden("a case there is"))),
    path("nonexistent/", raises(Http404("no such case"))),
    path("not-allowed/", raises(NotAllowed("not_yours", "Only a manager may approve <this>."))),
    path("wrong-state/", raises(WrongState("withdrawn", "The case was withdrawn."))),
    path("rule/", raises(RuleViolation("too_early", "It is too early."))),
    path("broken/", raises(ValueError("Jo Bloggs, born 2019"))),
    path("policies/", open_to_all, name="policy_list"),
    path("directory/", open_to_all, name="directory"),
    path("register/", open_to_all, name="register"),
    path("notifications/", open_to_all, name="notifications"),
    path("healthz", views.healthz, name="healthz"),
    path("accounts/email/", views.address_is_fixed, name="account_email"),
    path("accounts/", include("allauth.urls")),
]

handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
