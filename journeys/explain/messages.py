"""Texts of messages, calls and goals, and of what operators and failures did."""

from typing import Any

from journeys.explain.telling import Telling
from journeys.explain.words import BLOCKS, CHANNELS, CONSENTS, OUTCOMES, PURPOSES, STATES

Data = Any  # a stored event's data: a JSON object


def _zone(data: Data) -> str | None:
    """The zone that the event recorded: of its wait, of what policy was told, or of the rule that objected."""
    for place in (data, data.get("judged", {}), data.get("figures", {})):
        if place.get("zone"):
            return str(place["zone"])
    return None


def _policy(data: Data, tell: Telling) -> str:
    """What policy was told and compared."""
    figures = {key: value for key, value in data.get("figures", {}).items() if key not in {"channel", "purpose"}}
    if "consent" in data.get("judged", {}):
        figures.setdefault("consent", data["judged"]["consent"])
    if "consent" in figures:
        figures["consent"] = tell.word(CONSENTS, figures["consent"]) if figures["consent"] else tell.say("无", "none")
    return tell.pairs(figures)


def _message(data: Data, tell: Telling) -> str:
    channel = tell.word(CHANNELS, data.get("channel"))
    parts = [tell.word(PURPOSES, data["purpose"]) if data.get("purpose") else ""]
    if data.get("template"):
        parts.append(tell.say(f"模板 {tell.value(data['template'])}", f"template {tell.value(data['template'])}"))
    if data.get("account"):
        parts.append(tell.say(f"账号 {tell.value(data['account'])}", f"account {tell.value(data['account'])}"))
    return channel + tell.aside(*parts)


def message_requested(data: Data, tell: Telling) -> str:
    message, policy = _message(data, tell), _policy(data, tell)
    held = data.get("held_until")
    if not held:
        said = tell.say(f"请求发送{message}", f"Asked to send {message}")
        return said + (tell.say(f"：{policy}", f": {policy}") if policy else "")
    until, why = tell.time(held, _zone(data)), tell.word(BLOCKS, data.get("reason"))
    return tell.say(f"{message}暂缓到 {until} 发送：{why}", f"Holds {message} until {until}: {why}") + tell.aside(
        policy
    )


def message_blocked(data: Data, tell: Telling) -> str:
    message, why = _message(data, tell), tell.word(BLOCKS, data.get("reason"))
    return tell.say(f"没有发送{message}：{why}", f"Did not send {message}: {why}") + tell.aside(_policy(data, tell))


def message_updated(data: Data, tell: Telling) -> str:
    state, reason = tell.word(STATES, data.get("state")), data.get("reason")
    at = tell.time(data["changed_at"]) if data.get("changed_at") else ""
    why = tell.word(BLOCKS, reason) if reason else ""
    return tell.say(f"消息{state}", f"The message is {state}") + tell.aside(why, at)


def task_created(data: Data, tell: Telling) -> str:
    due = data.get("due")
    by = tell.say(f"，期限 {tell.time(due, _zone(data))}", f", due at {tell.time(due, _zone(data))}") if due else ""
    return tell.say("已创建导购任务", "A staff task was created") + by


def task_closed(data: Data, tell: Telling) -> str:
    outcome = tell.word(OUTCOMES, data.get("outcome") or data.get("state") or "done")
    return tell.say(f"导购任务已关闭：{outcome}", f"The staff task was closed: {outcome}")


def profile_updated(data: Data, tell: Telling) -> str:
    parts = []
    for field, zh, en in (
        ("attributes", "属性", "attributes"),
        ("tags_add", "添加标签", "tags added:"),
        ("tags_remove", "移除标签", "tags removed:"),
    ):
        if data.get(field):
            names = tell.list_of(str(key) for key in data[field])
            parts.append(tell.say(f"{zh} {names}", f"{en} {names}"))
    if data.get("refused"):
        parts.append(tell.value(data["refused"]))
        return tell.say("资料没有更新，内容被拒绝", "The profile was not updated: it was refused") + tell.aside(*parts)
    return tell.say("资料已更新", "The profile was updated") + tell.aside(*parts)


def enroll_requested(data: Data, tell: Telling) -> str:
    refused = tell.value(data["refused"]) if data.get("refused") else ""
    return tell.say("请求进入另一旅程", "Asked to let the person into another journey") + tell.aside(refused)


def webhook_called(data: Data, tell: Telling) -> str:
    outcome = tell.word(OUTCOMES, data.get("outcome") or data.get("state") or "")
    status = data.get("status")
    answer = tell.say(f"状态码 {status}", f"status {status}") if isinstance(status, int) else ""
    return tell.say(f"Webhook 已调用：{outcome}", f"The webhook was called: {outcome}") + tell.aside(answer)


def goal_reached(data: Data, tell: Telling) -> str:
    return tell.say(f"达成目标{tell.goal(data['goal'])}", f"Reached the goal {tell.goal(data['goal'])}")


def converted(data: Data, tell: Telling) -> str:
    event, value, at = tell.quote(data.get("event", "")), data.get("value"), data.get("occurred_at")
    parts = [
        tell.say(f"事件{event}", f"event {event}"),
        tell.time(at) if at else "",
        tell.pairs(data.get("properties", {})),
        tell.say(f"价值 {value}", f"value {value}") if value is not None else "",
    ]
    return tell.say(
        f"转化：达成目标{tell.goal(data['goal'])}", f"Converted: the goal {tell.goal(data['goal'])}"
    ) + tell.aside(*parts)


def step_failed(data: Data, tell: Telling) -> str:
    error, attempt, retry = data.get("error"), data.get("attempt"), data.get("retry_at")
    said = tell.say(
        f"{tell.here}处理失败：{error}（第 {attempt} 次）", f"The step at {tell.here} failed: {error} (try {attempt})"
    )
    if retry:
        return said + tell.say(f"，将于 {tell.time(retry)} 重试", f"; it is tried again at {tell.time(retry)}")
    return said + tell.say("，不再自动重试，等待人工处理", "; it is not tried again by itself")


def step_retried(data: Data, tell: Telling) -> str:
    return tell.say(f"人工重试{tell.here}", f"An operator tries {tell.here} again")


def migrated(data: Data, tell: Telling) -> str:
    source = data.get("from_node") or ""
    # Moves that earlier releases recorded name the version by its id alone.
    number = data.get("to_number")
    version = tell.say(f"版本 {number}", f"version {number}") if number else tell.say("新版本", "a new version")
    came = tell.say(f"，从{tell.node_name(source)}", f" from {tell.node_name(source)}") if source else ""
    return tell.say(f"迁移到{version}{came}到{tell.here}", f"Moved to {version}{came} to {tell.here}")


def profile_merged(data: Data, tell: Telling) -> str:
    return tell.say(
        "两个档案合并为一个，旅程由合并后的档案继续", "Two profiles became one; the run goes on as that one's"
    )


def profile_unmerged(data: Data, tell: Telling) -> str:
    place = data.get("resume")
    then = tell.say("，从原处继续", "; the run goes on where it was") if place else ""
    return tell.say("档案合并已撤销", "The merge of the profiles was undone") + then


def paused(data: Data, tell: Telling) -> str:
    return tell.say("旅程暂停，停留在原处", "The journey was paused; the person stays where they are")


def resumed(data: Data, tell: Telling) -> str:
    shift = tell.length(data["shift"]) if data.get("shift") else ""
    then = tell.say(f"，等待顺延 {shift}", f"; waits are longer by {shift}") if shift else ""
    return tell.say("旅程恢复", "The journey was resumed") + then
