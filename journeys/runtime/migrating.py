"""Move the people of earlier versions to the live one: a preview of who goes where, and the move itself."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import User

from journeys.choices import ActKind, ChangeKind, JourneyState
from journeys.engine.enrollment import Enrollment
from journeys.engine.migration import Destination, Standing, destination, move, standing_of
from journeys.engine.plan import Plan
from journeys.engine.step import Step
from journeys.models import Journey, JourneyVersion, MassAct
from journeys.runtime import acts
from journeys.runtime.batches import Chosen, one_by_one
from journeys.runtime.changes import note
from journeys.runtime.plans import plan_of
from journeys.store import postgres as store
from workspaces.errors import DomainError

Mapped = Mapping[str, str | None]

# People who stand alike in the sense of the decision, counted. `wait` is in the context as long as a node keeps them.
GROUPS = """
select e.version_id::text as version, e.node, e.context ? 'wait' as waits, e.due_at is not null as timed,
    count(*) as people
from journeys_enrollment e
where e.journey_id = %(journey)s and e.version_id = any(%(versions)s::uuid[]) and e.ended_at is null
group by 1, 2, 3, 4
"""
# Goals of the new version may count for longer, or not so long.
SET_GOALS_UNTIL = """
update journeys_enrollment set goals_until = case
    when not %(goals)s then null when %(window)s::interval is null then '9999-01-01T00:00:00Z'::timestamptz
    else enrolled_at + %(window)s::interval end
where id = any(%(ids)s::uuid[])
"""


class Row(NamedTuple):
    """The people of one node of one version, and where they go. `target` is None for those who stay."""

    version: str
    number: int
    node: str
    node_name: str
    people: int
    target: str | None
    target_name: str
    code: str


class Preview(NamedTuple):
    to: JourneyVersion
    rows: list[Row]

    @property
    def movable(self) -> int:
        return sum(row.people for row in self.rows if row.target is not None)

    @property
    def staying(self) -> int:
        return sum(row.people for row in self.rows if row.target is None)


class Migrated(NamedTuple):
    migrated: int
    staying: int


class VersionChanged(DomainError):
    """Another version than the one that people were to be moved to is live by now."""

    def __init__(self) -> None:
        super().__init__("version_changed", "Another version has been published meanwhile.", status=409)


class _Move:
    """One migration: the versions left, the plan entered, and the decision that preview and execution share."""

    def __init__(
        self, journey: Journey, versions: Iterable[UUID] | None, mapping: Mapped, to: UUID | None = None
    ) -> None:
        self.journey = journey
        live = _live_version(journey)
        if to is not None and to != live.pk:
            raise VersionChanged
        self.to, self.plan = live, plan_of(str(live.pk))
        self.mapping = mapping
        earlier = {row.pk: row for row in journey.versions.exclude(pk=live.pk)}
        chosen = earlier if versions is None else {pk: earlier.get(pk) for pk in versions}
        if None in chosen.values():
            raise DomainError(
                "unknown_version", "A version is none of this journey's, or the one that is live.", "versions"
            )
        self.versions = {str(pk): row for pk, row in chosen.items() if row is not None}
        self.nodes = {pk: _nodes(row.graph) for pk, row in self.versions.items()}
        self.types = {pk: {id_: node["type"] for id_, node in nodes.items()} for pk, nodes in self.nodes.items()}
        _check(mapping, self.plan, self.nodes.values())

    @property
    def chosen(self) -> Chosen:
        return Chosen("e.version_id = any(%(versions)s::uuid[])", {"versions": list(self.versions)})

    def where(self, version: str, standing: Standing) -> Destination:
        return destination(self.types[version], self.plan, standing, self.mapping)

    def change(self, state: Enrollment, now: datetime) -> Step | None:
        where = self.where(state.version, standing_of(state))
        return None if where.target is None else move(state, self.plan.version, where, now, self.to.number)

    def check(self) -> None:
        """Raise VersionChanged if another version has been published meanwhile."""
        live = Journey.objects.values_list("live_version_id", flat=True).get(pk=self.journey.pk)
        if live != self.to.pk:
            raise VersionChanged

    def finish(self, act: MassAct, now: datetime) -> dict[str, Any]:
        staying = sum(row["people"] for row in store.query(GROUPS, {"journey": act.journey_id, **self.chosen.values}))
        result = {"migrated": act.changed, "staying": staying}
        numbers = sorted(row.number for row in self.versions.values())
        data = {**result, "from": numbers, "mapping": dict(self.mapping)}
        note(act.journey, ChangeKind.MIGRATED, now, act.asked_by, data, self.to.number)
        return result


def preview(journey: Journey, versions: Iterable[UUID] | None = None, mapping: Mapped | None = None) -> Preview:
    """Say who would go where, by version and node. `versions` None: every one but the live one.

    Raises DomainError: `wrong_state`, `unknown_version`, `unknown_node`.
    """
    planned = _Move(journey, versions, mapping or {})
    names = {spec.id: spec.name for spec in planned.plan.graph.nodes}
    people: Counter[tuple[str, str, Destination]] = Counter()
    for row in store.query(GROUPS, {"journey": journey.pk, "versions": list(planned.versions)}):
        where = planned.where(row["version"], Standing(row["node"], row["waits"], row["timed"]))
        people[row["version"], row["node"], where] += row["people"]
    rows = [
        Row(
            version,
            planned.versions[version].number,
            node,
            str(planned.nodes[version].get(node, {}).get("name", "")),
            number,
            where.target,
            names.get(where.target or "", ""),
            where.code,
        )
        for (version, node, where), number in people.items()
    ]
    return Preview(planned.to, sorted(rows, key=lambda row: (row.number, row.node, row.code)))


def ask_migration(
    journey: Journey,
    versions: Iterable[UUID] | None = None,
    mapping: Mapped | None = None,
    *,
    user: User | None = None,
    now: datetime,
) -> MassAct:
    """Ask that everyone who can be moved is. Raises what `preview` does, and ActUnderWay."""
    planned = _Move(journey, versions, mapping or {})
    request = {"to": str(planned.to.pk), "versions": list(planned.versions), "mapping": dict(planned.mapping)}
    return acts.ask(journey, ActKind.MIGRATION, request, planned.chosen, user, now)


def migrate(
    journey: Journey,
    versions: Iterable[UUID] | None = None,
    mapping: Mapped | None = None,
    *,
    user: User | None = None,
    now: datetime | None = None,
    at_once: int = acts.AT_ONCE,
) -> Migrated:
    """The same, done in the calling thread. Raises what `preview` does, and `version_changed` on the way."""
    now = now or datetime.now(UTC)
    act = ask_migration(journey, versions, mapping, user=user, now=now)
    return Migrated(**acts.perform(act, now, at_once))


def work(act: MassAct, now: datetime) -> acts.Work:
    """`acts.WORK`."""
    planned = _Move(act.journey, map(UUID, act.request["versions"]), act.request["mapping"], UUID(act.request["to"]))
    return acts.Work(
        planned.chosen,
        one_by_one(lambda state: planned.change(state, now)),
        planned.finish,
        check=planned.check,
        written=lambda steps: _write(planned.plan, steps),
    )


def _write(plan: Plan, steps: list[Step]) -> None:
    store.set_versions([step.enrollment for step in steps])
    values = {"ids": [step.enrollment.id for step in steps], "goals": bool(plan.goals), "window": plan.goals_window}
    store.execute(SET_GOALS_UNTIL, values)


def _live_version(journey: Journey) -> JourneyVersion:
    states = {JourneyState.LIVE, JourneyState.PAUSED, JourneyState.STOPPED}
    if journey.state not in states or journey.live_version is None:
        raise DomainError("wrong_state", f"The journey is {journey.state}: nobody is inside to be moved.", status=409)
    return journey.live_version


def _nodes(graph: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The nodes of a stored graph by id. It is not compiled: people may be moved from a version that cannot be run."""
    return {node["id"]: node for node in graph.get("nodes", ()) if "id" in node and "type" in node}


def _check(mapping: Mapped, plan: Plan, olds: Iterable[Mapping[str, Any]]) -> None:
    known = {node for nodes in olds for node in nodes}
    for source, target in mapping.items():
        if source not in known:
            raise DomainError("unknown_node", f"No earlier version has a node {source[:64]!r}.", "mapping")
        if target is not None and target not in plan.nodes:
            raise DomainError("unknown_node", f"The live version has no node {target[:64]!r}.", "mapping")
