"""How a test that commits leaves its database: empty, without truncating every table there is.

Django's own way truncates each of more than a hundred tables with all their indexes, writes their files anew, and makes the rows
of content types and permissions again. A test leaves rows in a few tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

# What `migrate` itself writes, and writes again after a flush of Django's: the same rows before and after.
OF_MIGRATE = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def _only_rows_are_removed() -> Iterator[None]:
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _remove_rows)
        yield


def _remove_rows(_test: Any) -> None:
    from django.db import connection, transaction

    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - OF_MIGRATE)
    names = [connection.ops.quote_name(table) for table in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        # A vacuum that is under way makes way for who has waited so long.
        cursor.execute("set local deadlock_timeout = '20ms'")
        # As a TRUNCATE does, it waits for whoever still writes: what they commit goes too.
        cursor.execute(f"lock table {', '.join(names)} in share row exclusive mode")
        looks = [f"select {place} where exists (select from {name})" for place, name in enumerate(names)]
        cursor.execute(" union all ".join(looks))
        filled = [names[place] for (place,) in cursor.fetchall()]
        if filled:
            # All rows of all tables go, so no key is left that refers to nothing: nobody needs to look.
            cursor.execute("set local session_replication_role = replica")
            cursor.execute("; ".join(f"delete from {name}" for name in filled))
