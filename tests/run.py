"""Runs everything: on SQLite, then on PostgreSQL where it answers. `make test` calls it.

Tests with a browser, and tests that start the processes of an installation, run once: on PostgreSQL if it is there.
The closing lines say what was not there; with CI=true a missing one fails the run.
Anything given on the command line goes on to pytest: `.venv/bin/python tests/run.py tests/cases`.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import services

ONCE = "browser or for_real"


def leg(name: str, database: str, markers: str, arguments: list[str]) -> bool:
    """One run of pytest against a database ("" for SQLite); whether all went well."""
    print(f"\n=== Tests on {name} ===", flush=True)
    environment = {**os.environ, "DATABASE_URL": database}
    # By file, so that what a module makes once for all of its tests is made by one worker only.
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile"]
    if markers:
        command += ["-m", markers]
    return subprocess.run([*command, *arguments], env=environment, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """0 if all tests passed, and in CI if nothing was missing besides."""
    postgres = services.postgres()
    missing = []
    if postgres is None:
        missing.append("PostgreSQL: nothing was tested against it")
    if services.redis_address() is None:
        missing.append("Redis: tests that need it were skipped")
    if services.chromium() is None:
        missing.append("Chromium: tests with a browser were skipped")

    results = {"SQLite": leg("SQLite", "", f"not ({ONCE})" if postgres else "", arguments)}
    if postgres:
        results["PostgreSQL"] = leg("PostgreSQL", postgres, "", arguments)

    print()
    for name, passed in results.items():
        print(f"{name}: {'all passed' if passed else 'FAILED'}")
    for words in missing:
        print(f"Not there: {words}.")
    if not missing:
        print("PostgreSQL, Redis and Chromium were all there.")
    strict = os.environ.get("CI") == "true"
    if missing and strict:
        print("CI=true: what is not there counts as a failure.")
    return 0 if all(results.values()) and not (missing and strict) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
