"""What a forecast does not know, said with its result."""

from collections.abc import Iterator, Sequence
from typing import Any

from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan, listens
from journeys.explain.words import NODE_TYPES, Pair
from journeys.forecast.request import ForecastRequest

# What these nodes change outside the person's own run is not followed.
OUTSIDE = frozenset({"update", "enroll", "task"})

_TEXTS = {
    "sampled": (
        "只推演了 {people} 人的样本，受众共 {total} 人；数字未放大，请乘以 scale。",
        "Only a sample of {people} of {total} people was forecast; figures are of the sample: multiply by `scale`.",
    ),
    "nobody_enters": (
        "没有人会进入：受众里没有人，或他们都已经进入过、不符合进入条件。",
        "Nobody enters: the audience is empty, or everybody in it has entered before or does not meet the entry rule.",
    ),
    "all_enter_at_start": (
        "没有假设触发事件何时发生，因此所有人都在开始时进入。",
        "Nothing is assumed of the triggering event, so everybody enters at the start.",
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
    "effects_not_followed": (
        "以下节点对人或对其他旅程的改动未计入：{names}。",
        "What these nodes change about people or in other journeys is not followed: {names}.",
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


def notes(plan: Plan, request: ForecastRequest, people: int, looked_at: int, total: int) -> list[dict[str, Any]]:
    """Every approximation that applies, as `{"code", "messages": {"zh-CN", "en"}}`."""
    return list(_notes(plan, request, people, looked_at, total))


def _notes(plan: Plan, request: ForecastRequest, people: int, looked_at: int, total: int) -> Iterator[dict[str, Any]]:
    sends = [node.config for node in plan.nodes.values() if isinstance(node.config, SendConfig)]
    assumed = {event.name for event in request.assumptions.events}
    trigger = getattr(plan.nodes[plan.trigger].config, "event", None)
    if looked_at < total:
        yield _note("sampled", people=looked_at, total=total)
    if people == 0:
        yield _note("nobody_enters")
    if trigger and trigger not in assumed:
        yield _note("all_enter_at_start")
    if trigger in assumed and plan.settings.entry.rule is not None:
        yield _note("entry_judged_now")
    yield from _named("events_not_assumed", sorted(set(listens(plan)) - assumed))
    received = {one.channel for one in request.assumptions.of_messages}
    yield from _named("receipts_not_assumed", sorted({send.channel for send in sends if send.awaited} - received))
    outside = [spec for spec in plan.graph.nodes if spec.type in OUTSIDE]
    # A node without a name is called by what it is, as on the canvas.
    called = [(spec.name, spec.name) if spec.name else NODE_TYPES[spec.type] for spec in outside]
    yield from _named("effects_not_followed", called)
    if any(getattr(node.config, "winner", None) for node in plan.nodes.values()):
        yield _note("tests_go_on")
    if any(rule.rule for rule in plan.settings.exit_rules):
        yield _note("exit_rules_at_steps")
    if sends:
        yield _note("not_rendered")
        yield _note("consent_stands")
        yield _note("other_journeys")


def _named(code: str, names: Sequence[str | Pair]) -> Iterator[dict[str, Any]]:
    """A note about names: the same in both languages, or Chinese and English."""
    if names:
        pairs = [(name, name) if isinstance(name, str) else name for name in names]
        zh, en = _TEXTS[code]
        messages = {
            "zh-CN": zh.format(names="、".join(pair[0] for pair in pairs)),
            "en": en.format(names=", ".join(pair[1] for pair in pairs)),
        }
        yield {"code": code, "messages": messages}


def _note(code: str, **values: object) -> dict[str, Any]:
    zh, en = _TEXTS[code]
    return {"code": code, "messages": {"zh-CN": zh.format(**values), "en": en.format(**values)}}
