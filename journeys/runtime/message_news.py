"""What a message's new state means for journeys: news for whoever waits to hear of it, and the node's counters."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

from channels_app.ports import MessageChange
from journeys.models import Enrollment, InboxEntry
from journeys.projections.counter_rows import DISPATCH
from journeys.projections.message_metrics import metrics_of
from journeys.realtime.notify import announce
from journeys.runtime import nudges
from journeys.store import postgres as store
from journeys.store.lane import lane_of


def message_changed(changes: list[MessageChange]) -> None:
    """Listener of channels_app.ports: called inside the transaction that changes the messages."""
    _tell(changes)
    counts: dict[UUID, Counter[tuple[str, str, str]]] = defaultdict(Counter)
    for change in changes:
        if change.version_id is not None:
            for metric, step in _steps(change.old_state, change.new_state).items():
                counts[change.workspace_id][str(change.version_id), change.node, metric] += step
    for workspace, counter in counts.items():
        store.add_counts(workspace, DISPATCH.row(), {key: value for key, value in counter.items() if value})
    announce({str(change.journey_id) for change in changes if change.journey_id is not None})


def _steps(old: str, new: str) -> dict[str, int]:
    """How the counters move: what a late receipt corrects is taken back where it was counted."""
    before, after = metrics_of(old), metrics_of(new)
    return {**dict.fromkeys(before - after, -1), **dict.fromkeys(after - before, 1)}


def _tell(changes: Sequence[MessageChange]) -> None:
    waiting = [change for change in changes if change.wants_outcome and change.enrollment_id is not None]
    if not waiting:
        return
    rows = Enrollment.objects.in_bulk([change.enrollment_id for change in waiting])
    entries, lanes = [], []
    for change in waiting:
        row = rows.get(change.enrollment_id)
        if row is None or row.ended_at is not None:
            continue
        entries.append(
            InboxEntry(
                workspace_id=change.workspace_id,
                lane=row.lane,
                enrollment_id=row.pk,
                kind="message",
                name=change.new_state,
                ref=change.message_id,
                occurred_at=change.at,
                payload={"reason": change.reason, "code": change.code, "result": change.result},
            )
        )
        lanes.append(lane_of(change.workspace_id, row.lane, row.journey_id, row.profile_id))
    InboxEntry.objects.bulk_create(entries)
    nudges.lanes_after_commit(lanes)
