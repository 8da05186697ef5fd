"""Definitions of computed attributes and models: made, changed and ended. What follows for people is a pass's work."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from profiles.computed.definitions import InvalidDefinition
from profiles.computed.kinds import KINDS
from profiles.computed.passes import next_night
from profiles.models import Computed
from profiles.upkeep_calls import work_wanted
from workspaces.errors import DomainError
from workspaces.models import Workspace

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
# Each is a statement for every batch of people.
MOST: Final = 100


def create(
    workspace: Workspace, kind: str, key: str, name: str, description: str, definition: Any, now: datetime
) -> Computed:
    """Save a definition; everybody is computed by it soon. Raises InvalidDefinition, DomainError `key_taken`, `too_many`."""
    if not KEY.fullmatch(key):
        detail = "A key has 1 to 40 of a-z, 0-9 and _, and begins with a letter."
        raise InvalidDefinition("invalid_key", detail, "key")
    checked = KINDS[kind].check(workspace, key, definition)
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        rows = list(Computed.objects.filter(workspace=workspace).select_related("workspace"))
        if len(rows) >= MOST:
            raise DomainError("too_many", f"A workspace has at most {MOST} of them.", status=409)
        taken = {one for row in rows for one in KINDS[row.kind].check(workspace, row.key, row.definition).keys}
        if any(row.key == key for row in rows) or taken & set(checked.keys):
            raise DomainError("key_taken", "There is one that writes the same attribute.", "key", status=409)
        computed = _insert(workspace, kind, key, name, description, now)
        computed.definition, computed.events = dict(checked.definition), list(checked.events)
        computed.save()
        work_wanted(workspace.pk)
    return computed


def _insert(workspace: Workspace, kind: str, key: str, name: str, description: str, now: datetime) -> Computed:
    try:
        with transaction.atomic():
            return Computed.objects.create(
                workspace=workspace,
                kind=kind,
                key=key,
                name=name,
                description=description,
                definition={},
                wanted_at=now,
                next_at=next_night(now, workspace.timezone),
            )
    except IntegrityError as error:
        raise DomainError("key_taken", "There is one that writes the same attribute.", "key", status=409) from error


def change(computed: Computed, changes: Mapping[str, Any], now: datetime) -> Computed:
    """Change `name`, `description` or `definition`; with another definition everybody is computed anew."""
    with transaction.atomic():
        row = _open(computed)
        row.name = changes.get("name", row.name)
        row.description = changes.get("description", row.description)
        if "definition" in changes:
            checked = KINDS[row.kind].check(row.workspace, row.key, changes["definition"])
            if set(checked.keys) != set(KINDS[row.kind].check(row.workspace, row.key, row.definition).keys):
                detail = "It would write other attributes: make another one."
                raise DomainError("keys_changed", detail, "definition", status=409)
            if checked.definition != row.definition:
                row.definition, row.events = dict(checked.definition), list(checked.events)
                row.fitted, row.fitted_at, row.computed_at = None, None, None
                _want(row, now)
        row.save()
    return row


def recompute(computed: Computed, now: datetime) -> Computed:
    """Have everybody computed anew; while that is under way already, once more from its beginning."""
    with transaction.atomic():
        row = _open(computed)
        _want(row, now)
        row.save()
    return row


def end(computed: Computed, now: datetime) -> Computed:
    """Take its values from everybody, and then delete it."""
    with transaction.atomic():
        row = _open(computed)
        row.is_ending = True
        _want(row, now)
        row.save()
    return row


def _open(computed: Computed) -> Computed:
    row = Computed.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=computed.pk)
    if row.is_ending:
        raise DomainError("is_ending", "It is being taken from everybody, and then deleted.", status=409)
    return row


def _want(row: Computed, now: datetime) -> None:
    row.wanted_at, row.pass_at, row.cursor, row.retry_at, row.failures = now, None, None, None, 0
    work_wanted(row.workspace_id)
