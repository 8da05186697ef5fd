"""Streams in plain words, in the language of the request."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import get_language

from journeys.engine.upcast import upcast
from journeys.explain.explain import explain, explain_state
from journeys.explain.names import NO_NAMES, Names, names_of
from journeys.explain.telling import Language
from journeys.models import Enrollment, EnrollmentEvent, JourneyVersion
from journeys.store.rows import state_of
from profiles.models import Segment


def language() -> Language:
    return "en" if (get_language() or "").startswith("en") else "zh-CN"


# A version never changes, so its names never go stale.
@lru_cache(maxsize=256)
def names_of_version(version: str) -> Names:
    row = JourneyVersion.objects.only("graph").filter(id=version).first()
    return NO_NAMES if row is None else names_of(row.graph)


def with_segments(names: Names, workspace: UUID, recorded: Iterable[Mapping[str, Any]]) -> Names:
    """The names, with those that the segments named in the data of these events have now."""
    seen: set[str] = set()
    for data in recorded:
        for part in (data, *data.get("branches", ())):
            seen |= {row[1] for row in part.get("values") or part.get("looked") or () if row[0] == "segment"}
    if not seen:
        return names
    found = Segment.objects.filter(workspace=workspace, id__in=seen).values_list("id", "name")
    return names._replace(segments={str(id_): name for id_, name in found})


def text_of(event: EnrollmentEvent, names: Names, zone: str) -> str:
    """What this entry says. `zone` is the workspace's."""
    data = upcast(event.kind, event.schema, event.data)
    return explain(event.kind, event.node, data, names, language(), zone)


def explanation_of(enrollment: Enrollment, zone: str) -> str:
    """Where the person is now and what they wait for."""
    row = {
        "id": str(enrollment.pk),
        "profile_id": str(enrollment.profile_id),
        "journey_id": str(enrollment.journey_id),
        "version_id": str(enrollment.version_id),
        "context": orjson.dumps(enrollment.context),
        "properties": "{}",
    }
    columns = ("state", "node", "seq", "due_at", "enrolled_at", "ended_at")
    state = state_of(row | {name: getattr(enrollment, name) for name in columns})
    return explain_state(state, names_of_version(str(enrollment.version_id)), language(), zone)
