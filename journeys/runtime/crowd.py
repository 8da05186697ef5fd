"""Let in many people who come by the same way at the same moment, with as little work for each as can be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from journeys.engine.plan import Plan
from journeys.runtime.admission import admit
from journeys.runtime.refusals import Entrant
from workspaces.models import Workspace


def admit_crowd(
    workspace: Workspace, plan: Plan, people: Sequence[UUID], source: Mapping[str, Any], now: datetime
) -> tuple[int, Counter[str]]:
    """Enroll everyone who may enter; return how many did, and how many did not, by code."""
    results = admit(workspace, plan, [Entrant(person, {}, source) for person in people], now)
    refused = Counter(one.refusal for one in results if one.enrollment is None)
    return len(people) - refused.total(), refused
