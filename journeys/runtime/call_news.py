"""What the fate of a webhook's call means for journeys: news for whoever waits for it, and what they remember of it."""

from uuid import UUID

import orjson

from channels_app.ports import CallFinished
from journeys.models import Enrollment, InboxEntry
from journeys.runtime import nudges
from journeys.store import postgres as store
from journeys.store.lane import lane_of

# Only while the enrollment waits for this very call: the answer to another must not overwrite what it knows.
REMEMBER = """
update journeys_enrollment
set properties = coalesce(properties, '{}'::jsonb) || jsonb_build_object(%(name)s::text, %(answer)s::jsonb)
where id = %(enrollment)s and context -> 'wait' ->> 'call' = %(call)s
"""


def call_finished(finished: list[CallFinished]) -> None:
    """Listener of channels_app.ports: called inside the transaction that records the calls' fates."""
    rows: dict[UUID, Enrollment] = Enrollment.objects.in_bulk([call.enrollment_id for call in finished])
    entries, lanes = [], []
    for call in finished:
        row = rows.get(call.enrollment_id)
        if row is None or row.ended_at is not None:
            continue
        if call.save_as:
            _remember(call)
        entries.append(
            InboxEntry(
                workspace_id=call.workspace_id,
                lane=row.lane,
                enrollment_id=row.pk,
                kind="message",
                name=call.outcome,
                ref=call.call_id,
                occurred_at=call.at,
                payload={"reason": call.reason},
            )
        )
        lanes.append(lane_of(call.workspace_id, row.lane, row.journey_id, row.profile_id))
    InboxEntry.objects.bulk_create(entries)
    nudges.lanes_after_commit(lanes)


def _remember(call: CallFinished) -> None:
    store.execute(
        REMEMBER,
        {
            "name": call.save_as,
            "answer": orjson.dumps(call.answer).decode(),
            "enrollment": call.enrollment_id,
            "call": str(call.call_id),
        },
    )
