"""Published versions, prepared once a process: a version never changes, so a plan never goes stale."""

from functools import lru_cache

from journeys.engine.plan import Plan, compile_plan
from journeys.models import JourneyVersion


@lru_cache(maxsize=512)
def plan_of(version: str) -> Plan:
    """Return the plan of a version (its id as text). Raises JourneyVersion.DoesNotExist."""
    row = JourneyVersion.objects.only("id", "journey_id", "graph").get(id=version)
    return compile_plan(str(row.journey_id), version, row.graph)
