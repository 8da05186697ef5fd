"""Messages as rules ask for them: which had come how far, and when.

Everything is over `r`, a row of channels_app_message. An outcome counts from the moment at which it was reached, so that
it can be asked as of any instant; a later one implies the earlier ones.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

PROGRESS: Final = ("accepted", "delivered", "read", "clicked", "replied")
ENDS: Final = ("failed", "blocked", "expired", "unknown")
ANSWERED: Final = ("answered", "intent_A", "intent_B", "intent_C", "intent_D", "intent_E", "intent_F")
# Of these a row knows the moment itself; of the others it is that of the first report.
_COLUMNS: Final = {"accepted": "r.accepted_at, r.delivered_at", "delivered": "r.delivered_at"}

Condition = tuple[str, tuple[Any, ...]]


def conditions(
    channel: str | None,
    template: str | None,
    outcome: str,
    until: datetime,
    after: datetime | None,
    period: tuple[datetime, datetime] | None,
) -> Iterator[Condition]:
    """What a row must meet: its outcome was reached by `until` and later than `after`, in the `period` [from, to)."""
    yield "not r.test", ()
    if channel is not None:
        yield "r.channel = %s", (channel,)
    if template is not None:
        named = "(t.id::text = %s or t.key = %s)"
        yield (
            f"r.template_id in (select t.id from channels_app_template t where t.workspace_id = r.workspace_id and {named})",
            (template.lower(), template),
        )
    reached, params = _reached(outcome)
    yield f"{reached} <= %s", (*params, until)
    if after is not None:
        yield f"{reached} > %s", (*params, after)
    if period is not None:
        yield f"{reached} >= %s", (*params, period[0])
        yield f"{reached} < %s", (*params, period[1])


def _reached(outcome: str) -> Condition:
    """When a row reached the outcome; null: it did not."""
    if outcome == "requested":
        return "r.requested_at", ()
    if outcome == "sent":
        return "r.attempted_at", ()
    if outcome in ENDS:
        return "(case when r.state = %s then r.updated_at end)", (outcome,)
    if outcome not in PROGRESS:
        results = list(ANSWERED) if outcome == "answered" else [outcome]
        return "(case when r.result = any(%s) then r.updated_at end)", (results,)
    further = list(PROGRESS[PROGRESS.index(outcome) :])
    known = f"{_COLUMNS[outcome]}, " if outcome in _COLUMNS else ""
    return (
        (
            f"coalesce(least({known}(select min(t.reported_at) from channels_app_receipt t where t.message_id = r.id"
            " and t.outcome = any(%s))), case when r.state = any(%s) then r.updated_at end)"
        ),
        (further, further),
    )
