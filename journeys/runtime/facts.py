"""The facts that a tick gathers from PostgreSQL, one statement for a whole group of people."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

import orjson
from django.db import transaction

from channels_app.policy.judge import judge
from channels_app.policy.verdict import Blocked, Held, QuietHours, SendRequest
from journeys.engine.decision import Branch, EventArrived, HistoryNeed, SendFacts
from journeys.engine.nodes.send import InlineTemplate, SendConfig
from journeys.engine.nodes.split import SplitConfig
from journeys.engine.plan import PlanNode
from journeys.engine.schedule import applied_zone
from journeys.runtime.addressing import Route, identity_types
from journeys.runtime.rendering import is_constant, render
from journeys.runtime.walk import Member
from journeys.store.postgres import query
from profiles.rule_sql import condition, observed
from profiles.rules.durations import parse
from workspaces.models.base import new_id

# An attribute of such a name identifies a person: the log says only whether it had a value.
IDENTIFYING = ("name", "phone", "mobile", "email", "address", "openid", "unionid", "id_card", "birthday")


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
            f"{self.shadow} select case {' '.join(whens)} end as branch, {' || '.join(seen)} as seen "
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
        people = self._people(config, members)
        quiet = _quiet_hours(members[0])
        return [self._send(config, route, quiet, member, people[member.enrollment.profile], now) for member in members]

    def _people(self, config: SendConfig, members: Sequence[Member]) -> dict[str, dict[str, Any]]:
        """Address, consent and (where a parameter needs them) attributes of everyone, in one statement."""
        attributes = "null" if all(is_constant(source) for source in _sources(config)) else "p.attributes::text"
        rows = _ask(
            f"""{self.shadow} select m.id::text as profile, {attributes} as attributes,
                (select i.value from profiles_identity i where i.profile_id = m.id and i.type = any(%(types)s)
                 order by array_position(%(types)s::text[], i.type::text), i.id limit 1) as address,
                (select c.status from profiles_consent c where c.profile_id = m.id and c.channel = %(channel)s
                 and c.purpose = %(purpose)s order by c.at desc, c.id desc limit 1) as consent
            from unnest(%(profiles)s::uuid[]) as m(id) left join profiles_profile p on p.id = m.id""",
            {
                **self.shadow_params,
                "types": list(identity_types(config.channel)),
                "channel": config.channel,
                "purpose": config.purpose,
                "profiles": list({member.enrollment.profile for member in members}),
            },
        )
        return {row["profile"]: row for row in rows}

    def _send(
        self,
        config: SendConfig,
        route: Route,
        quiet: QuietHours | None,
        member: Member,
        person: dict[str, Any],
        now: datetime,
    ) -> SendFacts:
        applied = applied_zone(None, member.zones)
        zone = applied.name
        verdict = judge(
            SendRequest(
                channel=config.channel,
                purpose=config.purpose or "marketing",
                consent=person["consent"],
                has_address=bool(person["address"]),
                template_approved=route.approved,
                quiet_hours=quiet,
                zone=zone,
                on_blocked=config.on_blocked,
            ),
            now,
        )
        variables: dict[str, Any] = {}
        if person["attributes"] is not None:
            variables = {"profile": orjson.loads(person["attributes"]), "event": member.enrollment.properties}
        payload = {
            "address": person["address"] or "",
            "params": {key: render(value, variables) for key, value in config.params.items()},
            "text": render(config.template.text, variables) if isinstance(config.template, InlineTemplate) else None,
            "zone": zone,
            "route": route,
        }
        message = str(self.new_message_id())
        if not isinstance(verdict, Blocked | Held):
            return SendFacts(message, "allowed", "", "", {}, None, payload)
        reason, figures = str(verdict.reason), verdict.figures
        if applied.unknown:
            figures = {**figures, "unknown_zones": ", ".join(applied.unknown)}
        if isinstance(verdict, Blocked):
            return SendFacts(message, "blocked", reason, verdict.rule, figures, None, payload)
        return SendFacts(message, "held", reason, verdict.rule, figures, verdict.until, payload)


def _ask(statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    # A question that fails takes back itself only, so that the others can still be asked in the same transaction.
    with transaction.atomic():
        return query(statement, values)


def _sources(config: SendConfig) -> list[Any]:
    """Everything of a send that may hold Liquid."""
    text = [config.template.text] if isinstance(config.template, InlineTemplate) else []
    return [*config.params.values(), *text]


def _quiet_hours(member: Member) -> QuietHours | None:
    quiet = member.plan.settings.quiet_hours
    return None if quiet is None else QuietHours.parse(quiet.model_dump(by_alias=True))


def named(text: str, params: Sequence[Any], values: dict[str, Any]) -> str:
    """Give positional placeholders names in `values`, so that pieces can stand in any order in one statement."""
    for value in params:
        name = f"v{len(values)}"
        values[name] = value
        text = text.replace("%s", f"%({name})s", 1)
    return text


def _without_personal_data(seen: str) -> list[Any]:
    values = orjson.loads(seen)
    for value in values:
        if value[0] == "attribute" and any(word in value[1].lower() for word in IDENTIFYING):
            value[2] = None if value[2] is None else "***"
    return values  # type: ignore[no-any-return]  # what observed() compiles is a list
