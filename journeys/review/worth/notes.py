"""Words beside figures: what was odd, what is missing, what a figure does not say."""

from typing import Any, Final

from journeys.explain import noted
from journeys.explain.noted import Note

_WORDS: Final = {
    "no_goal": (
        "旅程没有目标，价值与回报无法计算。",
        "The journey has no goal, so that nothing is known of its worth.",
    ),
    "no_goal_with_value": (
        "主要目标没有金额属性，无法计算前后销售额。",
        "The primary goal names no amount, so that sales before and after are not known.",
    ),
    "messages_without_price": (
        "{messages} 条已发出的消息没有价格，未计入成本。",
        "{messages:message that left has|messages that left have} no price: the cost is without.",
    ),
    "staff_hour_unknown": (
        "已完成 {tasks} 个导购任务，但未设置人工时薪，未计入成本。",
        "{tasks:task was|tasks were} done, but what an hour of staff costs is not set: the cost is without.",
    ),
    "conversions_without_value": (
        "{conversions} 次转化没有金额，按 0 计。",
        "{conversions:conversion without a value counts|conversions without a value count} as nought.",
    ),
    "several_currencies": (
        "金额有多种币种（{currencies}），分别列出，不做换算。",
        "There are several currencies ({currencies}); each stands for itself, nothing is converted.",
    ),
    "not_counted_yet": ("数字尚未统计，请稍候。", "This is not counted yet; it will be with the next refresh."),
    "immature_days": (
        "{days} 个进入日尚未满期，不计入合计。",
        "{days:day of entry is|days of entry are} too recent for any total.",
    ),
    "no_control": (
        "没有对照组：无人被留出，也无人未被触达。",
        "There is no control: nobody was held out or not reached.",
    ),
    "control_not_random": (
        "没有留出组，对照为未被触达的人，两组可能本来就不同。",
        "Nobody was held out; the control are those whom nothing reached, who may differ from the others anyway.",
    ),
    "no_rfm": ("工作区没有 RFM 模型。", "The workspace has no RFM model."),
}
# Filter → what the console calls it.
_FILTERS: Final = {
    "version": ("版本", "version"),
    "variant": ("变体", "variant"),
    "channel": ("渠道", "channel"),
    "segment": ("人群", "segment"),
    "attribute": ("属性", "attribute"),
}


def not_applied(name: str) -> Note:
    """A part knows nothing by which it could filter so."""
    zh, en = _FILTERS[name]
    return noted.said(
        "filter_not_applied",
        f"按{zh}筛选不适用于此处，数字为未按它筛选的结果。",
        f"Filtering by {en} does not apply here: the figures are those without it.",
        filter=name,
    )


def note(code: str, **figures: Any) -> Note:
    return noted.note(_WORDS, code, **figures)
