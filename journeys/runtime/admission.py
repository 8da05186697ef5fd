"""Let people into a journey: who may, one row and one first event each, and a nudge for their lanes.

The caller holds the per-person locks (profiles.locks), so that re-entry is judged without a race and an enrollment
never misses an event that commits after it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.enrollment import Enrollment
from journeys.engine.entrance import closed, enter
from journeys.engine.plan import Plan
from journeys.models import Enrollment as EnrollmentRow
from journeys.projections.counter_rows import ADMISSIONS
from journeys.projections.counters import count_events
from journeys.realtime.notify import announce
from journeys.runtime import nudges
from journeys.store import postgres as store
from journeys.store import sql
from journeys.store.lane import Lane, lane_number, lane_of
from journeys.store.rows import context_of, copy_json, copy_text, event_line
from profiles.rule_sql import condition
from profiles.rules.durations import parse
from workspaces.models import Workspace
from workspaces.models.base import new_id

NULL = r"\N"  # as COPY writes it
NO_END = datetime(9999, 1, 1, tzinfo=UTC)
COPY_ENROLLMENTS = (
    f"copy {EnrollmentRow._meta.db_table} (id, workspace_id, journey_id, version_id, profile_id, lane, state, node, seq,"
    " due_at, context, properties, idempotency_key, enrolled_at, ended_at, goals_until) from stdin"
)


class Entrant(NamedTuple):
    """One person who wants in. `source` is recorded in the first event and holds no personal data."""

    profile: UUID
    properties: Mapping[str, Any]
    source: Mapping[str, Any]
    idempotency_key: str | None = None


class Admitted(NamedTuple):
    """Per entrant, in order: the enrollment's id, or why there is none (`already_enrolled`, `entry_rule`, ...)."""

    enrollment: UUID | None
    refusal: str = ""


def admit(workspace: Workspace, plan: Plan, entrants: Sequence[Entrant], now: datetime) -> list[Admitted]:
    """Enroll everyone who may enter at `now` (aware), inside the caller's transaction."""
    shut = closed(plan.settings, now)
    if shut is not None:
        return [Admitted(None, shut) for _ in entrants]
    refusals = _refusals(plan, entrants, now)
    results: list[Admitted] = []
    rows: list[str] = []
    lines: list[str] = []
    woken: set[Lane] = set()
    counts: Counter[tuple[str, str, str]] = Counter()
    made: dict[tuple[UUID, str | None], UUID] = {}
    for entrant, refusal in zip(entrants, refusals, strict=True):
        same = (entrant.profile, entrant.idempotency_key)
        if entrant.idempotency_key and same in made:
            refusal = Admitted(made[same], "repeated")
        if refusal is not None:
            results.append(refusal)
            continue
        enrollment = made[same] = new_id()
        lane = None if plan.settings.execution == "per_person" else lane_number(entrant.profile, workspace.lanes)
        step = enter(_blank(enrollment, entrant, plan, now), plan, now, entrant.source)
        rows.append(_row(workspace.id, step.enrollment, entrant, lane, plan, now))
        lines.append(event_line(str(workspace.id), str(enrollment), 1, step.events[0], now.isoformat()))
        count_events(counts, plan.version, step.events)
        if step.enrollment.is_live:
            woken.add(lane_of(workspace.id, lane, UUID(plan.journey), entrant.profile))
        results.append(Admitted(enrollment))
    if rows:
        store.copy(COPY_ENROLLMENTS, rows)
        store.copy(sql.COPY_EVENTS, lines)
        store.add_counts(workspace.id, ADMISSIONS.row(), counts)
        announce({plan.journey})
        nudges.lanes_after_commit(woken)
    return results


def _blank(enrollment: UUID, entrant: Entrant, plan: Plan, now: datetime) -> Enrollment:
    return Enrollment(str(enrollment), str(entrant.profile), plan.journey, plan.version, now, entrant.properties)


def _row(workspace: UUID, state: Enrollment, entrant: Entrant, lane: int | None, plan: Plan, now: datetime) -> str:
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
        at,
        NULL if state.is_live else at,
        goals_until,
    )
    return "\t".join(fields) + "\n"


EARLIER = """
select profile_id, bool_or(ended_at is null) as live, max(enrolled_at) as entered, max(ended_at) as ended
from journeys_enrollment where journey_id = %(journey)s and profile_id = any(%(profiles)s) group by profile_id
"""
SAME_KEY = """
select id, profile_id, idempotency_key from journeys_enrollment
where journey_id = %(journey)s and profile_id = any(%(profiles)s) and idempotency_key = any(%(keys)s)
"""


def _refusals(plan: Plan, entrants: Sequence[Entrant], now: datetime) -> list[Admitted | None]:
    """Per entrant: why not, or the enrollment that the same request made before, or None for welcome."""
    profiles = list({entrant.profile for entrant in entrants})
    values = {"journey": plan.journey, "profiles": profiles}
    earlier = {row["profile_id"]: row for row in store.query(EARLIER, values)}
    keys = list({entrant.idempotency_key for entrant in entrants if entrant.idempotency_key})
    repeated: dict[tuple[UUID, str], UUID] = {}
    if keys:
        rows = store.query(SAME_KEY, {**values, "keys": keys})
        repeated = {(row["profile_id"], row["idempotency_key"]): row["id"] for row in rows}
    matching = _matching(plan, profiles, now)
    seen: set[UUID] = set()
    answers: list[Admitted | None] = []
    for entrant in entrants:
        answer = None
        if entrant.idempotency_key and (entrant.profile, entrant.idempotency_key) in repeated:
            answer = Admitted(repeated[entrant.profile, entrant.idempotency_key], "repeated")
        elif entrant.profile not in matching:
            answer = Admitted(None, "entry_rule")
        elif not _may_reenter(plan, earlier.get(entrant.profile), entrant.profile in seen, now):
            answer = Admitted(None, "already_enrolled")
        else:
            seen.add(entrant.profile)
        answers.append(answer)
    return answers


def _matching(plan: Plan, profiles: list[UUID], now: datetime) -> set[UUID]:
    rule = plan.settings.entry.rule
    if rule is None:
        return set(profiles)
    compiled = condition(rule, now)
    statement = (
        "select p.id from profiles_profile p cross join (select 'infinity'::timestamptz as since) m"
        f" where p.id = any(%s) and {compiled.text}"
    )
    return {row["id"] for row in store.query(statement, (profiles, *compiled.params))}


def _may_reenter(plan: Plan, earlier: Mapping[str, Any] | None, again_in_batch: bool, now: datetime) -> bool:
    reentry = plan.settings.entry.reentry
    interval = parse(reentry.interval).fixed if reentry.interval else None
    if earlier is None and not again_in_batch:
        return True
    if reentry.mode == "never":
        return False
    if reentry.mode == "after_exit":
        if again_in_batch or (earlier is not None and earlier["live"]):
            return False
        return earlier is None or interval is None or earlier["ended"] + interval <= now
    if interval is None:
        return True
    return not again_in_batch and (earlier is None or earlier["entered"] + interval <= now)
