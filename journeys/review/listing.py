"""The figures of a list of journeys, for a whole page in one statement."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from journeys.choices import EnrollmentState, LaunchState
from workspaces.localtime import day_of, midnight, zone_of

DAYS: Final = 7
# Who has failed is inside until an operator retries or removes them.
INSIDE: Final = (EnrollmentState.ACTIVE, EnrollmentState.WAITING, EnrollmentState.FAILED)

# A goal is primary if it is marked so, else the first is. Who was held out neither entered nor counts as converted.
FIGURES: Final = """
with page as (
    select j.id, coalesce(v.graph, j.draft) -> 'settings' as settings, j.state
    from journeys_journey j left join journeys_journeyversion v on v.id = j.live_version_id
    where j.id = any(%(journeys)s)
), goal as (
    select p.id, coalesce(
        jsonb_path_query_first(p.settings, '$.goals[*] ? (@.primary == true)'),
        jsonb_path_query_first(p.settings, '$.goals[0]')) as goal
    from page p
), runs as (
    select e.journey_id, count(distinct e.profile_id) as people,
        count(distinct e.profile_id) filter (where e.state = any(%(inside)s)) as inside
    from journeys_enrollment e where e.journey_id = any(%(journeys)s) and e.state <> %(held_out)s
    group by e.journey_id
), days as (
    select d.journey_id, jsonb_object_agg(d.day, d.entered) as days
    from (
        select e.journey_id, (e.enrolled_at at time zone %(zone)s)::date as day, count(*) as entered
        from journeys_enrollment e where e.journey_id = any(%(journeys)s) and e.state <> %(held_out)s
            and e.enrolled_at >= %(since)s and e.enrolled_at <= %(now)s
        group by 1, 2) d
    group by d.journey_id
), converted as (
    select g.id, count(distinct c.profile_id) as people
    from goal g join journeys_conversion c on c.journey_id = g.id and c.goal = g.goal ->> 'id'
    where not exists (
        select 1 from journeys_enrollment e where e.id = c.enrollment_id and e.state = %(held_out)s)
    group by g.id
)
select p.id, coalesce(r.people, 0) as people, coalesce(r.inside, 0) as inside, coalesce(d.days, '{}') as days,
    g.goal ->> 'id' as goal, g.goal ->> 'name' as goal_name, coalesce(c.people, 0) as converted,
    l.kind, l.at, l.by, s.due_at,
    p.settings #>> '{entry,starts_at}' as starts_at, p.settings #>> '{entry,ends_at}' as ends_at
from page p join goal g on g.id = p.id
left join runs r on r.journey_id = p.id
left join days d on d.journey_id = p.id
left join converted c on c.id = p.id
left join lateral (
    select h.kind, h.at, u.username as by from journeys_journeychange h left join auth_user u on u.id = h.user_id
    where h.journey_id = p.id order by h.id desc limit 1) l on true
left join lateral (
    select min(n.due_at) as due_at from journeys_launch n
    where n.journey_id = p.id and n.state = %(planned)s and p.state = 'live') s on true
"""


def figures(journeys: Iterable[UUID], zone: str, now: datetime) -> Mapping[UUID, dict[str, Any]]:
    """Return the figures of these journeys by id. `now` is aware; days are those of `zone`, today the last.

    `inside` and `people` count persons, `entered` counts runs that began. What comes next is a planned launch of a live
    journey, or the first or last moment at which it lets people in.
    """
    today = day_of(now, zone)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    values: dict[str, Any] = {
        "journeys": list(journeys),
        "inside": [str(state) for state in INSIDE],
        "held_out": str(EnrollmentState.HELD_OUT),
        "planned": str(LaunchState.PLANNED),
        "zone": zone,
        "since": midnight(days[0], zone_of(zone)),
        "now": now,
    }
    if not values["journeys"]:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["id"]: _row(row, days, now) for row in rows}


def _row(row: dict[str, Any], days: list[date], now: datetime) -> dict[str, Any]:
    # Django reads the JSON of a statement by hand as a text.
    by_day = orjson.loads(row["days"])
    daily = [by_day.get(day.isoformat(), 0) for day in days]
    goal = {"id": row["goal"], "name": row["goal_name"] or ""} if row["goal"] else None
    return {
        "inside": row["inside"],
        "people": row["people"],
        "entered": {
            "total": sum(daily),
            "days": [{"day": day, "entered": n} for day, n in zip(days, daily, strict=True)],
        },
        "conversion": None
        if goal is None
        else {
            "goal": goal,
            "people": row["converted"],
            "rate": row["converted"] / row["people"] if row["people"] else None,
        },
        "last_change": {"kind": row["kind"], "at": row["at"], "by": row["by"]} if row["kind"] else None,
        "next": _next(row, now),
    }


def _next(row: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    coming = [
        ("launch", row["due_at"]),
        ("opens", _instant(row["starts_at"])),
        ("closes", _instant(row["ends_at"])),
    ]
    known = sorted((at, kind) for kind, at in coming if at is not None and (at > now or kind == "launch"))
    return {"kind": known[0][1], "at": known[0][0]} if known else None


def _instant(text: str | None) -> datetime | None:
    """What a draft says; anything but an instant is not known."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
