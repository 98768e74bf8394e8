"""The migrations and the models say the same."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

OURS = ("agencies", "cases", "notifications", "policies")


@pytest.mark.django_db
def test_no_change_of_a_model_is_without_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize("app", OURS)
def test_every_migration_has_a_name_that_says_what_it_does(app: str) -> None:
    names = [name for label, name in MigrationExecutor(connection).loader.disk_migrations if label == app]
    assert names
    assert not any("auto" in name or name.endswith("initial") for name in names)


@pytest.mark.django_db(transaction=True)
def test_migrations_can_be_taken_back() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([(app, None) for app in OURS])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
