"""Let people into a journey: who may, one row and one first event each, and a nudge for their lanes.

The caller holds the per-person locks (profiles.locks), so that re-entry is judged without a race and an enrollment
never misses an event that commits after it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.entrance import closed, enter
from journeys.engine.plan import Plan
from journeys.models import Enrollment as EnrollmentRow
from journeys.projections.counter_rows import ADMISSIONS
from journeys.projections.counters import count_events
from journeys.realtime.notify import announce
from journeys.runtime import nudges
from journeys.runtime.entry_limits import Turnstile, is_limited
from journeys.runtime.refusals import Entrant, judge
from journeys.store import postgres as store
from journeys.store import segment_news, sql
from journeys.store.lane import Lane, lane_number, lane_of
from journeys.store.rows import context_of, copy_json, copy_text, event_line
from workspaces.models import Workspace
from workspaces.models.base import new_id

NULL = r"\N"  # as COPY writes it
NO_END = datetime(9999, 1, 1, tzinfo=UTC)
COPY_ENROLLMENTS = (
    f"copy {EnrollmentRow._meta.db_table} (id, workspace_id, journey_id, version_id, profile_id, lane, state, node, seq,"
    " due_at, context, properties, idempotency_key, entry_key, enrolled_at, ended_at, goals_until) from stdin"
)


class Admitted(NamedTuple):
    """Per entrant, in order: the enrollment's id, or why there is none (`already_enrolled`, `entry_rule`, ...)."""

    enrollment: UUID | None
    refusal: str = ""


def admit(workspace: Workspace, plan: Plan, entrants: Sequence[Entrant], now: datetime) -> list[Admitted]:
    """Enroll everyone who may enter at `now` (aware), inside the caller's transaction."""
    shut = closed(plan.settings, now)
    if shut is not None:
        return [Admitted(None, shut) for _ in entrants]
    results: list[Admitted] = []
    rows: list[str] = []
    lines: list[str] = []
    woken: list[Lane] = []
    counts: Counter[tuple[str, str, str]] = Counter()
    made: dict[tuple[UUID, str | None], UUID] = {}
    turnstile: Turnstile | None = None
    for entrant, judged in zip(entrants, judge(plan, entrants, now), strict=True):
        same = (entrant.profile, entrant.idempotency_key)
        known = judged.repeated or (made.get(same) if entrant.idempotency_key else None)
        refusal = judged.refusal
        if not known and not refusal and is_limited(plan.settings.entry.limit):
            turnstile = turnstile or Turnstile(workspace, plan, now)
            refusal = turnstile.refuse()
        if known or refusal:
            results.append(Admitted(known, "repeated" if known else refusal))
            continue
        enrollment = made[same] = new_id()
        lane = None if plan.settings.execution == "per_person" else lane_number(entrant.profile, workspace.lanes)
        begun = begin_run(workspace, plan, entrant, judged.key, enrollment, lane, now)
        rows.append(begun.row)
        lines.append(begun.line)
        count_events(counts, plan.version, begun.events)
        if begun.is_live:
            woken.append(lane_of(workspace.id, lane, UUID(plan.journey), entrant.profile))
        results.append(Admitted(enrollment))
    if turnstile is not None:
        turnstile.close()
    if rows:
        write(workspace, plan, rows, lines, counts, [person for person, _ in made])
        nudges.lanes_after_commit(woken)
    return results


class Begun(NamedTuple):
    """A run that begins: its row and the line of its first event, as COPY takes them."""

    row: str
    line: str
    events: tuple[Event, ...]
    is_live: bool


def begin_run(
    workspace: Workspace,
    plan: Plan,
    entrant: Entrant,
    key: str | None,
    enrollment: UUID,
    lane: int | None,
    now: datetime,
) -> Begun:
    blank = Enrollment(str(enrollment), str(entrant.profile), plan.journey, plan.version, now, entrant.properties)
    step = enter(blank, plan, now, entrant.source)
    row = _row(workspace.id, step.enrollment, entrant, key, lane, plan, now)
    line = event_line(str(workspace.id), str(enrollment), 1, step.events[0], now.isoformat())
    return Begun(row, line, step.events, step.enrollment.is_live)


def write(
    workspace: Workspace,
    plan: Plan,
    rows: Sequence[str],
    lines: Sequence[str],
    counts: Counter[tuple[str, str, str]],
    people: Sequence[UUID],
) -> None:
    """Store runs of `people` that begin, and count them; the canvas is told, and the segments that ask who is in it."""
    store.copy(COPY_ENROLLMENTS, rows)
    store.copy(sql.COPY_EVENTS, lines)
    store.add_counts(workspace.id, ADMISSIONS.row(), counts)
    announce({plan.journey})
    segment_news.entered(workspace.id, people, plan.journey)


def _row(
    workspace: UUID, state: Enrollment, entrant: Entrant, key: str | None, lane: int | None, plan: Plan, now: datetime
) -> str:
    at = now.isoformat()
    goals_until = NULL
    if plan.goals:
        goals_until = ((now + plan.goals_window) if plan.goals_window else NO_END).isoformat()
    fields = (
        state.id,
        str(workspace),
        plan.journey,
        plan.version,
        state.profile,
        NULL if lane is None else str(lane),
        state.state,
        state.node,
        "1",
        at if state.is_live else NULL,
        copy_json(context_of(state)),
        copy_json(dict(entrant.properties)),
        NULL if entrant.idempotency_key is None else copy_text(entrant.idempotency_key),
        NULL if key is None else copy_text(key),
        at,
        NULL if state.is_live else at,
        goals_until,
    )
    return "\t".join(fields) + "\n"
