"""A published graph prepared for running: configurations read, edges by outcome, names that wake people."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from journeys.engine.graph import ExitRule, Goal, Graph, Settings
from journeys.engine.nodes.base import AnyNodeType, NodeConfig, NodeContext
from journeys.engine.nodes.registry import NODE_TYPES
from profiles.rules.ast import Rule
from profiles.rules.durations import parse


class PlanNode(NamedTuple):
    """A node ready to run. `entrances` maps an outcome to the node it leads to and the data of entering it."""

    id: str
    context: NodeContext
    type: AnyNodeType
    config: NodeConfig
    edges: Mapping[str, str]
    entrances: Mapping[str, tuple[str, Mapping[str, Any]]]


class PlanGoal(NamedTuple):
    goal: Goal
    window: timedelta | None


class Plan(NamedTuple):
    """Everything a walk needs to know of one version."""

    journey: str
    version: str
    graph: Graph
    nodes: Mapping[str, PlanNode]
    trigger: str
    goals: Mapping[str, tuple[PlanGoal, ...]]  # by event name
    exit_events: Mapping[str, tuple[tuple[int, ExitRule], ...]]  # by event name
    exit_conditions: tuple[tuple[int, Rule], ...]  # by their place among the exit rules
    types: frozenset[str]  # of its nodes
    goals_window: timedelta | None  # how long goals count after entry; None: none do, or no end

    @property
    def settings(self) -> Settings:
        return self.graph.settings


# Stands in for the plan of a version that cannot be run.
NO_PLAN = Plan("", "", Graph(), {}, "", {}, {}, (), frozenset(), None)


class InvalidPlan(ValueError):
    """A graph that validation would refuse was given to run."""

    code = "invalid_graph"


def compile_plan(journey: str, version: str, graph: Mapping[str, Any]) -> Plan:
    """Prepare a valid graph. Raises InvalidPlan (or pydantic's ValidationError) for one that is not."""
    parsed = Graph.model_validate(graph)
    edges: dict[str, dict[str, str]] = {node.id: {} for node in parsed.nodes}
    for edge in parsed.edges:
        edges[edge.source][edge.outcome] = edge.target
    nodes = {}
    for spec in parsed.nodes:
        node_type = NODE_TYPES.get(spec.type)
        if node_type is None:
            raise InvalidPlan(f"There is no node type {spec.type!r}.")
        wired = edges[spec.id]
        context = NodeContext(spec.id, journey, frozenset(wired))
        config = node_type.Config.model_validate(spec.config)
        entrances = {outcome: (target, {"from": spec.id, "outcome": outcome}) for outcome, target in wired.items()}
        nodes[spec.id] = PlanNode(spec.id, context, node_type, config, wired, entrances)
    trigger = next((spec.id for spec in parsed.nodes if spec.type == "trigger"), None)
    if trigger is None:
        raise InvalidPlan("The graph has no trigger.")
    return Plan(
        journey=journey,
        version=version,
        graph=parsed,
        nodes=nodes,
        trigger=trigger,
        goals=_goals_by_event(parsed.settings),
        exit_events=_exits_by_event(parsed.settings),
        exit_conditions=tuple(
            (place, exit_.rule) for place, exit_ in enumerate(parsed.settings.exit_rules) if exit_.rule
        ),
        types=frozenset(spec.type for spec in parsed.nodes),
        goals_window=_goals_window(parsed.settings),
    )


def listens(plan: Plan) -> list[str]:
    """Return every event name that a live or ended enrollment of this version could care about."""
    names = set(plan.goals) | set(plan.exit_events)
    for node in plan.nodes.values():
        names.update(node.type.listens(node.config))
    return sorted(names)


def _goals_by_event(settings: Settings) -> dict[str, tuple[PlanGoal, ...]]:
    found: dict[str, tuple[PlanGoal, ...]] = {}
    for goal in settings.goals:
        if goal.event:
            window = parse(goal.window).fixed if goal.window else None
            found[goal.event] = (*found.get(goal.event, ()), PlanGoal(goal, window))
    return found


def _exits_by_event(settings: Settings) -> dict[str, tuple[tuple[int, ExitRule], ...]]:
    found: dict[str, tuple[tuple[int, ExitRule], ...]] = {}
    for number, rule in enumerate(settings.exit_rules):
        if rule.event:
            found[rule.event] = (*found.get(rule.event, ()), (number, rule))
    return found


def _goals_window(settings: Settings) -> timedelta | None:
    goals = [goal for goal in settings.goals if goal.event]
    if any(not goal.window for goal in goals):
        return None
    return max((parse(goal.window).fixed for goal in goals if goal.window), default=None)
