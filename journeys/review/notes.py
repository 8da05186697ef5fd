"""What a reader of a review must know besides its numbers: each note with a code, its words, and its figures."""

from collections.abc import Sequence
from typing import Any

from journeys.choices import ReviewState
from journeys.explain.noted import Note, said
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import Freshness


def notes_on(fresh: Freshness, filters: Filters, *, with_stays: bool = False) -> list[Note]:
    """What is to be said of figures by how fresh they are and by what was asked. `with_stays`: lengths of stays are shown."""
    notes = []
    if fresh.state == ReviewState.FAILED:
        notes.append(
            said(
                "reading_failed",
                "最近一次读取日志失败，数字停留在上次成功的时间。",
                "The last reading of the logs failed; the figures are those of the reading before.",
                error=fresh.error,
            )
        )
    elif fresh.as_of is None and fresh.stale:
        percent = int(fresh.progress * 100)
        notes.append(
            said(
                "being_read",
                f"首次读取日志尚未完成，已读 {percent}%，数字还会增加。",
                f"The logs are being read for the first time ({percent}%); the figures will grow.",
                progress=fresh.progress,
            )
        )
    if filters.about_people:
        notes.append(
            said(
                "people_as_they_are_now",
                "人群和属性按客户现在的情况筛选，不是当时的情况。",
                "Segments and attributes are those that people have now, not those that they had then.",
            )
        )
    if with_stays and (filters.about_people or filters.variant or filters.channel):
        notes.append(
            said(
                "stays_of_all",
                "停留时长只按日期和版本筛选。",
                "How long people stayed is filtered by days and by version only.",
            )
        )
    return notes


def stated(fresh: Freshness, notes: Sequence[Note]) -> dict[str, Any]:
    """The part that every answer of a review has."""
    return {
        "as_of": fresh.as_of,
        "stale": fresh.stale,
        "state": fresh.state,
        "progress": fresh.progress,
        "definition": fresh.definition,
        "notes": list(notes),
    }
