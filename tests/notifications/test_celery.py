from datetime import datetime

import pytest
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from agencies.models import Person
from escalation import celery_app
from escalation.celery import refuse_to_start_insecurely
from notifications.checks import somebody_says_who_may_know
from notifications.models import Notification, State
from notifications.tasks import deliver_due_notifications
from tests.notifications.conftest import Tell


def test_both_jobs_run_every_minute_and_no_message_outlives_its_minute() -> None:
    jobs = celery_app.conf.beat_schedule.values()
    assert {job["task"] for job in jobs} == {
        "notifications.tasks.deliver_due_notifications",
        "cases.tasks.sweep_stage_clocks",
    }
    assert all(job["schedule"] == job["options"]["expires"] == 60 for job in jobs)


def test_the_settings_of_the_project_reach_the_worker(settings: Settings) -> None:
    assert celery_app.conf.broker_url == settings.CELERY_BROKER_URL
    assert celery_app.conf.task_ignore_result
    assert celery_app.conf.beat_scheduler == "celery.beat:Scheduler"


def test_the_job_only_wakes_so_it_is_acknowledged_early_and_limited_in_time() -> None:
    job = deliver_due_notifications
    assert (job.acks_late, job.ignore_result) == (False, True)
    assert (job.soft_time_limit, job.time_limit) == (150, 180)


def test_the_job_sends_what_is_due_and_reports_figures_only(anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna)
    assert deliver_due_notifications() == {"sent": 1, "retried": 0, "failed": 0, "withheld": 0}
    assert Notification.objects.get().state == State.SENT


def test_a_worker_of_an_insecure_installation_ends_with_the_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    def insecure() -> None:
        raise SystemCheckError("SECRET_KEY is missing")

    monkeypatch.setattr("escalation.checks.refuse_if_insecure", insecure)
    with pytest.raises(SystemExit, match="SECRET_KEY is missing"):
        refuse_to_start_insecurely()


def test_a_worker_of_a_secure_installation_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.checks.refuse_if_insecure", lambda: None)
    refuse_to_start_insecurely()


@pytest.mark.parametrize(
    "name",
    ["", "nowhere", "tests.notifications.rules.not_there", "no.such.module", "tests.notifications.rules.__doc__"],
)
def test_an_installation_where_nobody_says_who_may_know_does_not_start(settings: Settings, name: str) -> None:
    settings.NOTIFICATIONS_MAY_KNOW = name
    assert [problem.id for problem in somebody_says_who_may_know(None)] == ["notifications.E001"]


def test_an_installation_where_somebody_does_starts() -> None:
    assert somebody_says_who_may_know(None) == []
