"""Who might have entered and was not let in: what launches have recorded, and nothing else.

A launch (a schedule, dates of people, those who are in a segment already) goes through its audience and counts whom it
refused. Other ways in, an event, a segment that somebody joins, the API, keep no record of a refusal.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from journeys.explain.noted import Note, note
from journeys.models import Journey, Launch
from journeys.review.paths.filters import Filters

# Who was refused because they have been in before is no loss: they are among those who entered.
HAVE_BEEN_IN: Final = frozenset({"already_enrolled", "repeated"})
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "refusals_not_recorded": (
        "进入方式（事件、加入人群、接口）不记录被拒绝的人，因此无法知道有多少人符合条件却没有进入。",
        "These ways in (an event, joining a segment, the API) keep no record of refusals: nobody knows how many might have entered and did not.",
    ),
    "refusals_of_launches_only": (
        "只有批量进入记录了被拒绝的人：{admitted} 次进入来自批量进入，共 {runs} 次。其余方式的拒绝没有记录。",
        "Refusals are recorded of launches only: {admitted} of {runs:run|runs} came by one. Those of other ways in are unknown.",
    ),
    "refused_each_time": (
        "共 {launches} 次批量进入：同一个人每次被拒绝都计一次。",
        "{launches:launch|launches} in all: somebody whom several refused counts each time.",
    ),
    "entry_not_by_filter": (
        "被拒绝的人没有路径：按分支、渠道或人群筛选时不显示进入前的损失。",
        "Who was refused took no path: with a filter by variant, channel or people, losses before the entry are not shown.",
    ),
}


@dataclass(frozen=True)
class Entry:
    """`refused`: code → how often; None: nothing is recorded."""

    refused: Mapping[str, int] | None
    notes: list[Note] = field(default_factory=list)


def refusals(journey: Journey, filters: Filters, runs: int) -> Entry:
    """Count the refusals of launches that were due on the days, and of the version, that `filters` name.

    `runs`: how many runs began (who was held out among them).
    """
    if filters.variant is not None or filters.channel or filters.about_people:
        return Entry(None, [note(TEXTS, "entry_not_by_filter")])
    launches = list(_launches(journey, filters).values_list("admitted", "refused"))
    if not launches:
        return Entry(None, [note(TEXTS, "refusals_not_recorded")])
    refused: Counter[str] = Counter()
    for _, codes in launches:
        refused.update(codes)
    admitted = sum(count for count, _ in launches)
    lost = {code: times for code, times in refused.items() if times and code not in HAVE_BEEN_IN}
    notes = []
    if admitted < runs:
        notes.append(note(TEXTS, "refusals_of_launches_only", admitted=admitted, runs=runs))
    if len(launches) > 1 and lost:
        notes.append(note(TEXTS, "refused_each_time", launches=len(launches)))
    return Entry(lost, notes)


def _launches(journey: Journey, filters: Filters) -> Any:
    launches = Launch.objects.filter(journey=journey, people__gt=0)
    if filters.version is not None:
        launches = launches.filter(version_id=filters.version)
    instants = filters.instants(journey.workspace.timezone)
    if instants["begins"] is not None:
        launches = launches.filter(due_at__gte=instants["begins"])
    if instants["ends"] is not None:
        launches = launches.filter(due_at__lt=instants["ends"])
    return launches
