"""Messages of the tracking protocol that Segment-style libraries speak, read as events.

https://segment.com/docs/connections/spec/ names the calls and their fields. Who a message is about: `userId` (identity
type `user_id`), `anonymousId` (`anonymous_id`) and `context.externalIds`. What it becomes:

- track: an event of that name;
- identify, page, screen, group, alias: an event named after the call; `identify` also sets its traits as attributes;
- alias: `previousId` may be either kind of id, so it is attached as both.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from profiles.incoming import IncomingEvent, InvalidEvent
from workspaces.instants import InvalidInstant, parse_instant

KINDS = ("track", "identify", "alias", "page", "screen", "group")
# What a message takes to travel. A clock that differs by more is wrong; one that differs by less says exact times.
CLOCK_TOLERANCE = timedelta(minutes=1)


def read_message(kind: object, message: object, sent_at: object, received_at: datetime) -> IncomingEvent:
    """Read one message; `sent_at` is that of its batch. Raises InvalidEvent."""
    if not isinstance(message, Mapping):
        raise InvalidEvent("not_an_object", "A message is an object.")
    if kind not in KINDS:
        raise InvalidEvent("unknown_type", f"`type` is one of {', '.join(KINDS)}.", "type")
    context = _part(message, "context")
    return IncomingEvent(
        payload=message,
        name=message.get("event") if kind == "track" else kind,
        identities=_identities(message, context, kind),
        event_id=message.get("messageId") or None,
        occurred_at=_occurred_at(message.get("timestamp"), message.get("sentAt", sent_at), received_at),
        properties=_properties(message, context, kind),
        traits=_traits(message, context) if kind == "identify" else None,
        reader=reader_of(kind, sent_at),
    )


def reader_of(kind: object, sent_at: object) -> dict[str, Any]:
    """How a message is read when it is sent again; a batch says both of these beside it."""
    return {"by": "tracking", "kind": kind, "sent_at": sent_at}


def _part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = message.get(name)
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise InvalidEvent(f"invalid_{name}", f"`{name}` is an object.", name)
    return part


def _traits(message: Mapping[str, Any], context: Mapping[str, Any]) -> Mapping[str, Any]:
    # RudderStack's libraries put the traits of `identify` into the context.
    return _part(message, "traits") or _part(context, "traits")


def _identities(message: Mapping[str, Any], context: Mapping[str, Any], kind: object) -> list[tuple[object, object]]:
    pairs: list[tuple[object, object]] = []
    for field, type_ in (("userId", "user_id"), ("anonymousId", "anonymous_id")):
        if message.get(field) not in (None, ""):
            pairs.append((type_, message[field]))
    if kind == "alias":
        if message.get("previousId") in (None, ""):
            raise InvalidEvent("required", "`previousId` says who the person was before.", "previousId")
        pairs += [("user_id", message["previousId"]), ("anonymous_id", message["previousId"])]
    external = context.get("externalIds") or []
    if not isinstance(external, list) or not all(isinstance(one, Mapping) for one in external):
        raise InvalidEvent("invalid_external_ids", "`externalIds` is a list of {type, id}.", "context.externalIds")
    return pairs + [(one.get("type"), one.get("id")) for one in external]


def _properties(message: Mapping[str, Any], context: Mapping[str, Any], kind: object) -> dict[str, Any]:
    if kind == "identify":
        return dict(_traits(message, context))
    if kind == "alias":
        return {"previous_id": message["previousId"]}
    if kind == "group":
        return {"group_id": message.get("groupId"), "traits": dict(_part(message, "traits"))}
    named = {name: message[name] for name in ("name", "category") if kind != "track" and message.get(name) is not None}
    return {**_part(message, "properties"), **named}


def _occurred_at(timestamp: object, sent_at: object, received_at: datetime) -> object:
    """Put right what the sender's clock is wrong by, judged by when it says it sent this.

    The protocol's rule: timestamp = receivedAt - (sentAt - originalTimestamp)
    (https://segment.com/docs/connections/spec/common/#timestamp-overview).
    """
    if timestamp is None or sent_at is None:
        return timestamp
    try:
        ahead = parse_instant(sent_at) - received_at
        if abs(ahead) <= CLOCK_TOLERANCE:
            return timestamp
        return (parse_instant(timestamp) - ahead).isoformat()
    except (InvalidInstant, OverflowError):
        return timestamp  # Without both there is nothing to compare; the check of the event judges the timestamp.
