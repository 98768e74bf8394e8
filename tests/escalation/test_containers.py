"""docker-compose.yml: the very commands it runs, started by hand, and nothing unsafe by default."""

import re
import signal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from escalation.health import well
from tests.escalation.conftest import Start, free_port

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]


def test_there_is_a_service_for_each_part() -> None:
    assert set(SERVICES) == {"db", "redis", "migrate", "web", "worker", "beat"}


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "POSTGRES_PASSWORD", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_HOST", "EMAIL_FROM"]
)
def test_what_must_be_secret_or_chosen_has_no_default(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", TEXT)

    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_only_the_web_server_listens_and_only_to_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_nothing_starts_before_the_database_is_migrated() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_runs_as_nobody_in_particular() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last_stage = dockerfile.rpartition("FROM ")[2]

    assert "\nUSER escalation\n" in last_stage
    assert "--require-hashes" in dockerfile
    assert "npm ci --ignore-scripts" in dockerfile


@pytest.mark.for_real
def test_the_web_containers_command_serves_over_https_only(
    start: Start, postgres_address: str, redis_address: str
) -> None:
    program, *arguments = SERVICES["web"]["command"]
    port = free_port()
    process = start(
        "-m",
        program,
        *arguments,
        SECRET_KEY="q8Zr2Lk0Vb7Xt5Nw9Jc3Hf6Md1Gs4PyAeUiOoTaRhSxEnKwYzBm",
        SITE_URL="https://cases.partnership.org.uk",
        ALLOWED_HOSTS="cases.partnership.org.uk",
        DATABASE_URL=postgres_address.rpartition("/")[0] + "/postgres",
        REDIS_URL=redis_address,
        EMAIL_HOST="127.0.0.1",
        EMAIL_SECURITY="none",
        TRUST_FORWARDED_PROTO="1",
        BIND=f"127.0.0.1:{port}",
        WEB_CONCURRENCY="1",
    )
    process.wait_until(lambda: well(str(port), "cases.partnership.org.uk"))

    assert not well(str(port), "elsewhere.example")
    assert process.end(signal.SIGTERM) == 0


def test_the_health_check_fails_where_nobody_listens() -> None:
    assert not well(str(free_port()), "localhost")
