"""What a counterfactual does not know, or only nearly, said with its result."""

from collections.abc import Iterator, Sequence
from typing import Final

from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan
from journeys.explain.noted import Note, about, channel_names, nodes_of, note
from journeys.forecast.facts import looks_at_events
from journeys.review.counterfactual.fates import BY_SHARES
from journeys.review.counterfactual.gate import trigger_differs
from journeys.review.counterfactual.run import Setup
from journeys.review.counterfactual.tally import Tally
from journeys.runtime.replay_facts import NotRecorded

_TEXTS: Final = {
    "simulated": (
        "这是模拟结果：用记录下来的进入、事件和回执重走修改后的画布，没有发送任何消息。",
        "This is simulated: recorded entries, events and receipts went through the edited canvas; nothing was sent.",
    ),
    "conversions_recorded": (
        "转化只来自实际发生过的事件：多收到消息的人不会因此多出转化，少收到的人也不会少。",
        (
            "Conversions come from events that did happen: whoever would have got more converts no more for it here, and"
            " whoever would have got less no less."
        ),
    ),
    "entries_recorded": (
        "只有实际进入过的人参与模拟：修改后本可以进入的其他人未计入。",
        "Only people who did enter take part; others whom the edited canvas might have let in are not counted.",
    ),
    "sampled": (
        "只模拟了 {people} 人的样本，期间共有 {total} 人进入；数字未放大，请乘以 scale。",
        "Only a sample of {people} of {total:person|people} was simulated; figures are of the sample: multiply by `scale`.",
    ),
    "nobody_entered": ("期间没有人进入。", "Nobody entered in the period."),
    "unfinished": (
        "{runs} 次旅程在记录截止时还没有结束，两条路径都只看到此刻。",
        "{runs:run|runs} had not ended when the record ends; both paths are read as of then.",
    ),
    "simulated_from_entry": (
        "{runs} 次旅程从进入起就被模拟：目标、退出规则、时区或进入后的第一步有改动，之后的判断不能沿用记录。",
        (
            "{runs:run is|runs are} simulated from their entry: goals, exit rules, the time zone or the first step were changed, so"
            " no later decision can be taken from the record."
        ),
    ),
    "fates_by_shares": (
        "{messages} 条消息在记录里没有对应（渠道：{names}），它们的送达和回应按该渠道过去一年的比例推定。",
        (
            "{messages:message has|messages have} no counterpart on record ({names}); what became of each is drawn from the channel's"
            " shares of the year before."
        ),
    ),
    "fates_moved": (
        "在同一节点发过的消息沿用本人当时的回执，并按新的发送时间平移。",
        "What a person was sent at the same node before keeps their receipts, moved to when it would have gone.",
    ),
    "not_rendered": (
        "消息没有渲染：模板变量的错误不会在模拟中出现。",
        "Messages are not rendered: faults in their variables do not show.",
    ),
    "addresses_of_now": (
        "授权、退订和频次以当时的记录为准；联系方式、模板审核、分群定义和时区以现在为准。",
        (
            "Consents, refusals and caps are as of then; addresses, approvals of templates, definitions of segments and"
            " people's zones are as they stand now."
        ),
    ),
    "quotas_not_judged": (
        "账号额度和发送速度没有限制模拟的消息。",
        "Quotas and rates of accounts hold no simulated message back.",
    ),
    "others_as_they_were": (
        "其他旅程照记录进行，不受改动影响。",
        "Other journeys did what they did; the edit changes nothing about them.",
    ),
    "rules_see_record": (
        "规则看到的是记录下来的事件、消息和旅程，包括本人实际走过的路径留下的痕迹。",
        "Rules look at recorded events, messages and runs, also at what the person's own recorded path left behind.",
    ),
    "updates_in_part": (
        "以下节点的改动对之后的规则可见，但不影响模板文字和各人的时区；实际路径写下的改动仍然有效：{names}。",
        (
            "What these nodes write is seen by later rules, but not by texts, nor does it change the person's zone; what the"
            " recorded path wrote stands as well: {names}."
        ),
    ),
    "handed_over": (
        "进入其他旅程只统计人数：{names}。",
        "Who is let into other journeys is counted, and no more: {names}.",
    ),
    "answers_recorded": (
        "Webhook 和任务沿用本人当时在同一节点的结果；没有记录的 Webhook 视为立即成功，没有记录的任务视为逾期。",
        (
            "Calls and tasks end as they did for the person at the same node; without a record a call succeeds at once and a"
            " task is overdue."
        ),
    ),
    "tests_as_decided": (
        "A/B 测试沿用实际决出的胜者和时间；修改后可能更早或更晚决出，未计入。",
        "A/B tests end as and when they did; that the edit might end them otherwise is not counted.",
    ),
    "exit_rules_at_steps": (
        "按规则退出只在每一步和每次发送前判断，而不是在数据变化的瞬间。",
        "Exit rules over the person's data are judged at every step, not the moment the data changes.",
    ),
    "trigger_as_recorded": (
        "触发方式与实际不同：进入的人和时间仍以记录为准。",
        "The trigger is another than it was; who entered, and when, is still as recorded.",
    ),
    "limits_not_judged": (
        "修改后的人数上限没有对记录下来的进入重新判断。",
        "The edited limits of entry were not judged anew for the recorded entries.",
    ),
    "not_priced": (
        "{messages} 条消息没有价格，未计入费用差（渠道：{names}）。",
        "{messages:message has|messages have} no price, and the costs are without ({names}).",
    ),
    "pauses_ignored": (
        "暂停只影响沿用记录的部分；模拟的部分不暂停。",
        "Pauses of the journey hold for what follows the record; what is simulated does not pause.",
    ),
    "control": (
        "画布与实际运行的版本相同：{same} 次旅程的模拟路径与记录完全一致，{other} 次不一致，原因见 exceptions。",
        (
            "The canvas is the one that ran: {same:simulated run is|simulated runs are} exactly as recorded, {other} not, for the reasons"
            " in `exceptions`."
        ),
    ),
}


def notes(setup: Setup, tally: Tally, versions: Sequence[str]) -> list[Note]:
    """Every approximation that applies. `versions` are those that ran."""
    return list(_notes(setup, tally, versions))


def _notes(setup: Setup, tally: Tally, versions: Sequence[str]) -> Iterator[Note]:
    plan, ready = setup.plan, setup.ready
    plans = dict(_plans(setup, versions))
    yield note(_TEXTS, "simulated")
    yield note(_TEXTS, "conversions_recorded")
    yield note(_TEXTS, "entries_recorded")
    if tally.total > ready.most:
        yield note(_TEXTS, "sampled", people=ready.most, total=tally.total)
    if not tally.runs:
        yield note(_TEXTS, "nobody_entered")
        return
    if unfinished := tally.recorded.waiting.total():
        yield note(_TEXTS, "unfinished", runs=unfinished)
    if plans and all(setup.following.is_unedited(version) for version in plans):
        yield note(_TEXTS, "control", same=tally.like, other=tally.runs - tally.like)
    if tally.parted[""]:
        yield note(_TEXTS, "simulated_from_entry", runs=tally.parted[""])
    yield from _of_messages(plan, tally)
    yield from _of_nodes(plan)
    yield from _of_entries(plan, plans)
    yield note(_TEXTS, "pauses_ignored")
    yield note(_TEXTS, "others_as_they_were")


def _of_messages(plan: Plan, tally: Tally) -> Iterator[Note]:
    if not any(isinstance(node.config, SendConfig) for node in plan.nodes.values()):
        return
    shares = {channel: count for (source, channel), count in tally.fates.items() if source == BY_SHARES}
    if shares:
        yield note(_TEXTS, "fates_by_shares", {"names": channel_names(shares)}, messages=sum(shares.values()))
    yield note(_TEXTS, "fates_moved")
    yield note(_TEXTS, "not_rendered")
    yield note(_TEXTS, "addresses_of_now")
    yield note(_TEXTS, "quotas_not_judged")
    if unpriced := tally.simulated.unpriced | tally.recorded.unpriced:
        yield note(_TEXTS, "not_priced", {"names": channel_names(unpriced)}, messages=unpriced.total())


def _of_nodes(plan: Plan) -> Iterator[Note]:
    if looks_at_events(plan):
        yield note(_TEXTS, "rules_see_record")
    yield from about(_TEXTS, "updates_in_part", nodes_of(plan, "update"))
    yield from about(_TEXTS, "handed_over", nodes_of(plan, "enroll"))
    if plan.types & {"webhook", "task"}:
        yield note(_TEXTS, "answers_recorded")
    if any(getattr(node.config, "winner", None) for node in plan.nodes.values()):
        yield note(_TEXTS, "tests_as_decided")
    if any(rule.rule for rule in plan.settings.exit_rules):
        yield note(_TEXTS, "exit_rules_at_steps")


def _of_entries(plan: Plan, plans: dict[str, Plan]) -> Iterator[Note]:
    if trigger_differs(plan, plans):
        yield note(_TEXTS, "trigger_as_recorded")
    limits = [one.settings.entry.limit for one in plans.values()]
    if any(limit != plan.settings.entry.limit for limit in limits):
        yield note(_TEXTS, "limits_not_judged")


def _plans(setup: Setup, versions: Sequence[str]) -> Iterator[tuple[str, Plan]]:
    for version in versions:
        try:
            yield version, setup.plan_of(version)
        except NotRecorded:
            continue
