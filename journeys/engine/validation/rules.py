"""The rules of a graph, each a small function from a draft to issues."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from journeys.engine.issues import Issue, References, error, warning
from journeys.engine.nodes.goal import GoalConfig
from journeys.engine.schedule import minutes
from journeys.engine.validation.reading import Draft
from profiles.rules.durations import InvalidDuration, parse
from workspaces.localtime import UnknownZone, zone_of

Rule = Callable[[Draft, References], Iterable[Issue]]


def one_trigger(draft: Draft, references: References) -> Iterator[Issue]:
    triggers = [node.spec.id for node in draft.nodes if node.spec.type == "trigger"]
    if not triggers:
        yield error("no_trigger", "流程没有触发节点。", "The graph has no trigger.")
    for node_id in triggers[1:]:
        yield error("several_triggers", "流程只能有一个触发节点。", "A graph has one trigger only.", node_id)


def ids_are_unique(draft: Draft, references: References) -> Iterator[Issue]:
    for node_id, times in Counter(node.spec.id for node in draft.nodes).items():
        if times > 1:
            yield error(
                "node_id_not_unique", f"节点编号 {node_id} 重复。", f"The node id {node_id} is used twice.", node_id
            )
    for edge_id, times in Counter(edge.id for edge in draft.edges).items():
        if times > 1:
            yield error("edge_id_not_unique", f"连线编号 {edge_id} 重复。", f"The edge id {edge_id} is used twice.")
    for goal_id, times in Counter(goal.id for goal in draft.settings.goals).items():
        if times > 1:
            yield error("goal_id_not_unique", f"目标编号 {goal_id} 重复。", f"The goal id {goal_id} is used twice.")


def edges_connect(draft: Draft, references: References) -> Iterator[Issue]:
    nodes = {node.spec.id: node for node in draft.nodes}
    for edge in draft.edges:
        source, target = nodes.get(edge.source), nodes.get(edge.target)
        if source is None:
            yield error(
                "unknown_source",
                f"连线的起点 {edge.source} 不存在。",
                f"An edge leaves from {edge.source}, which does not exist.",
            )
            continue
        if target is None:
            yield error(
                "unknown_target",
                f"连线指向的节点 {edge.target} 不存在。",
                f"An edge leads to {edge.target}, which does not exist.",
                edge.source,
            )
        elif target.spec.type == "trigger":
            yield error("edge_into_trigger", "不能连回触发节点。", "No edge may lead into the trigger.", edge.source)
        if source.type and source.config and edge.outcome not in source.type.outcomes(source.config):
            yield error(
                "unknown_outcome",
                f"节点没有出口 {edge.outcome}。",
                f"The node has no outcome {edge.outcome!r}.",
                edge.source,
            )


def one_edge_an_outcome(draft: Draft, references: References) -> Iterator[Issue]:
    for (source, outcome), times in Counter((edge.source, edge.outcome) for edge in draft.edges).items():
        if times > 1:
            yield error(
                "two_edges_from_one_outcome",
                f"出口 {outcome} 连出了 {times} 条线，只允许一条。",
                f"{times} edges leave the outcome {outcome!r}; only one may.",
                source,
            )


def every_node_is_reachable(draft: Draft, references: References) -> Iterator[Issue]:
    onward = _onward(draft)
    reached = {node.spec.id for node in draft.nodes if node.spec.type == "trigger"}
    if not reached:
        return
    frontier = list(reached)
    while frontier:
        for target in onward[frontier.pop()]:
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    for node in draft.nodes:
        if node.spec.id not in reached:
            yield error("unreachable_node", "没有任何路径到达此节点。", "No path leads to this node.", node.spec.id)


def cycles_wait(draft: Draft, references: References) -> Iterator[Issue]:
    """Every cycle passes a node that holds people; found by peeling nodes that cannot be part of an unheld cycle."""
    # A node whose configuration is faulty has an issue of its own.
    holding = {
        node.spec.id for node in draft.nodes if node.config is None or (node.type and node.type.holds(node.config))
    }
    onward = {
        source: {target for target in targets if target not in holding}
        for source, targets in _onward(draft).items()
        if source not in holding
    }
    for node_id in _on_a_cycle(onward):
        yield error(
            "cycle_without_wait",
            "循环中没有等待节点，会无限空转。",
            "A cycle without a wait would spin for ever.",
            node_id,
        )


def nodes_check_themselves(draft: Draft, references: References) -> Iterator[Issue]:
    known = references._replace(goals={goal.id for goal in draft.settings.goals})
    for node in draft.nodes:
        if node.type is not None and node.config is not None:
            yield from node.type.check(node.spec.id, node.config, known)


def goals_can_be_met(draft: Draft, references: References) -> Iterator[Issue]:
    marked = {node.config.goal for node in draft.nodes if isinstance(node.config, GoalConfig)}
    for goal in draft.settings.goals:
        if goal.event is None and goal.id not in marked:
            yield warning(
                "goal_never_met",
                f"目标 {goal.name or goal.id} 没有事件，也没有节点标记它。",
                f"The goal {goal.name or goal.id} has no event, and no node marks it.",
            )
        yield from _duration("goal_window", goal.window)
    if not draft.settings.goals:
        yield warning(
            "no_goal",
            "旅程没有设置目标，复盘将没有转化数据。",
            "The journey has no goal: its review will show no conversions.",
        )


def settings_make_sense(draft: Draft, references: References) -> Iterator[Issue]:
    settings = draft.settings
    if settings.timezone != "profile":
        try:
            zone_of(settings.timezone)
        except UnknownZone:
            yield error(
                "unknown_time_zone", f"时区 {settings.timezone} 不存在。", f"There is no time zone {settings.timezone}."
            )
    quiet = settings.quiet_hours
    if quiet is not None and minutes(quiet.end) % 1440 == minutes(quiet.start) % 1440:
        yield error("hours_never_open", "免打扰时段的开始和结束相同。", "Quiet hours begin and end at the same time.")
    yield from _duration("reentry_interval", settings.entry.reentry.interval)
    for number, rule in enumerate(settings.exit_rules, start=1):
        if (rule.event is None) == (not rule.rule):
            yield error(
                "exit_rule_unclear",
                f"第 {number} 条退出规则必须且只能设置事件或条件之一。",
                f"Exit rule {number} must have either an event or a rule.",
            )


def settings_are_available(draft: Draft, references: References) -> Iterator[Issue]:
    """A setting that this release cannot honour is refused rather than silently ignored."""
    settings = draft.settings
    asked = {
        "entry.limit": bool(settings.entry.limit.total or settings.entry.limit.per_day),
    }
    for name, wanted in asked.items():
        if wanted:
            yield error(
                "setting_not_available",
                f"当前版本还不支持设置 {name}。",
                f"This release does not honour the setting {name} yet.",
            )


RULES: Final[tuple[Rule, ...]] = (
    one_trigger,
    ids_are_unique,
    edges_connect,
    one_edge_an_outcome,
    every_node_is_reachable,
    cycles_wait,
    nodes_check_themselves,
    goals_can_be_met,
    settings_make_sense,
    settings_are_available,
)


def _duration(code: str, text: str | None) -> Iterator[Issue]:
    try:
        if text is not None:
            parse(text)
    except InvalidDuration as fault:
        yield error(fault.code, f"时长 {text} 无法识别（{code}）。", f"{fault} ({code})")


def _onward(draft: Draft) -> dict[str, set[str]]:
    onward: dict[str, set[str]] = defaultdict(set)
    for edge in draft.edges:
        onward[edge.source].add(edge.target)
    return onward


def _on_a_cycle(onward: dict[str, set[str]]) -> list[str]:
    """Peel off nodes nothing leads to and nodes that lead nowhere; what is left lies on or between cycles."""
    left = set(onward)
    while True:
        targets = {target for source in left for target in onward[source]}
        kept = {node for node in left & targets if onward[node] & left}
        if kept == left:
            return sorted(left)
        left = kept
