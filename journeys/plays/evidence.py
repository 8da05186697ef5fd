"""What a journey has come to, kept with the play that is made of it: figures as they were then, and what they count.

Conversions are the review's credits where there are any, else what the engine counted.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from channels_app.models import Template
from journeys.engine.graph import Goal
from journeys.engine.proportions import Group
from journeys.models import Credit, Journey
from journeys.plays.sends import sends_of
from journeys.review.paths.opening import opened
from journeys.review.statistics.intervals import wilson
from journeys.review.summary import review
from journeys.runtime.plans import plan_of
from journeys.store.postgres import query

CONFIDENCE: Final = 0.95
PEOPLE: Final = """
select count(distinct e.profile_id) as people, min(e.enrolled_at) as since, max(e.enrolled_at) as until,
    count(distinct e.profile_id) filter (where exists (
        select 1 from {table} c where c.enrollment_id = e.id and c.goal = %(goal)s {counted}
    )) as converted
from journeys_enrollment e where e.journey_id = %(journey)s and e.state <> 'held_out'
"""
CREDITED: Final = """
select c.currency, sum(coalesce(c.value, 0) - c.refunded) as value from journeys_credit c
join journeys_enrollment e on e.id = c.enrollment_id and e.state <> 'held_out'
where c.journey_id = %(journey)s and c.goal = %(goal)s and c.counted group by 1 order by 1
"""
CONVERTED: Final = """
select '' as currency, sum(coalesce(c.value, 0)) as value from journeys_conversion c
join journeys_enrollment e on e.id = c.enrollment_id and e.state <> 'held_out'
where c.journey_id = %(journey)s and c.goal = %(goal)s having count(*) > 0
"""
COST: Final = """
select a.currency, sum(m.cost) as value from channels_app_message m
join channels_app_channelaccount a on a.id = m.account_id
where m.workspace_id = %(workspace)s and m.journey_id = %(journey)s and not m.test and m.cost is not null
group by 1 order by 1
"""


def evidence_of(journey: Journey, graph: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the journey has come to by `now` (aware), by the goals of its live version. Money is decimal text by currency;
    an empty currency: nobody has said which.

    The rate is of people; its interval is Wilson's of 95 % (`journeys.review.statistics.intervals`).
    """
    # Before anything is counted: it reads what has happened.
    seen = review(journey, opened(journey, now))
    plan = plan_of(str(journey.live_version_id)) if journey.live_version_id else None
    goals = plan.settings.goals if plan else []
    goal = next((one for one in goals if one.primary), goals[0] if goals else None)
    credited = Credit.objects.filter(journey_id=journey.pk).exists()
    values = {"workspace": journey.workspace_id, "journey": journey.pk, "goal": goal.id if goal else ""}
    source = {"table": "journeys_credit", "counted": "and c.counted"} if credited else _AS_COUNTED
    row = query(PEOPLE.format(**source), values)[0]
    return {
        "kept_at": now.isoformat(),
        "period": {"since": _text(row["since"]), "until": _text(row["until"])},
        "people": row["people"],
        "runs": seen["enrolled"],
        "conversion": None if goal is None else _rate(row["converted"], row["people"]),
        "value": _money(query(CREDITED if credited else CONVERTED, values)) if goal else [],
        "cost": _money(query(COST, values)),
        "messages": seen["messages"],
        "definition": None if goal is None else _definition(goal, "credits" if credited else "conversions"),
        "texts": _texts(journey.workspace_id, graph),
    }


_AS_COUNTED: Final = {"table": "journeys_conversion", "counted": ""}


def _rate(converted: int, people: int) -> dict[str, Any]:
    if not people:
        return {"people": 0, "rate": None, "low": None, "high": None, "confidence": CONFIDENCE}
    interval = wilson(Group(people, converted), CONFIDENCE)
    return {
        "people": converted,
        "rate": converted / people,
        "low": interval.low,
        "high": interval.high,
        "confidence": CONFIDENCE,
    }


def _definition(goal: Goal, source: str) -> dict[str, Any]:
    return {
        "goal": goal.id,
        "name": goal.name,
        "event": goal.event or "",
        "window": goal.window or "",
        "value": goal.value or "",
        "source": source,
    }


def _money(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"currency": row["currency"], "value": f"{row['value'] or Decimal(0):f}"} for row in rows]


def _texts(workspace: UUID, graph: dict[str, Any]) -> list[dict[str, str]]:
    """What the templates of the sends say, so that the play still knows it when they are gone."""
    named = [(str(node["id"]), node["config"].get("template")) for node in sends_of(graph)]
    wanted = [(node, name) for node, name in named if isinstance(name, str) and name]
    known: dict[str, Template] = {}
    for template in Template.objects.filter(workspace_id=workspace).only("key", "name", "body") if wanted else ():
        known |= {template.key: template, str(template.pk): template}
    return [
        {"node": node, "template": name, "name": known[name].name, "body": known[name].body}
        for node, name in wanted
        if name in known
    ]


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
