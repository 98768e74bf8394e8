"""What of the machine the tests use where it answers: PostgreSQL, Redis, Chromium."""

import os
import shutil
from urllib.parse import urlsplit

import psycopg2
import redis

POSTGRES = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
# The settings of the tests empty REDIS_URL, so that no test meets the machine's Redis by accident; this keeps it.
REDIS = os.environ.get("TESTS_REDIS_URL") or os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def postgres() -> str | None:
    """The address of a PostgreSQL that answers; the database in it need not exist."""
    if urlsplit(POSTGRES).scheme not in {"postgres", "postgresql"}:
        return None
    try:
        psycopg2.connect(urlsplit(POSTGRES)._replace(path="/postgres").geturl(), connect_timeout=3).close()
    except psycopg2.OperationalError:
        return None
    return POSTGRES


def redis_address() -> str | None:
    """The address of a Redis that answers."""
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=2, socket_timeout=2).ping()
    except redis.RedisError:
        return None
    return REDIS


def chromium() -> str | None:
    """The path of a Chromium: CHROMIUM, else one of the usual names."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return found if found and os.access(found, os.X_OK) else None
