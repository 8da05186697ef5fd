"""What the bars and reasons of a waterfall are called, and the largest avoidable loss as a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from journeys.explain.noted import Number, length_words
from journeys.explain.words import BLOCKS, CONSENTS, EXITS, FIGURES, Pair
from journeys.review.losses.rules import RuleSeen
from profiles.rules.durations import InvalidDuration

BARS: Final[Mapping[str, Pair]] = {
    "eligible": ("符合条件", "Eligible"),
    "entered": ("进入", "Entered"),
    "asked": ("到达发送", "Came to a send"),
    "consented": ("已授权", "Consented"),
    "identified": ("有联系方式", "Had an identity"),
    "in_hours": ("在可发时段", "In hours"),
    "under_caps": ("未超频次", "Under caps"),
    "in_quota": ("在额度内", "In quota"),
    "sent": ("已发送", "Sent"),
    "delivered": ("已送达", "Delivered"),
    "engaged": ("已读或接听", "Read or answered"),
    "clicked": ("已点击", "Clicked"),
    "converted": ("已转化", "Converted"),
}
REASONS: Final[Mapping[str, Pair]] = {
    **BLOCKS,
    "held_out": ("留作对照", "held out"),
    "entry_rule": ("不符合进入规则", "the entry rule does not hold"),
    "limit_total": ("进入人数已达上限", "the limit of entries is reached"),
    "limit_per_day": ("当天进入人数已达上限", "the day's limit of entries is reached"),
    "not_started": ("旅程尚未开始", "the journey had not started"),
    "ended": ("旅程已结束", "the journey had ended"),
    "no_key": ("缺少旅程的键", "the journey's key was missing"),
    "unknown_profile": ("客户不存在", "the person does not exist"),
    "stuck": ("步骤出错，等待处理", "a step failed and waits for an operator"),
    "not_yet": ("还没有到发送", "not at a send yet"),
    "no_send_on_path": ("所走的路径没有发送", "their way had no send"),
    "converted_before": ("发送之前已转化", "converted before any send"),
    "left_before": ("发送之前离开", "left before any send"),
    "under_way": ("正在发送", "on the way"),
    "expired": ("过期未发", "not sent in time"),
    "unknown": ("结果未知", "nobody knows whether it was sent"),
    "no_report": ("没有送达回执", "no report of delivery"),
    "failed": ("发送失败", "the send failed"),
    "failed_delivery": ("未能送达", "not delivered"),
    # How calls end that nobody took.
    "failed_no_answer": ("无人接听", "nobody answered"),
    "failed_busy": ("占线", "the line was busy"),
    "failed_rejected": ("被拒接", "the call was rejected"),
    "failed_powered_off": ("已关机", "the phone was switched off"),
    "failed_unreachable": ("无法接通", "the phone was out of reach"),
    "failed_invalid": ("空号", "there is no such number"),
    "failed_suspended": ("已停机", "the number is out of service"),
    "failed_restricted": ("号码禁呼", "the number may not be called"),
    "failed_cancelled": ("呼叫被取消", "the call was cancelled"),
    "failed_overloaded": ("线路或坐席不足", "lines or robots were too few"),
    "failed_error": ("线路或机器人出错", "a line or the robot failed"),
    "failed_recipient_permanent": ("号码或地址无效", "the address cannot be reached"),
    "failed_content_permanent": ("内容被服务商拒绝", "the provider refused the content"),
    "failed_retries_exhausted": ("多次重试后失败", "failed after the last retry"),
    "failed_policy_unreadable": ("处理出错", "an error of our own"),
    "not_read": ("未读或未接听", "not read or not answered"),
    "not_clicked": ("未点击", "not clicked"),
    "not_converted": ("未转化", "not converted"),
}
_LARGEST: Final[Pair] = (
    "最大的可避免损失：{people} 人（占进入者的 {share}）{why}。{rule}",
    "The largest avoidable loss: {people:person|people} ({share} of those who entered), because: {why}.{rule}",
)
_RULE: Final[Pair] = ("依据规则 {rule}{figures}。", " The rule: {rule}{figures}.")
_VALUES: Final[Mapping[str, Pair]] = {**CONSENTS, "month": ("自然月", "calendar month")}
_NONE: Final[Pair] = ("没有可避免的损失。", "No loss could have been avoided.")


def reason_words(code: str, detail: str = "") -> Pair:
    """Name a reason; one that is not known goes by its code."""
    chinese, english = REASONS.get(code, (code, code))
    if detail:
        why = EXITS.get(detail, (detail, detail))
        return f"{chinese}（{why[0]}）", f"{english} ({why[1]})"
    return chinese, english


def largest_words(code: str, people: int, entered: int, rules: Sequence[RuleSeen]) -> dict[str, str]:
    why = reason_words(code)
    share = f"{people / entered * 100:.1f}%" if entered else "–"
    said = []
    for place, text in enumerate(_LARGEST):
        rule = ""
        if rules:
            figures = _figures(rules[0].figures, place)
            rule = _RULE[place].format(rule=rules[0].rule, figures=figures)
        said.append(text.format(people=Number(people), share=share, why=why[place], rule=rule))
    return {"zh-CN": said[0], "en": said[1]}


def nothing_words() -> dict[str, str]:
    return {"zh-CN": _NONE[0], "en": _NONE[1]}


def _figures(figures: Mapping[str, Any], place: int) -> str:
    shown = []
    for key, value in figures.items():
        name = FIGURES.get(key, (key, key))[place]
        shown.append(f"{name} {_value_words(value)[place]}")
    if not shown:
        return ""
    return f"（{'，'.join(shown)}）" if place == 0 else f" ({', '.join(shown)})"


def _value_words(value: Any) -> Pair:
    if value is None:
        return "无", "none"
    if isinstance(value, str):
        return _VALUES.get(value) or _length_words(value) or (value, value)
    said = f"{Number(value)}" if type(value) is int else str(value)
    return said, said


def _length_words(text: str) -> Pair | None:
    """None: it is no length of time."""
    try:
        return length_words(text)
    except InvalidDuration:
        return None
