"""Who goes through a forecast: read from the stored people in one statement, whole or as a stated sample."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.forecast.request import MOST_PEOPLE, Audience, ForecastRequest, audience_rules
from journeys.runtime.facts import named
from journeys.store.postgres import query
from profiles.rule_sql import condition, everybody
from profiles.rules.ast import And, Rule
from profiles.rules.durations import parse
from profiles.segment_definitions import Definitions


class Entrant(NamedTuple):
    """Somebody of the audience. `refusal` is why they would not enter, else empty."""

    profile: str
    zone: str | None
    refusal: str
    place: int = 1  # in the order of the whole audience
    value: str | None = None  # of the attribute that a date trigger names, as JSON text


class Slice(NamedTuple):
    """One part of an audience that is divided among processes; `total` is the whole audience before sampling."""

    people: Sequence[Entrant]
    total: int
    share: float = 1.0  # of the audience that is looked at, in all parts


# In an order that is chance to everything but the id: the first n are a sample, and every part is one too.
STATEMENT = """
select id, zone, refusal, total, place, value from (
    select p.id::text as id, p.attributes ->> 'timezone' as zone, {value} as value,
        case when not {entry} then 'entry_rule' when {again} then 'already_enrolled' else '' end as refusal,
        count(*) over () as total, row_number() over (order by md5(p.id::text), p.id) as place
    from profiles_profile p cross join (select 'infinity'::timestamptz as since) m
    where p.workspace_id = %(workspace)s and {audience}
) as found
where place <= %(most)s and place %% %(parts)s = %(part)s order by place
"""
EARLIER = (
    "exists (select 1 from journeys_enrollment e where e.profile_id = p.id and e.journey_id::text = %(journey)s{when})"
)
COUNT = (
    "select count(*) as total from profiles_profile p cross join (select 'infinity'::timestamptz as since) m"
    " where p.workspace_id = %(workspace)s and {audience}"
)


def read_slice(workspace: UUID, plan: Plan, request: ForecastRequest, part: int = 0, parts: int = 1) -> Slice:
    """Read the `part`-th of `parts` equal parts of the audience, as the people are stored now."""
    values: dict[str, Any] = {
        "workspace": workspace,
        "journey": plan.journey,
        "most": min(request.audience.sample or MOST_PEOPLE, MOST_PEOPLE),
        "parts": parts,
        "part": part,
        "start": request.began,
    }
    value = "null"
    trigger = plan.nodes[plan.trigger].config
    if isinstance(trigger, TriggerConfig) and trigger.kind == "date":
        values["attribute"] = (trigger.attribute or "").split(".")
        value = "(p.attributes #> %(attribute)s)::text"
    entry = plan.settings.entry
    statement = STATEMENT.format(
        value=value,
        entry=_compiled(entry.rule, request.began, values) if entry.rule else "true",
        again=_already_enrolled(plan, values),
        audience=_of_everybody(workspace, _rules(plan, request.audience), request.began, values),
    )
    rows = query(statement, values)
    zones: dict[str | None, str | None] = {}
    people = [
        Entrant(row["id"], zones.setdefault(row["zone"], row["zone"]), row["refusal"], row["place"], row["value"])
        for row in rows
    ]
    if not rows:
        return Slice(people, 0)
    total = rows[0]["total"]
    return Slice(people, total, min(values["most"], total) / total)


def size_of(workspace: UUID, plan: Plan, request: ForecastRequest) -> int:
    """How many people the audience has."""
    values: dict[str, Any] = {"workspace": workspace}
    audience = _of_everybody(workspace, _rules(plan, request.audience), request.began, values)
    return int(query(COUNT.format(audience=audience), values)[0]["total"])


def _rules(plan: Plan, audience: Audience) -> list[Rule]:
    rules = audience_rules(audience)
    segment = getattr(plan.nodes[plan.trigger].config, "segment", None)
    if segment and not rules:
        # The trigger names who comes.
        rules = audience_rules(Audience(segment=str(segment)))
    return rules


def _of_everybody(workspace: UUID, rules: Sequence[Rule], at: datetime, values: dict[str, Any]) -> str:
    """The whole workspace is asked, so it is asked by sets and not person by person."""
    if not rules:
        return "true"
    asked = everybody(workspace, And(op="and", args=list(rules)), at, Definitions())
    return named(f"p.id in (select p.id {asked.text})", asked.params, values)


def _compiled(rule: Rule, at: datetime, values: dict[str, Any]) -> str:
    compiled = condition(rule, at)
    return named(compiled.text, compiled.params, values)


def _already_enrolled(plan: Plan, values: dict[str, Any]) -> str:
    """Whom the settings of re-entry would refuse at the start, because of runs that are stored."""
    reentry = plan.settings.entry.reentry
    values["interval"] = parse(reentry.interval).fixed if reentry.interval else None
    if reentry.mode == "never":
        return EARLIER.format(when="")
    if reentry.mode == "after_exit":
        late = " or e.ended_at > %(start)s::timestamptz - %(interval)s::interval" if reentry.interval else ""
        return EARLIER.format(when=f" and (e.ended_at is null{late})")
    if reentry.interval:
        return EARLIER.format(when=" and e.enrolled_at > %(start)s::timestamptz - %(interval)s::interval")
    return "false"
