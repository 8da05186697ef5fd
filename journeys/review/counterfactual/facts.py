"""The facts of a counterfactual: rules, consents and caps as of the virtual instant, by what was known then."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

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
from journeys.engine.nodes.ab import AbConfig
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import PlanNode
from journeys.forecast.facts import COLUMNS, ForecastFacts
from journeys.review.counterfactual.people import PeopleThen, TouchesThen
from journeys.review.counterfactual.updates import CHANGES
from journeys.runtime.choices import stored_choice
from journeys.runtime.facts import ask, named
from journeys.runtime.member import Member
from journeys.runtime.sends import Person
from profiles.rule_leaves.known import attribute_value
from profiles.rule_leaves.question import Question
from profiles.rules.ast import Rule

# An event that came late was not there yet: whoever was judged before had not had it.
KNOWN_EVENTS = (
    f"profiles_event as not materialized (select {COLUMNS} from profiles_event where received_at <= %(known_at)s)"
)


class RecordedFacts(ForecastFacts):
    """`ForecastFacts` as of then. `sends` are recorded verdicts, by run, on what a run asks for first."""

    def __init__(
        self,
        workspace: UUID,
        journey: str,
        people: PeopleThen,
        touches: TouchesThen,
        sends: Mapping[str, SendFacts],
        *,
        updated: bool,
    ) -> None:
        super().__init__(workspace, (), over=(KNOWN_EVENTS, *(CHANGES if updated else ())), as_of=True)
        self.touches = self._then = touches
        self._journey = journey
        self._people_then = people
        self._recorded = dict(sends)
        self._choices: dict[str, Choice | None] = {}

    # ---- at an instant -------------------------------------------------------------------------------------

    def branches(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[Branch]:
        self._know(now)
        return super().branches(node, members, now)

    def exits(
        self, conditions: Sequence[tuple[int, Rule]], members: Sequence[Member], now: datetime
    ) -> list[ExitMatch | None]:
        self._know(now)
        return super().exits(conditions, members, now)

    def history(self, need: HistoryNeed, members: Sequence[Member], now: datetime) -> list[list[EventArrived]]:
        self._know(now)
        return super().history(need, members, now)

    def rendered(self, need: RenderNeed, members: Sequence[Member], now: datetime) -> list[Rendered]:
        self._know(now)
        return super().rendered(need, members, now)

    def _know(self, now: datetime) -> None:
        self.shadow_params = {"known_at": now}

    def values(self, need: ValueNeed, members: Sequence[Member], now: datetime) -> list[Any]:
        self._know(now)
        values: dict[str, Any] = {**self.shadow_params, "profiles": [member.enrollment.profile for member in members]}
        asked = attribute_value(need.key, Question(now, as_of=True))
        rows = ask(
            f"{self.shadow} select ({named(asked.text, asked.params, values)})::text as value"
            " from unnest(%(profiles)s::uuid[]) with ordinality as m(id, place)"
            " left join profiles_profile p on p.id = m.id order by m.place",
            values,
        )
        return [None if row["value"] is None else orjson.loads(row["value"]) for row in rows]

    def choice(self, node: PlanNode, journey: str, now: datetime) -> Choice | None:
        """The end of a test that is recorded holds from then on; a test that went on goes on."""
        if node.id not in self._choices:
            found = stored_choice(self._journey, node.id)
            config = node.config
            assert isinstance(config, AbConfig)
            known = found is not None and any(variant.id == found.variant for variant in config.variants)
            self._choices[node.id] = found if known else None
        choice = self._choices[node.id]
        return choice if choice is not None and choice.at <= now else None

    # ---- messages ------------------------------------------------------------------------------------------

    def sends(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[SendFacts]:
        self._then.now = now
        judged = super().sends(node, members, now)
        route = self.routes.find(self.workspace, _config(node))
        found = []
        for member, facts in zip(members, judged, strict=True):
            recorded = self._recorded.pop(member.enrollment.id, None)
            # What was told of the person then is told again; only where it goes is looked up.
            found.append(facts if recorded is None else recorded._replace(payload={"route": route}))
        return found

    def _read_touches(self, now: datetime) -> None:
        """They have been read."""

    def _people_of(self, config: SendConfig, members: Sequence[Member], now: datetime) -> Mapping[str, Person]:
        profiles = {member.enrollment.profile for member in members}
        return {profile: self._people_then.person(profile, config, now) for profile in profiles}


def _config(node: PlanNode) -> SendConfig:
    assert isinstance(node.config, SendConfig)
    return node.config
