"""How long things are kept: each app says what it keeps, the workspace for how many days, and a daily job enforces it.

What the law asks to keep is in no category: the consent ledger (proof of consent, PIPL art. 14), certificates of
erasure; and the audit log cannot be kept shorter than art. 56 allows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from django.db import connection, transaction

from workspaces import audit
from workspaces.models import Workspace
from workspaces.models.audit import AuditAction
from workspaces.models.base import first_id
from workspaces.models.privacy import PrivacySettings, RetentionRun
from workspaces.privacy import LEAST_AUDIT_DAYS, read_rules, rules_of, settings_of

AT_ONCE: Final = 2000
SILENCE = timedelta(seconds=30)

# Removes at most `limit` of what is older than `before`, in the caller's transaction; returns how many.
Remove: TypeAlias = Callable[[UUID, datetime, int], int]


@dataclass(frozen=True, slots=True)
class Category:
    """Something that a workspace may keep for a time. `default` None: without end, unless a rule says otherwise."""

    name: str
    remove: Remove
    default: int | None
    least: int = 1


_categories: dict[str, Category] = {}


def register(*categories: Category) -> None:
    """Have categories enforced from now on; registering one twice changes nothing."""
    _categories.update({category.name: category for category in categories})


def categories() -> list[Category]:
    return list(_categories.values())


def deleting_older(table: str) -> Remove:
    """Make a Remove that deletes rows of `table` written before the limit: a range of the primary key, whose ids are
    ordered by time. The name is a constant of ours."""
    statement = f"""
        delete from {table} where id in (
            select id from {table} where workspace_id = %s and id < %s order by id limit %s for update skip locked)
    """  # names of ours

    def remove(workspace_id: UUID, before: datetime, limit: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("set local zhitu.retention = 'on'")
            cursor.execute(statement, (workspace_id, first_id(before), limit))
            return int(cursor.rowcount)

    return remove


def deleting(table: str, column: str, condition: str = "true") -> Remove:
    """Make a Remove that deletes rows of `table` whose `column` lies before the limit. The names are constants of ours."""
    statement = f"""
        delete from {table} where id in (
            select id from {table} where workspace_id = %s and {column} < %s and {condition}
            order by {column} limit %s for update skip locked)
    """  # names of ours

    def remove(workspace_id: UUID, before: datetime, limit: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, (workspace_id, before, limit))
            return int(cursor.rowcount)

    return remove


def days_in_force(workspace_id: UUID) -> dict[str, int | None]:
    """Return how many days each category is kept: the workspace's rule, else the default."""
    own = rules_of(workspace_id).retention
    return {name: own.get(name, category.default) for name, category in _categories.items()}


def kept_since(category: str, now: datetime) -> dict[UUID, datetime | None]:
    """For each workspace the instant before which it keeps nothing of a category; None: it keeps all."""
    default = _categories[category].default
    own = dict(PrivacySettings.objects.values_list("workspace_id", "rules"))
    days = {
        workspace: read_rules(own.get(workspace, {})).retention.get(category, default)
        for workspace in Workspace.objects.values_list("id", flat=True)
    }
    return {workspace: None if count is None else now - timedelta(days=count) for workspace, count in days.items()}


def days_of(workspace_id: UUID, category: str) -> int | None:
    """How many days a workspace keeps a category; None: without end."""
    return days_in_force(workspace_id)[category]


def due(now: datetime) -> list[Workspace]:
    """Workspaces whose retention has not been enforced today (UTC), or whose run nobody is at."""
    done = RetentionRun.objects.filter(day=now.astimezone(UTC).date())
    resting = done.filter(finished_at=None, beat_at__lt=now - SILENCE).values("workspace_id")
    begun = done.values("workspace_id")
    missing = Workspace.objects.exclude(pk__in=begun)
    return [*missing, *Workspace.objects.filter(pk__in=resting)]


def advance(workspace_id: UUID, now: datetime, at_once: int = AT_ONCE) -> bool:
    """Remove the next batch, in a transaction of its own; tell whether there is more. Safe to repeat and to interrupt."""
    with transaction.atomic():
        settings_of(workspace_id, now)
        run = _run_of(workspace_id, now)
        if run.finished_at is not None:
            return False
        category = next(_open(run), None)
        if category is None:
            run.finished_at = now
            audit.record(workspace_id, AuditAction.RETENTION, now, by=audit.SYSTEM, data={"removed": run.removed})
        else:
            before = now - timedelta(days=run.rules[category.name])
            removed = category.remove(workspace_id, before, at_once)
            run.removed[category.name] = run.removed.get(category.name, 0) + removed
            if removed < at_once:
                run.done.append(category.name)
        run.beat_at = now
        run.save()
        return run.finished_at is None


def enforce(workspace_id: UUID, now: datetime, at_once: int = AT_ONCE) -> RetentionRun:
    """Do today's run to its end in the calling thread."""
    while advance(workspace_id, now, at_once):
        pass
    return RetentionRun.objects.get(workspace_id=workspace_id, day=now.astimezone(UTC).date())


def _run_of(workspace_id: UUID, now: datetime) -> RetentionRun:
    run, _ = RetentionRun.objects.get_or_create(
        workspace_id=workspace_id,
        day=now.astimezone(UTC).date(),
        defaults={"rules": days_in_force(workspace_id), "started_at": now, "beat_at": now},
    )
    return run


def _open(run: RetentionRun) -> Iterator[Category]:
    for category in _categories.values():
        if run.rules.get(category.name) is not None and category.name not in run.done:
            yield category


register(Category("audit", deleting_older("workspaces_auditentry"), LEAST_AUDIT_DAYS, least=LEAST_AUDIT_DAYS))
