"""Let in many people who come by the same way at the same moment, with as little work for each as can be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from journeys.engine.plan import Plan
from journeys.projections.counters import count_events
from journeys.runtime import nudges
from journeys.runtime.admission import admit, begin_run, write
from journeys.runtime.entry_limits import is_limited
from journeys.runtime.refusals import Entrant, judge
from journeys.store.lane import lane_number, lane_of
from workspaces.models import Workspace
from workspaces.models.base import new_id


def admit_crowd(
    workspace: Workspace, plan: Plan, people: Sequence[UUID], source: Mapping[str, Any], now: datetime
) -> tuple[int, Counter[str]]:
    """Enroll everyone who may enter; return how many did, and how many did not, by code.

    The same as `admit` of everyone with this source and without properties; `people` holds nobody twice.
    """
    entrants = [Entrant(person, {}, source) for person in people]
    if not _alike(plan, now):
        results = admit(workspace, plan, entrants, now)
        refused = Counter(one.refusal for one in results if one.enrollment is None)
        return len(people) - refused.total(), refused
    judged = judge(plan, entrants, now)
    refused = Counter(one.refusal for one in judged if one.refusal)
    welcome = [person for person, one in zip(people, judged, strict=True) if not one.refusal]
    if welcome:
        _write_alike(workspace, plan, welcome, source, now)
    return len(welcome), refused


def _alike(plan: Plan, now: datetime) -> bool:
    """Whether nothing but their ids tells the runs that begin from each other, and nobody is turned away by count."""
    entry, holdout = plan.settings.entry, plan.settings.holdout
    opened = (entry.starts_at is None or entry.starts_at <= now) and (entry.ends_at is None or now < entry.ends_at)
    shared = plan.settings.execution == "lanes" and not (holdout and holdout.percent)
    return opened and shared and not is_limited(entry.limit)


def _write_alike(
    workspace: Workspace, plan: Plan, people: Sequence[UUID], source: Mapping[str, Any], now: datetime
) -> None:
    """Write one run out in full, and the others after its pattern."""
    pattern = begin_run(workspace, plan, Entrant(people[0], {}, source), None, people[0], 0, now)
    # The columns of COPY_ENROLLMENTS: id, three that are the same, profile, lane, and the rest; of COPY_EVENTS: the
    # workspace, the enrollment, and the rest.
    fields = pattern.row.split("\t")
    middle, end = "\t".join(fields[1:4]), "\t".join(fields[6:])
    space, _, first = pattern.line.split("\t", 2)
    rows, lines, lanes = [], [], []
    for person in people:
        enrollment, lane = new_id(), lane_number(person, workspace.lanes)
        lanes.append(lane)
        rows.append(f"{enrollment}\t{middle}\t{person}\t{lane}\t{end}")
        lines.append(f"{space}\t{enrollment}\t{first}")
    counts: Counter[tuple[str, str, str]] = Counter()
    count_events(counts, plan.version, pattern.events)
    write(workspace, plan, rows, lines, Counter({name: value * len(people) for name, value in counts.items()}), people)
    journey = UUID(plan.journey)
    nudges.lanes_after_commit([lane_of(workspace.id, lane, journey, people[0]) for lane in lanes])
