"""The facts of a forecast: rules asked of the stored people and what they are assumed to do; sends judged at virtual time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from journeys.engine.decision import Choice, SendFacts
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan, PlanNode
from journeys.runtime.facts import PostgresFacts
from journeys.runtime.member import Member
from journeys.runtime.sends import Person, Sending, people_params, people_statement
from journeys.runtime.simulate import SimulatedRoutes
from journeys.runtime.touches import Touches
from journeys.store.postgres import copy, execute, query
from journeys.store.rows import copy_json, copy_text

# Who is asked about has an address; which one, no message here will know.
SOME_ADDRESS = "*"
PEOPLE_AT_ONCE = 10_000
COLUMNS = "id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties"
# The assumed events stand beside the stored ones for every rule; a plan that reads none is spared the union.
ASSUMED_EVENTS = (
    f"profiles_event as not materialized (select {COLUMNS} from profiles_event"
    f" union all select {COLUMNS} from forecast_event)"
)
# Rules of other operators look at events, or at what we do not know.
OF_THE_PERSON_ALONE = frozenset({"and", "or", "not", "attribute", "tag", "identity", "consent", "bucket"})


class AssumedEventRow(NamedTuple):
    """An event that a person will have, for the rules that look at events."""

    id: UUID
    profile: str
    name: str
    at: datetime
    properties: Mapping[str, Any]


def looks_at_events(plan: Plan) -> bool:
    """Whether a rule or a look back in the graph could see an assumed event."""
    return _looks(plan.graph.model_dump(mode="json"))


def _looks(value: Any) -> bool:
    if isinstance(value, dict):
        if value.get("look_back") or ("op" in value and value["op"] not in OF_THE_PERSON_ALONE):
            return True
        return any(_looks(item) for item in value.values())
    return isinstance(value, list) and any(_looks(item) for item in value)


def store_assumed(workspace: UUID, events: Iterable[AssumedEventRow]) -> None:
    """Put the assumed events into a table that only this connection sees and that ends with it."""
    execute("drop table if exists pg_temp.forecast_event", {})
    execute("create temp table forecast_event (like profiles_event)", {})
    add_assumed(workspace, events)
    execute("create index on forecast_event (profile_id, name, occurred_at)", {})
    execute("analyze forecast_event", {})


def add_assumed(workspace: UUID, events: Iterable[AssumedEventRow]) -> None:
    """Add to that table the events of people who come in once more."""
    space = str(workspace)
    copy(
        f"copy forecast_event ({COLUMNS}) from stdin",
        (
            f"{event.id}\t{space}\t{event.id}\t{event.profile}\t{copy_text(event.name)}\t{event.at.isoformat()}"
            f"\t{event.at.isoformat()}\t{copy_json(dict(event.properties))}\n"
            for event in events
        ),
    )


class ForecastFacts(PostgresFacts):
    """`PostgresFacts` whose people are read once for each channel and purpose, and whose messages are not rendered."""

    def __init__(
        self, workspace: UUID, profiles: Sequence[str], *, over: Sequence[str] = (), as_of: bool = False
    ) -> None:
        """`over` are WITH clauses whose tables stand in for the stored ones; `as_of` as of `PostgresFacts`."""
        self._ids = iter(range(1, 2**62))
        super().__init__(
            workspace,
            SimulatedRoutes(),
            shadow=f"with {', '.join(over)}" if over else "",
            new_message_id=lambda: UUID(int=next(self._ids)),
            as_of=as_of,
        )
        self._profiles = profiles
        self.touches = Touches(workspace)
        self._touches_read = False
        self._people: dict[tuple[str, str | None], dict[str, Person]] = {}
        self._bare: dict[str, SendConfig] = {}

    def sends(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[SendFacts]:
        config = cast(SendConfig, node.config)
        bare = self._bare.get(node.id)
        if bare is None:
            # Consent, address and hours decide; what the message says does not, and rendering it would cost the most.
            bare = self._bare[node.id] = config.model_copy(update={"params": {}, "template": ""})
        people = self._people_of(bare, members, now)
        route = self.routes.find(self.workspace, config)
        if self.touches.matter(config):
            self._read_touches(now)
        sending = Sending(bare, route, members[0].plan.settings, self.touches, now, self.new_message_id)
        return [sending.facts(member, people[member.enrollment.profile]) for member in members]

    def _read_touches(self, now: datetime) -> None:
        """Everybody's at once, the first time somebody is sent something that counts."""
        if not self._touches_read:
            self._touches_read = True
            for start in range(0, len(self._profiles), PEOPLE_AT_ONCE):
                self.touches.read(self._profiles[start : start + PEOPLE_AT_ONCE], now)

    def choice(self, node: PlanNode, journey: str, now: datetime) -> Choice | None:
        """An A/B test goes on to the forecast's end: to end it would be to store which variant has won."""
        return None

    def _people_of(self, config: SendConfig, members: Sequence[Member], now: datetime) -> Mapping[str, Person]:
        key = (config.channel, config.purpose)
        found = self._people.get(key)
        if found is None:
            found = self._people[key] = {}
            kinds: dict[Person, Person] = {}
            for start in range(0, len(self._profiles), PEOPLE_AT_ONCE):
                some = self._profiles[start : start + PEOPLE_AT_ONCE]
                values = people_params(self.workspace, config, ()) | {"profiles": list(some)}
                for row in query(people_statement(config), values):
                    person = Person(None, SOME_ADDRESS if row["address"] else None, row["consent"], row["suppressed"])
                    found[row["profile"]] = kinds.setdefault(person, person)
        return found
