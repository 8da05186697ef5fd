"""Where a run was lost on its way to a conversion: read off its path. Pure.

A message is refused by the first rule that objects (docs/reference/sending.md), so the bars say where people were lost, and
not what else would have stood in their way: whom no address was known of was not asked for consent.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from channels_app.providers.call.results import NOT_REACHED
from journeys.engine.nodes.send import CALL
from journeys.review.arrival import ARRIVED, SILENT

Body = Mapping[str, Any]

# In the order in which people pass them. Who is at a bar has passed all before it.
BARS: Final = (
    *("eligible", "entered", "asked", "consented", "identified", "in_hours", "under_caps", "in_quota"),
    *("sent", "delivered", "engaged", "clicked", "converted"),
)
RANK: Final = {bar: rank for rank, bar in enumerate(BARS)}
# What policy says → the bar at which it loses people.
_BLOCKED: Final = {
    "no_consent": "consented",
    "opted_out": "consented",
    "no_identity": "identified",
    "quiet_hours": "in_hours",
    "frequency_cap": "under_caps",
    "quota": "in_quota",
}
# Channels on which it is reported that somebody read a message, or answered a call. On others nobody is lost there.
WITH_READING: Final = frozenset({"webhook", CALL})
WITHOUT_LINKS: Final = frozenset({CALL})
INSIDE: Final = frozenset({"active", "waiting"})
_CLICKED: Final = frozenset({"clicked", "replied"})
# How a message ends that left and did not arrive: of a call its result.
_DID_NOT_ARRIVE: Final = frozenset({"delivery", *NOT_REACHED})
# What somebody at the brand could change: rules, settings, addresses, texts, accounts. What people decide is theirs.
AVOIDABLE: Final = frozenset(
    {
        *("limit_total", "limit_per_day", "stuck"),
        *("no_consent", "no_identity", "quiet_hours", "frequency_cap", "quota", "template_not_approved", "expired"),
        *("failed_recipient_permanent", "failed_content_permanent", "failed_retries_exhausted", "failed_delivery"),
        *("failed_policy_unreadable", "failed"),
        # Of calls: numbers that are none, and lines or robots that are too few or broken.
        *("failed_invalid", "failed_suspended", "failed_overloaded", "failed_error"),
    }
)


class Fate(NamedTuple):
    """The bar that the run did not pass, why, and at which send (node and channel; empty: before any).

    `code` is empty for whom no message stage lost: they are lost at `converted` unless they converted. `detail`: the
    reason with which a run ended before any send.
    """

    bar: str
    code: str
    node: str = ""
    channel: str = ""
    detail: str = ""

    @property
    def rank(self) -> int:
        return RANK[self.bar]


def fate(body: Body) -> Fate:
    """Return where a run was lost: by that of its messages that came furthest, of equals the last."""
    if body["held_out"]:
        return Fate("entered", "held_out")
    furthest: Fate | None = None
    for node, channel, state, reason in body["sends"]:
        found = of_message(node, channel, state, reason)
        if furthest is None or found.rank >= furthest.rank:
            furthest = found
    return furthest or _without_sends(body)


def _without_sends(body: Body) -> Fate:
    match body["end"]:
        case "failed":
            return Fate("asked", "stuck")
        case end if end in INSIDE:
            return Fate("asked", "not_yet")
        case "completed":
            return Fate("asked", "no_send_on_path")
        case "converted_exit":
            return Fate("asked", "converted_before")
        case _:
            return Fate("asked", "left_before", detail=body["reason"])


def of_message(node: str, channel: str, state: str, reason: str) -> Fate:
    """Return the bar that one message did not pass."""
    match state:
        case "blocked":
            return Fate(_BLOCKED.get(reason, "sent"), reason or "blocked", node, channel)
        case "queued" | "sending":
            return Fate("sent", "under_way", node, channel)
        case "expired":
            return Fate("sent", "expired", node, channel)
        case "unknown":
            return Fate("delivered", "unknown", node, channel)
        case "failed":
            code = f"failed_{reason}" if reason else "failed"
            return Fate("delivered" if reason in _DID_NOT_ARRIVE else "sent", code, node, channel)
        case "accepted" if channel not in SILENT:
            return Fate("delivered", "no_report", node, channel)
    return _arrived(node, channel, state)


def _arrived(node: str, channel: str, state: str) -> Fate:
    read = state in {"read", *_CLICKED} or channel not in WITH_READING or (channel == CALL and state in ARRIVED)
    if not read:
        return Fate("engaged", "not_read", node, channel)
    if state not in _CLICKED and channel not in WITHOUT_LINKS:
        return Fate("clicked", "not_clicked", node, channel)
    return Fate("converted", "", node, channel)
