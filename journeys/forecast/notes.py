"""What a forecast does not know, said with its result."""

from collections.abc import Collection, Iterator
from typing import Final

from journeys.engine.nodes.send import SendConfig
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan, listens
from journeys.explain.noted import Note, about, channel_names, nodes_of, note
from journeys.forecast.coming import lets_in_at_start
from journeys.forecast.entering import comes_again
from journeys.forecast.limits import is_limited
from journeys.forecast.request import ForecastRequest

_TEXTS: Final = {
    "sampled": (
        "只推演了 {people} 人的样本，受众共 {total} 人；数字未放大，请乘以 scale。",
        "Only a sample of {people} of {total:person|people} was forecast; figures are of the sample: multiply by `scale`.",
    ),
    "nobody_enters": (
        "没有人会进入：受众里没有人，或他们都已经进入过、不符合进入条件。",
        "Nobody enters: the audience is empty, or everybody in it has entered before or does not meet the entry rule.",
    ),
    "all_enter_at_start": (
        "没有假设何时触发，因此所有人都在开始时进入。",
        "Nothing is assumed of when people come in, so everybody enters at the start.",
    ),
    "events_not_assumed": (
        "没有假设以下事件会发生，因此它们不发生：{names}。",
        "Nothing is assumed of these events, so they do not happen: {names}.",
    ),
    "receipts_not_assumed": (
        "没有假设以下渠道的回执，因此消息只到“已受理”：{names}。",
        "Nothing is assumed of receipts on these channels, so messages are accepted and no more: {names}.",
    ),
    "not_rendered": (
        "消息没有渲染：模板变量的错误不会在推演中出现。",
        "Messages are not rendered: faults in their variables do not show.",
    ),
    "consent_stands": (
        "授权和地址以现在的记录为准，推演期间的退订未计入。",
        "Consent and addresses are as they stand now; people who opt out meanwhile are not foreseen.",
    ),
    "entry_judged_now": (
        "进入规则在推演开始时判断，而不是在各人触发的时刻。",
        "The entry rule is judged at the start, not at each person's own entry.",
    ),
    "launch_has_passed": (
        "定时触发的时间已过，按在开始时触发推演。",
        "The time of the schedule has passed; it is forecast as if it fired at the start.",
    ),
    "arrivals_by_the_hour": (
        "假设每天有 {per_day} 人进入，按小时分批，直到受众全部进入。",
        "{per_day} people a day are assumed to come in, hour by hour, until the whole audience is in.",
    ),
    "arrivals_not_used": (
        "进入时间由触发方式决定，没有使用假设的每日进入人数。",
        "When people come in follows from the trigger: the assumed arrivals are not used.",
    ),
    "audience_judged_now": (
        "受众和各人的日期以现在的记录为准，推演期间加入分群或改动日期的人未计入。",
        "The audience and people's dates are as they stand now; later members and other dates are not foreseen.",
    ),
    "limits_at_first_entry": (
        "人数上限只对每人的第一次进入判断。",
        "Limits of entry are judged at each person's first entry only.",
    ),
    "updates_in_part": (
        "以下节点的改动对之后的规则和模板可见，但不影响“持续多久”的条件和各人的时区：{names}。",
        "What these nodes write is seen by later rules and texts, but not by `held`, nor does it change the person's zone: {names}.",
    ),
    "tasks_not_assumed": (
        "没有假设以下任务的完成情况，因此都会逾期：{names}。",
        "Nothing is assumed of these tasks, so all of them are overdue: {names}.",
    ),
    "handed_over": (
        "进入其他旅程只统计人数，那些旅程里的消息未推演：{names}。",
        "Who is let into other journeys is counted; what those would send is not forecast: {names}.",
    ),
    "tests_go_on": (
        "A/B 测试在推演中不会决出胜者，分流比例保持不变。",
        "No A/B test ends in a forecast: people are divided as at its start.",
    ),
    "exit_rules_at_steps": (
        "按规则退出只在每一步和每次发送前判断，而不是在数据变化的瞬间。",
        "Exit rules over the person's data are judged at every step, not the moment the data changes.",
    ),
    "other_journeys": (
        "额度只与本旅程的消息比较，其他旅程的消息未计入。",
        "Quotas are compared with this journey's messages only, not with those of others.",
    ),
}


def notes(plan: Plan, request: ForecastRequest, people: int, looked_at: int, total: int) -> list[Note]:
    """Every approximation that applies."""
    return list(_notes(plan, request, people, looked_at, total))


def _notes(plan: Plan, request: ForecastRequest, people: int, looked_at: int, total: int) -> Iterator[Note]:
    sends = [node.config for node in plan.nodes.values() if isinstance(node.config, SendConfig)]
    assumed = {event.name for event in request.assumptions.events}
    if looked_at < total:
        yield note(_TEXTS, "sampled", people=looked_at, total=total)
    if people == 0:
        yield note(_TEXTS, "nobody_enters")
    yield from _of_entering(plan, request, assumed)
    yield from about(_TEXTS, "events_not_assumed", sorted(set(listens(plan)) - assumed))
    received = {one.channel for one in request.assumptions.of_messages}
    if silent := {send.channel for send in sends if send.awaited} - received:
        yield note(_TEXTS, "receipts_not_assumed", {"names": channel_names(silent)})
    yield from about(_TEXTS, "updates_in_part", nodes_of(plan, "update"))
    spoken_of = {task.node for task in request.assumptions.tasks}
    if None not in spoken_of:
        yield from about(_TEXTS, "tasks_not_assumed", nodes_of(plan, "task", spoken_of))
    yield from about(_TEXTS, "handed_over", nodes_of(plan, "enroll"))
    if any(getattr(node.config, "winner", None) for node in plan.nodes.values()):
        yield note(_TEXTS, "tests_go_on")
    if any(rule.rule for rule in plan.settings.exit_rules):
        yield note(_TEXTS, "exit_rules_at_steps")
    if sends:
        yield note(_TEXTS, "not_rendered")
        yield note(_TEXTS, "consent_stands")
        yield note(_TEXTS, "other_journeys")


def _of_entering(plan: Plan, request: ForecastRequest, assumed: Collection[str]) -> Iterator[Note]:
    trigger = plan.nodes[plan.trigger].config
    assert isinstance(trigger, TriggerConfig)
    by_event = trigger.event in assumed
    timed = trigger.kind in {"schedule", "date"} or lets_in_at_start(trigger)
    arrivals = request.assumptions.arrivals
    if timed or by_event:
        if arrivals is not None:
            yield note(_TEXTS, "arrivals_not_used")
    elif arrivals is not None:
        yield note(_TEXTS, "arrivals_by_the_hour", per_day=f"{arrivals.per_day:g}")
    else:
        yield note(_TEXTS, "all_enter_at_start")
    if trigger.at is not None and trigger.kind == "schedule" and trigger.at <= request.began:
        yield note(_TEXTS, "launch_has_passed")
    if trigger.kind in {"schedule", "date"}:
        yield note(_TEXTS, "audience_judged_now")
    at_start = lets_in_at_start(trigger) or not (timed or by_event or arrivals)
    if not at_start and plan.settings.entry.rule is not None:
        yield note(_TEXTS, "entry_judged_now")
    if comes_again(plan, trigger) and is_limited(plan):
        yield note(_TEXTS, "limits_at_first_entry")
