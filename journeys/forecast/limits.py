"""The limits of entry in a forecast: how many may come in, in all and each day."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from journeys.engine.decision import Zones
from journeys.engine.plan import Plan
from journeys.engine.schedule import applied_zone
from journeys.store.postgres import query
from workspaces.models import Workspace

T = TypeVar("T")

# Those who are in already count, today's also for today.
ENROLLED = """
select count(*) as total, count(*) filter (where e.enrolled_at >= %(midnight)s) as today
from journeys_enrollment e where e.journey_id::text = %(journey)s and e.enrolled_at < %(start)s
"""


def is_limited(plan: Plan) -> bool:
    limit = plan.settings.entry.limit
    return bool(limit.total or limit.per_day)


class Limits:
    """Counts people in, in the order in which they come. A day is one of the journey's zone."""

    def __init__(self, workspace: Workspace, plan: Plan, start: datetime) -> None:
        self._limit = plan.settings.entry.limit
        self._zone = applied_zone(None, Zones(None, plan.settings.timezone, workspace.timezone)).zone
        midnight = start.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        row = query(ENROLLED, {"journey": plan.journey, "start": start, "midnight": midnight})[0]
        self._total: int = row["total"]
        self._of_day: Counter[date] = Counter({self._day(start): row["today"]})

    def refuse(self, at: datetime) -> str:
        """Let one more in and return the empty text; or the code of the limit that is reached."""
        if self._limit.total and self._total >= self._limit.total:
            return "limit_total"
        day = self._day(at)
        if self._limit.per_day and self._of_day[day] >= self._limit.per_day:
            return "limit_per_day"
        self._total += 1
        self._of_day[day] += 1
        return ""

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def let_in(
    tries: Iterable[tuple[Sequence[datetime], T]], limits: Limits, refused: Counter[str]
) -> Iterator[tuple[datetime, T]]:
    """Those who find room at one of their instants; the others are counted in `refused`."""
    queue = [(instants[0], order, 0, instants, entry) for order, (instants, entry) in enumerate(tries)]
    heapq.heapify(queue)
    while queue:
        at, order, place, instants, entry = heapq.heappop(queue)
        refusal = limits.refuse(at)
        if not refusal:
            yield at, entry
        elif place + 1 < len(instants) and refusal != "limit_total":
            heapq.heappush(queue, (instants[place + 1], order, place + 1, instants, entry))
        else:
            refused[refusal] += 1
