"""Shapes of events, and how an older shape becomes the present one: every stored event passes here on its way in.

A kind whose data change their shape gets the next number in SCHEMAS, and an upcaster from the number before. An
upcaster sees one event: what was not recorded then and does not follow from the event itself stays away. What the fold
keeps (of a wait, say) it must leave alone: rows written then hold it as it was.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

Data = Mapping[str, Any]
Upcaster = Callable[[Data], Data]

FIRST: Final = 1
# Kinds that are not listed have the shape of the first release.
# 2: inputs recorded with each decision: values compared, due times, local times, what policy judged.
SCHEMAS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "wait_started": 2,
        "wait_ended": 2,
        "event_matched": 2,
        "branch_taken": 2,
        "message_requested": 2,
        "message_blocked": 2,
        "message_updated": 2,
        "converted": 2,
        "exited": 2,
    }
)


def _branch_taken_1(data: Data) -> Data:
    """The values of all branches were one list; which belonged to which was not said."""
    return {**{key: value for key, value in data.items() if key != "values"}, "looked": data.get("values", [])}


# (kind, schema) → to the next schema.
UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = MappingProxyType({("branch_taken", 1): _branch_taken_1})


class UnknownSchema(ValueError):
    """A stored event has a shape that only a later release knows."""

    code = "unknown_event_schema"


def schema_of(kind: str) -> int:
    """The number of the present shape of a kind."""
    return SCHEMAS.get(kind, FIRST)


def upcast(
    kind: str, schema: int, data: Data, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS, to: int | None = None
) -> Data:
    """Return the data of a stored event in the present shape of its kind. Raises UnknownSchema."""
    present = schema_of(kind) if to is None else to
    if schema == present:
        return data
    if schema > present:
        raise UnknownSchema(f"{kind} of schema {schema}; this release knows {present}.")
    for number in range(schema, present):
        change = upcasters.get((kind, number))
        if change is not None:
            data = change(data)
    return data
