"""The facts that a tick gathers from PostgreSQL, one statement for a whole group of people."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Protocol, cast
from uuid import UUID

import orjson
from django.db import transaction

from journeys.engine.decision import Branch, EventArrived, HistoryNeed, SendFacts
from journeys.engine.evidence import shown
from journeys.engine.nodes.send import SendConfig
from journeys.engine.nodes.split import SplitConfig
from journeys.engine.plan import PlanNode
from journeys.runtime.addressing import Route
from journeys.runtime.sends import Person, Sending, people_params, people_statement, quiet_hours
from journeys.runtime.walk import Member
from journeys.store.postgres import query
from profiles.rule_sql import condition, observed
from profiles.rules.durations import parse
from workspaces.models.base import new_id


class Routes(Protocol):
    """Finds the account and template that a send node names."""

    def find(self, workspace: UUID, config: SendConfig) -> Route: ...


class PostgresFacts:
    """`FactSource` over the stored people. `shadow` is a WITH clause whose tables stand in for the real ones."""

    def __init__(
        self,
        workspace: UUID,
        routes: Routes,
        *,
        shadow: str = "",
        shadow_params: dict[str, Any] | None = None,
        new_message_id: Callable[[], UUID] = new_id,
    ) -> None:
        self.workspace = workspace
        self.routes = routes
        self.shadow = shadow
        self.shadow_params = shadow_params or {}
        self.new_message_id = new_message_id

    def branches(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[Branch]:
        config = cast(SplitConfig, node.config)
        values: dict[str, Any] = {**self.shadow_params}
        whens, seen = [], []
        for branch in config.branches:
            rule = condition(branch.rule, now)
            whens.append(f"when {named(rule.text, rule.params, values)} then {named('%s', (branch.id,), values)}::text")
        for branch in config.branches:
            look = observed(branch.rule, now)
            seen.append(named(look.text, look.params, values))
        people = "unnest(%(profiles)s::uuid[], %(since)s::timestamptz[]) with ordinality as m(id, since, place)"
        statement = (
            f"{self.shadow} select case {' '.join(whens)} end as branch, jsonb_build_array({', '.join(seen)}) as seen "
            f"from {people} left join profiles_profile p on p.id = m.id order by m.place"
        )
        values["profiles"] = [member.enrollment.profile for member in members]
        values["since"] = [member.enrollment.began for member in members]
        return [Branch(row["branch"], _without_personal_data(row["seen"])) for row in _ask(statement, values)]

    def history(self, need: HistoryNeed, members: Sequence[Member], now: datetime) -> list[list[EventArrived]]:
        rows = _ask(
            f"{self.shadow} select e.profile_id::text as profile, e.name, e.properties::text as properties, e.occurred_at, e.id::text as ref"
            " from profiles_event e where e.profile_id = any(%(profiles)s::uuid[]) and e.name = any(%(names)s)"
            " and e.occurred_at >= %(since)s and e.occurred_at <= %(now)s order by e.occurred_at, e.id",
            {
                **self.shadow_params,
                "profiles": [member.enrollment.profile for member in members],
                "names": list(need.names),
                "since": now - parse(need.look_back).fixed,
                "now": now,
            },
        )
        found: dict[str, list[EventArrived]] = defaultdict(list)
        for row in rows:
            event = EventArrived(row["name"], orjson.loads(row["properties"]), row["occurred_at"], row["ref"])
            found[row["profile"]].append(event)
        entry = {member.enrollment.id: member.enrollment.entry_ref for member in members}
        return [
            [event for event in found[member.enrollment.profile] if event.ref != entry[member.enrollment.id]]
            for member in members
        ]

    def sends(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[SendFacts]:
        config = cast(SendConfig, node.config)
        route = self.routes.find(self.workspace, config)
        rows = _ask(f"{self.shadow} {people_statement(config)}", self.shadow_params | people_params(config, members))
        people = {row["profile"]: Person(row["attributes"], row["address"], row["consent"]) for row in rows}
        sending = Sending(config, route, quiet_hours(members[0]), now, self.new_message_id)
        return [sending.facts(member, people[member.enrollment.profile]) for member in members]


def _ask(statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    # A question that fails takes back itself only, so that the others can still be asked in the same transaction.
    with transaction.atomic():
        return query(statement, values)


def named(text: str, params: Sequence[Any], values: dict[str, Any]) -> str:
    """Give positional placeholders names in `values`, so that pieces can stand in any order in one statement."""
    for value in params:
        name = f"v{len(values)}"
        values[name] = value
        text = text.replace("%s", f"%({name})s", 1)
    return text


def _without_personal_data(seen: str) -> list[list[Any]]:
    branches = orjson.loads(seen)
    for value in chain.from_iterable(branches):
        if value[0] == "attribute":
            value[2] = shown(value[1], value[2])
    return branches  # type: ignore[no-any-return]  # what observed() compiles are lists
