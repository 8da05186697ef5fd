"""The facts that a tick gathers from PostgreSQL, one statement for a whole group of people."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Protocol, cast
from uuid import UUID

import orjson
from django.db import connection, transaction

from journeys.engine.decision import (
    Branch,
    Choice,
    EventArrived,
    ExitMatch,
    HistoryNeed,
    Rendered,
    RenderNeed,
    SendFacts,
    ValueNeed,
)
from journeys.engine.evidence import shown
from journeys.engine.nodes.ab import AbConfig
from journeys.engine.nodes.send import SendConfig
from journeys.engine.nodes.split import SplitConfig
from journeys.engine.plan import PlanNode
from journeys.runtime.addressing import Route
from journeys.runtime.choices import choice_of
from journeys.runtime.member import Member
from journeys.runtime.rendering import render
from journeys.runtime.sends import Person, Sending, link_days, people_params, people_statement
from journeys.runtime.touches import Touches
from journeys.store.postgres import query
from profiles.rule_observed import observed
from profiles.rule_sql import condition
from profiles.rules.ast import Rule
from profiles.rules.compare import get
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
        as_of: bool = False,
    ) -> None:
        """`as_of`: rules ask for what was known at the instant of the question, and not for what is known now."""
        self.as_of = as_of
        self.workspace = workspace
        self.routes = routes
        self.shadow = shadow
        self.shadow_params = shadow_params or {}
        self.new_message_id = new_message_id
        # A scripted person has been sent nothing but what the script makes us send.
        self.touches = Touches(workspace, stored=not shadow)

    def branches(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[Branch]:
        config = cast(SplitConfig, node.config)
        rows = self._first_matches([(branch.id, branch.rule) for branch in config.branches], members, now)
        return [Branch(row["match"], _without_personal_data(row["seen"])) for row in rows]

    def exits(
        self, conditions: Sequence[tuple[int, Rule]], members: Sequence[Member], now: datetime
    ) -> list[ExitMatch | None]:
        rows = self._first_matches([(str(place), rule) for place, rule in conditions], members, now)
        order = {str(place): number for number, (place, _) in enumerate(conditions)}
        return [
            None
            if row["match"] is None
            else ExitMatch(int(row["match"]), _without_personal_data(row["seen"])[order[row["match"]]])
            for row in rows
        ]

    def _first_matches(
        self, rules: Sequence[tuple[str, Rule]], members: Sequence[Member], now: datetime
    ) -> list[dict[str, Any]]:
        """Per member: the name of the first rule that the person matches, and the values that the rules look at."""
        values: dict[str, Any] = {**self.shadow_params}
        whens, seen = [], []
        for name, rule in rules:
            compiled = condition(rule, now, as_of=self.as_of)
            whens.append(
                f"when {named(compiled.text, compiled.params, values)} then {named('%s', (name,), values)}::text"
            )
        for _, rule in rules:
            look = observed(rule, now, as_of=self.as_of)
            seen.append(named(look.text, look.params, values))
        people = "unnest(%(profiles)s::uuid[], %(since)s::timestamptz[]) with ordinality as m(id, since, place)"
        statement = (
            f"{self.shadow} select case {' '.join(whens)} end as match, jsonb_build_array({', '.join(seen)}) as seen "
            f"from {people} left join profiles_profile p on p.id = m.id order by m.place"
        )
        values["profiles"] = [member.enrollment.profile for member in members]
        values["since"] = [member.enrollment.began for member in members]
        return ask(statement, values)

    def history(self, need: HistoryNeed, members: Sequence[Member], now: datetime) -> list[list[EventArrived]]:
        rows = ask(
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

    def rendered(self, need: RenderNeed, members: Sequence[Member], now: datetime) -> list[Rendered]:
        attributes = self._attributes(members)
        found = []
        for member in members:
            profile = attributes.get(member.enrollment.profile)
            variables = {"profile": orjson.loads(profile) if profile else {}, "event": member.enrollment.properties}
            texts = {name: render(source, variables) for name, source in need.sources}
            found.append(Rendered(str(self.new_message_id()), texts))
        return found

    def values(self, need: ValueNeed, members: Sequence[Member], now: datetime) -> list[Any]:
        attributes = self._attributes(members)
        profiles = [attributes.get(member.enrollment.profile) for member in members]
        return [get(orjson.loads(profile), need.key) if profile else None for profile in profiles]

    def choice(self, node: PlanNode, journey: str, now: datetime) -> Choice | None:
        # A test run of somebody who does not exist ends no test.
        if self.shadow:
            return None
        with transaction.atomic():
            return choice_of(self.workspace, journey, node.id, cast(AbConfig, node.config), now)

    def _attributes(self, members: Sequence[Member]) -> dict[str, str]:
        """Everybody's attributes as JSON text, by profile."""
        rows = ask(
            f"{self.shadow} select p.id::text as id, p.attributes::text as attributes from profiles_profile p"
            " where p.id = any(%(profiles)s::uuid[])",
            {**self.shadow_params, "profiles": list({member.enrollment.profile for member in members})},
        )
        return {row["id"]: row["attributes"] for row in rows}

    def sends(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[SendFacts]:
        config = cast(SendConfig, node.config)
        route = self.routes.find(self.workspace, config)
        rows = ask(
            f"{self.shadow} {people_statement(config)}",
            self.shadow_params | people_params(self.workspace, config, members),
        )
        people = {
            row["profile"]: Person(row["attributes"], row["address"], row["consent"], row["suppressed"]) for row in rows
        }
        if self.touches.matter(config):
            self.touches.read([member.enrollment.profile for member in members], now)
        settings, days = members[0].plan.settings, link_days(self.workspace, config)
        sending = Sending(config, route, settings, self.touches, now, self.new_message_id, days)
        return [sending.facts(member, people[member.enrollment.profile]) for member in members]


def ask(statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Query; inside a transaction in a savepoint of its own."""
    if not connection.in_atomic_block:
        return query(statement, values)
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
