"""Between an enrollment's row and its state, and between a stream's entry and a line of COPY."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.upcast import schema_of


def context_of(state: Enrollment) -> dict[str, Any]:
    """What the row's columns do not hold; empty parts are left out to keep the row short."""
    context: dict[str, Any] = {}
    if state.since is not None:
        context["since"] = state.since.isoformat()
    if state.wait is not None:
        context["wait"] = state.wait
    if state.sends:
        context["sends"] = state.sends
    if state.goals:
        context["goals"] = state.goals
    if state.entry_ref is not None:
        context["entry_ref"] = state.entry_ref
    if state.entered_at is not None:
        context["entered_at"] = state.entered_at.isoformat()
    if state.began_as is not None:
        context["began_as"] = state.began_as
    if state.attempts:
        context["attempts"] = state.attempts
    return context


def state_of(row: Mapping[str, Any]) -> Enrollment:
    """Make the state from a row of CLAIM_COLUMNS: ids as text, instants aware, context and properties as JSON text."""
    context = orjson.loads(row["context"])
    since, entered_at = context.get("since"), context.get("entered_at")
    return Enrollment(
        id=row["id"],
        profile=row["profile_id"],
        journey=row["journey_id"],
        version=row["version_id"],
        enrolled_at=row["enrolled_at"],
        properties=orjson.loads(row["properties"]),
        state=row["state"],
        node=row["node"],
        seq=row["seq"],
        due_at=row["due_at"],
        since=datetime.fromisoformat(since) if since else None,
        wait=context.get("wait"),
        sends=context.get("sends", {}),
        goals=tuple(context.get("goals", ())),
        attempts=context.get("attempts", 0),
        ended_at=row["ended_at"],
        entry_ref=context.get("entry_ref"),
        entered_at=datetime.fromisoformat(entered_at) if entered_at else None,
        began_as=context.get("began_as"),
    )


def copy_text(value: str) -> str:
    """Escape a text for COPY's text format."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def copy_json(value: Any) -> str:
    """Write JSON for COPY's text format: JSON escapes control characters itself, so only backslashes are left."""
    return orjson.dumps(value).decode().replace("\\", "\\\\")


def event_line(workspace: str, enrollment: str, seq: int, event: Event, at: str) -> str:
    """One line of the log for COPY. `at` is the event's instant, already written as text."""
    kind = event.kind
    data = copy_json(event.data)
    return f"{workspace}\t{enrollment}\t{seq}\t{at}\t{kind}\t{event.node}\t{schema_of(kind)}\t{data}\n"
