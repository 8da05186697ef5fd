"""Processes of pytest side by side: the first that needs a database migrates one, of which each gets a copy.

To migrate takes a process the better part of half a minute, to copy what is migrated less than a second.
"""

import fcntl
import os
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.services.session import OWN_SERVER


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    from django.conf import settings

    # Of somebody else's server no database is touched but the tests' own.
    directory = os.environ.get(OWN_SERVER)
    if "PYTEST_XDIST_WORKER" in os.environ and directory:
        with django_db_blocker.unblock():
            _migrate_once(Path(directory))
        default = settings.DATABASES["default"]
        default["TEST"]["TEMPLATE"] = default["NAME"]


def _migrate_once(directory: Path) -> None:
    from django.core.management import call_command
    from django.db import connection

    with (directory / "migrated").open("a+") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        if done.tell() == 0:
            call_command("migrate", verbosity=0)
            # Nothing is copied that somebody is connected to.
            connection.close()
            done.write("yes")
