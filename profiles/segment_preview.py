"""How many people a rule holds for, and some of them, while it is being written: soon, and exact if that is soon enough.

A count that takes longer than the patience is broken off and estimated from a sample of the people. Somebody who edits
on does not wait for what they asked before: the earlier statement of the same `typing` is cancelled.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import OperationalError
from psycopg.errors import QueryCanceled

from profiles import rule_questions
from profiles.rule_sql import Sql, condition
from profiles.rules.ast import Rule
from profiles.segment_definitions import Definitions
from workspaces.errors import DomainError
from workspaces.models import Workspace

PATIENCE_MS = 2_000
ESTIMATE_MS = 4_000
SAMPLE = 10
# People whom an estimate looks at.
LOOKED_AT = 20_000

CANCEL = """
select pg_cancel_backend(a.pid) from pg_stat_activity a
where a.application_name = %s and a.state = 'active' and a.pid <> pg_backend_pid()
"""
# Rows as the planner reckons them: those of a block when they were last counted, times the blocks that there are now.
SHARE = """
select least(1.0, %s / greatest(
    reltuples / greatest(relpages, 1) * (pg_relation_size(oid) / current_setting('block_size')::int), 1))
from pg_class where oid = 'profiles_profile'::regclass
"""


class PreviewSuperseded(DomainError):
    """The same editor has asked for another rule since."""

    def __init__(self) -> None:
        super().__init__("preview_superseded", "A later preview has taken the place of this one.", status=409)


class PreviewTooSlow(DomainError):
    def __init__(self) -> None:
        super().__init__("preview_too_slow", "This rule cannot be counted or estimated in time.", "rule", status=503)


class Preview(NamedTuple):
    """`is_estimate`: the number of people was worked out from a sample of the people."""

    people: int
    sample: list[UUID]
    is_estimate: bool


def preview(
    workspace: Workspace,
    rule: Rule,
    at: datetime,
    *,
    as_of: bool = False,
    typing: str | None = None,
    patience_ms: int = PATIENCE_MS,
) -> Preview:
    """Count the people whom `rule` holds for at `at` (aware); with `as_of`, by what was known then.

    `typing` names the editor that asks, across its requests. Raises PreviewSuperseded, PreviewTooSlow.
    """
    asked = condition(rule, at, Definitions(workspace.id), as_of=as_of)
    where = Sql(f"p.workspace_id = %s and {asked.text}", (workspace.id, *asked.params))
    name = f"preview {blake2b(f'{workspace.id} {typing}'.encode(), digest_size=16).hexdigest()}" if typing else None
    if name:
        with connection.cursor() as cursor:
            cursor.execute(CANCEL, [name])
    try:
        with _bounded(name, patience_ms):
            found = rule_questions.preview(workspace, rule, at, sample=SAMPLE, as_of=as_of)
            return Preview(*found, is_estimate=False)
    except _TimedOut:
        pass
    try:
        with _bounded(name, ESTIMATE_MS):
            return _estimate(where)
    except _TimedOut as error:
        raise PreviewTooSlow from error


class _TimedOut(Exception):
    pass


@contextmanager
def _bounded(name: str | None, milliseconds: int) -> Iterator[None]:
    """A transaction whose statements end by themselves, or when somebody calls them by `name`."""
    began = monotonic()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('statement_timeout', %s, true)", [str(milliseconds)])
            if name:
                cursor.execute("select set_config('application_name', %s, true)", [name])
            yield
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        # Not by the words of the error, which the server says in its own language.
        if 1000 * (monotonic() - began) >= milliseconds:
            raise _TimedOut from error
        raise PreviewSuperseded from error


def _estimate(where: Sql) -> Preview:
    """Judge about LOOKED_AT people, taken by blocks of the table, and multiply."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE, [LOOKED_AT])
        share = float(cursor.fetchone()[0])
        people = f"(select * from profiles_profile tablesample system ({100 * share:.6f}) repeatable (0)) p"
        cursor.execute(
            f"select p.id from {people} cross join (select 'infinity'::timestamptz as since) m where {where.text}",
            where.params,
        )
        found = sorted(id_ for (id_,) in cursor.fetchall())
    return Preview(round(len(found) / share), found[:SAMPLE], is_estimate=True)
