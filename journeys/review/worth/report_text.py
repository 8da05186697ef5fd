"""What a report says: sentences of each journey's review, as JSON for a server and as a text for a mail."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings

from journeys.choices import JourneyState
from journeys.models import Journey, ReviewReport
from journeys.review.paths.filters import Filters
from journeys.review.worth.summary import summary
from workspaces.localtime import day_of

MOST_JOURNEYS: Final = 50
_LANGUAGE: Final = {"zh-CN": "zh", "en": "en"}
_WORDS: Final = {
    "zh-CN": ("复盘报告：{name}（{since} 至 {until}）", "暂无数据。"),
    "en": ("Review: {name} ({since} to {until})", "There are no figures yet."),
}


def body_of(report: ReviewReport, due_at: datetime) -> dict[str, Any]:
    """Return what is sent: of runs that began in the days before `due_at`, that day not among them."""
    until = day_of(due_at, report.workspace.timezone) - timedelta(days=1)
    since = until - timedelta(days=report.days - 1)
    journeys = Journey.objects.select_related("workspace").filter(workspace=report.workspace)
    wanted = journeys.filter(pk__in=report.journeys) if report.journeys else journeys.filter(state=JourneyState.LIVE)
    return {
        "report": str(report.pk),
        "name": report.name,
        "due_at": due_at.isoformat(),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "journeys": [
            {
                "id": str(journey.pk),
                "name": journey.name,
                "url": f"{settings.PUBLIC_URL}/journeys/{journey.pk}/review",
                "sentences": summary(journey, Filters(since, until), due_at),
            }
            for journey in wanted.order_by("name", "id")[:MOST_JOURNEYS]
        ],
    }


def subject_of(body: Mapping[str, Any], language: str) -> str:
    return _WORDS[language][0].format(name=body["name"], since=body["since"], until=body["until"])


def text_of(body: Mapping[str, Any], language: str) -> str:
    lines = [subject_of(body, language)]
    for journey in body["journeys"]:
        sentences = [f"- {one[_LANGUAGE[language]]}" for one in journey["sentences"]]
        lines += ["", journey["name"], *(sentences or [f"- {_WORDS[language][1]}"]), journey["url"]]
    if not body["journeys"]:
        lines += ["", _WORDS[language][1]]
    return "\n".join(lines) + "\n"
