"""Texts of a person's way: entry, nodes, waits, splits, tests, and the end."""

from typing import Any

from journeys.explain.telling import Telling
from journeys.explain.words import CHOICES, EXITS, PROBLEMS, STATES, TRIGGERS

Data = Any  # a stored event's data: a JSON object


def enrolled(data: Data, tell: Telling) -> str:
    since = data.get("entered_at")
    when = tell.say(f"发生于 {tell.time(since)}", f"it happened at {tell.time(since)}") if since else ""
    if data.get("event"):
        event = tell.quote(data["event"])
        return tell.say(f"因事件{event}进入旅程", f"Enrolled by the event {event}") + tell.aside(when)
    if data.get("trigger") in TRIGGERS:
        return tell.word(TRIGGERS, data["trigger"]) + tell.aside(when)
    return tell.say("进入旅程", "Entered the journey") + tell.aside(when)


def held_out(data: Data, tell: Telling) -> str:
    bucket, percent = tell.value(data.get("bucket")), tell.value(data.get("percent"))
    return tell.say(
        f"分入留出组，不执行旅程，只统计目标：分桶 {bucket}，小于留出比例 {percent}%",
        f"Held out for comparison; only goals count: bucket {bucket} is below the holdout of {percent} %",
    )


def node_entered(data: Data, tell: Telling) -> str:
    source, outcome = data.get("from", ""), data.get("outcome", "next")
    if not source:
        return tell.say(f"到达{tell.here}", f"Came to {tell.here}")
    by = tell.node_name(source)
    if outcome != "next":
        by += tell.say("的出口", " by ") + tell.outcome(source, outcome)
    return tell.say(f"从{by}到达{tell.here}", f"Came to {tell.here} from {by}")


def wait_started(data: Data, tell: Telling) -> str:
    until, zone, wanted = data.get("until"), data.get("zone"), data.get("for")
    end = tell.time(until, zone) if until else ""
    fault = _faults(data, tell)
    if data.get("task"):
        latest = tell.say(f"，最晚到 {end}", f", at most until {end}") if end else ""
        return tell.say("等待导购任务完成", "Waits for the staff task to be done") + latest + fault
    if not wanted:
        if not end:
            return tell.say("开始等待，没有期限", "Waits without a set end")
        return tell.say(f"等待到 {end}", f"Waits until {end}") + fault
    what = awaited(wanted, tell)
    latest = tell.say(f"最晚到 {end}", f"at most until {end}") if end else tell.say("没有期限", "without a time-out")
    return tell.say(f"等待{what}，{latest}", f"Waits for {what}, {latest}") + fault


def _faults(data: Data, tell: Telling) -> str:
    """What a wait read of the person, and what was wrong with it or with a zone's name."""
    parts = []
    if data.get("attribute"):
        parts.append(f"{data['attribute']} = {tell.value(data.get('value'))}")
        if data.get("problem"):
            parts[-1] += tell.say("，", ": ") + tell.word(PROBLEMS, data["problem"])
    if data.get("unknown_zones"):
        names = tell.list_of(data["unknown_zones"])
        parts.append(tell.say(f"时区 {names} 不存在", f"there is no time zone {names}"))
    return tell.aside(*parts)


def awaited(wanted: Any, tell: Telling) -> str:
    """What ends a wait: one of several events, or a message's state."""
    if isinstance(wanted, str):
        state = tell.word(STATES, wanted)
        return tell.say(f"消息{state}", f"the message to be {state}")
    events = tell.list_of(tell.quote(str(name)) for name in wanted)
    return tell.say(f"事件{events}", f"the event {events}")


def wait_ended(data: Data, tell: Telling) -> str:
    reason, due = data.get("reason"), data.get("due")
    at = tell.time(due, data.get("zone")) if due else ""
    match reason:
        case "due":
            return tell.say("等待结束", "The wait is over") + tell.aside(due and tell.say(f"到期 {at}", f"due at {at}"))
        case "timeout":
            by = tell.say(f"期限 {at}", f"due at {at}") if due else ""
            return tell.say("没有等到，已超时", "It did not come in time") + tell.aside(by)
        case "nothing_to_wait_for":
            return tell.say("无需等待，直接通过", "There was nothing to wait for") + _faults(data, tell)
        case "overdue":
            return tell.say("任务已逾期", "The task is overdue")
        case "done":
            return tell.say("任务已完成", "The task is done")
        case "past" | "attribute_missing" | "attribute_not_a_date":
            return tell.say("无法等待", "It cannot be waited for") + _faults(data, tell)
    state = tell.word(STATES, reason)
    return tell.say(f"等待结束：{state}", f"The wait is over: {state}")


def event_matched(data: Data, tell: Telling) -> str:
    event, branch = tell.quote(data["event"]), tell.outcome(tell.node, data["branch"])
    at, key = data.get("occurred_at"), data.get("key")
    parts = [
        tell.say(f"发生于 {tell.time(at)}", f"at {tell.time(at)}") if at else "",
        tell.pairs(data.get("properties", {})),
        tell.say(f"{key} 与进入时相同", f"{key} is that of the entry") if key else "",
    ]
    way = tell.say(f"，走{branch}", f", goes by {branch}") if branch != event else ""
    return tell.say(f"等到了事件{event}", f"The event {event} came") + tell.aside(*parts) + way


def branch_taken(data: Data, tell: Telling) -> str:
    taken = data.get("branch", "")
    values = [value for branch in data.get("branches", ()) for value in branch.get("values", ())]
    seen = _seen(values or data.get("looked", ()), tell)
    compared = f"{seen}{tell.say('，', '; ')}" if seen else ""
    entered = tell.say(f"进入{tell.here}：{compared}", f"At {tell.here}: {compared}")
    missed = [tell.outcome(tell.node, one["id"]) for one in data.get("branches", ()) if not one.get("matched")]
    not_met = tell.say(f"不符合{tell.list_of(missed)}，", f"does not match {tell.list_of(missed)}; ") if missed else ""
    branch = tell.outcome(tell.node, taken)
    if taken == "else":
        return (
            entered
            + (not_met or tell.say("都不符合，", "no branch matches; "))
            + tell.say(f"走{branch}", f"goes by {branch}")
        )
    return entered + not_met + tell.say(f"符合分支{branch}", f"matches the branch {branch}")


def _seen(values: Any, tell: Telling) -> str:
    """What rules looked at; several branches often look at the same value, which is said once."""
    said: dict[str, None] = {}
    for operator, key, value in values:
        match operator:
            case "event":
                said[tell.say(f"{tell.quote(key)}发生 {value} 次", f"{tell.quote(key)} happened {value} times")] = None
            case "tag" if isinstance(value, bool):
                has = tell.say("有" if value else "没有", "has" if value else "has not")
                said[tell.say(f"{has}标签{tell.quote(key)}", f"{has} the tag {tell.quote(key)}")] = None
            case "tag":
                said[tell.say(f"标签 {key} = {tell.value(value)}", f"tag {key} = {tell.value(value)}")] = None
            case "segment":
                segment = tell.segment(key)
                zh, en = ("属于", "is in") if value else ("不属于", "is not in")
                said[tell.say(f"{zh}人群{segment}", f"{en} the segment {segment}")] = None
            case "attribute":
                said[f"{key} = {tell.value(value)}"] = None
            case _:
                said[f"{operator} {key} = {tell.value(value)}"] = None
    return tell.list_of(said)


def variant_assigned(data: Data, tell: Telling) -> str:
    variant = data["variant"]
    name, bucket = tell.outcome(tell.node, variant), tell.value(data.get("bucket"))
    if winner := data.get("winner"):
        why, at = tell.word(CHOICES, winner.get("reason")), tell.time(winner.get("chosen_at"))
        return tell.say(
            f"{tell.here}：{why}，分到{name}（{at} 选定）", f"At {tell.here}: {why}; gives {name} (chosen at {at})"
        )
    share = tell.value(data.get("weights", {}).get(variant))
    sticks = tell.say("同一人始终相同", "the same for this person every time")
    if data.get("assign") == "enrollment":
        sticks = tell.say("每次进入重新分配", "assigned anew for every run")
    return tell.say(
        f"{tell.here}：分桶 {bucket}，分到{name}（占 {share}%，{sticks}）",
        f"At {tell.here}: bucket {bucket} gives {name} ({share} %, {sticks})",
    )


def exited(data: Data, tell: Telling) -> str:
    reason = data.get("reason", "")
    why = tell.word(EXITS, reason)
    parts = []
    if data.get("goal"):
        why = tell.say(f"目标{tell.goal(data['goal'])}已达成", f"the goal {tell.goal(data['goal'])} was reached")
    if data.get("event"):
        parts.append(tell.say(f"事件{tell.quote(data['event'])}", f"event {tell.quote(data['event'])}"))
    if data.get("occurred_at"):
        parts.append(tell.time(data["occurred_at"]))
    if data.get("properties"):
        parts.append(tell.pairs(data["properties"]))
    if data.get("values"):
        parts.append(_seen(data["values"], tell))
    return tell.say(f"离开旅程：{why}", f"Left the journey: {why}") + tell.aside(*parts)


def completed(data: Data, tell: Telling) -> str:
    outcome = data.get("outcome", "next")
    if outcome == "next":
        return tell.say(f"在{tell.here}之后走完旅程", f"The path ends after {tell.here}")
    by = tell.outcome(tell.node, outcome)
    return tell.say(f"从{tell.here}的出口{by}走完旅程", f"The path ends after {tell.here} by {by}")
