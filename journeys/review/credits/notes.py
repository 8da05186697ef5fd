"""What a report says about conversions that are odd or do not count: codes, with their texts and figures."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db import connection

from journeys.explain import noted
from journeys.explain.noted import Note
from journeys.models import Journey
from journeys.review.credits.definition import Definition
from journeys.review.credits.reading import EVERY, Which

# Why a conversion does not count.
WHY_NOT: Final = ("before_entry", "cancelled", "same_order", "other_journey", "other_run", "again")
# Code → (zh-CN, en). `{count}` is how many conversions it concerns.
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "before_entry": (
        "{count} 个目标事件在进入之后收到，但自称发生在进入之前的一天内：不计入。",
        "{count:goal event|goal events} arrived after the entry, said to have happened in the day before it: not counted.",
    ),
    "cancelled": (
        "{count} 个转化的订单已取消：不计入。",
        "{count:conversion|conversions} with a cancelled order: not counted.",
    ),
    "same_order": (
        "{count} 个事件重复了同一次旅程里已有的订单：只计最早的一个。",
        "{count:event names|events name} an order that the run already has: the earliest counts.",
    ),
    "other_journey": (
        "{count} 个转化的订单按工作区规则归于别的旅程：不计入。",
        "{count:conversion|conversions} with an order that belongs to another journey by the workspace's rule: not counted.",
    ),
    "other_run": (
        "{count} 个转化的订单按工作区规则归于同一旅程的另一次进入：不计入。",
        "{count:conversion|conversions} with an order that belongs to another run of this journey by the workspace's rule: not counted.",
    ),
    "again": (
        "{count} 个转化是同一次旅程的再次达成，按规则每次旅程只计一次：不计入。",
        "{count:conversion|conversions} after the first of a run, of which one counts by the workspace's rule: not counted.",
    ),
    "no_value": (
        "{count} 个转化没有可读的金额：计次数，不计金额。",
        "{count:conversion has|conversions have} no value that can be read: counted, without a value.",
    ),
    "negative_value": (
        "{count} 个转化的金额为负：计次数，不计金额。",
        "{count:conversion has|conversions have} a negative value: counted, without a value.",
    ),
    "absurd_value": (
        "{count} 个转化的金额超过可信上限 {most_value}：计次数，不计金额。",
        "{count:conversion has|conversions have} a value above {most_value}, the most that is believed: counted, without a value.",
    ),
    "odd_currency": (
        "{count} 个转化的币种无法识别：按默认币种 {currency} 计。",
        "{count:conversion names|conversions name} no currency that is known: taken for {currency}.",
    ),
    "clock_ahead": (
        "{count} 个事件的时间晚于收到时间：按收到时间计。",
        "{count:event|events} dated after the receipt: counted as of the receipt.",
    ),
    "erased": (
        "{count} 个转化属于已删除的人：保留引擎当时的记录。",
        "{count:conversion|conversions} of people who were erased: kept as the engine recorded them.",
    ),
    "over_refunded": (
        "{count} 个转化的退款超过其金额：按金额为零计。",
        "More was given back of {count:conversion|conversions} than the value: the value counts as nothing.",
    ),
    "refund_without_value": (
        "{count} 个转化的退款或取消没有可读的金额：按全额退款计。",
        "A refund or cancellation of {count:conversion|conversions} has no value that can be read: all of it counts as given back.",
    ),
    "refund_currency": (
        "{count} 个转化有其他币种的退款：不折算，未扣除。",
        "A refund of {count:conversion|conversions} is in another currency: nothing is converted, so it is not subtracted.",
    ),
    "entry_is_goal": (
        "目标「{goal}」的事件也是进入事件：带来进入的那个事件不计为转化。",
        "The event of the goal {goal!r} also lets people in: the one that let somebody in is no conversion of theirs.",
    ),
    "several_currencies": (
        "金额有 {count} 种币种：分别合计，不折算。",
        "Values are in {count:currency|currencies}: each has its own sum, nothing is converted.",
    ),
    "counted_by_each": (
        "按工作区规则，同一订单计入每个相关旅程：各旅程之和可能大于订单总数。",
        "By the workspace's rule an order counts for every journey: the sum over journeys may exceed the orders.",
    ),
    "not_computed": (
        "定义已更改，转化正在重新计算。",
        "The definition has changed; conversions are being computed again.",
    ),
}
_COUNTS: Final = """
select code, count(*) from (
    select c.note as code from journeys_credit c {joined} where c.journey_id = %s and {which} and c.note <> ''
    union all
    select unnest(c.odd) from journeys_credit c {joined} where c.journey_id = %s and {which} and c.note <> 'before_entry'
) found group by code
"""


def note(code: str, **figures: Any) -> Note:
    return noted.note(TEXTS, code, **figures)


def notes(
    journey: Journey, definition: Definition, currencies: int, *, stale: bool, which: Which = EVERY
) -> list[Note]:
    """The notes on the conversions that `which` means, in the order of their codes above."""
    found = {one["code"]: one for one in _found(journey, definition, currencies, stale, which)}
    return [found[code] for code in TEXTS if code in found]


def _found(journey: Journey, definition: Definition, currencies: int, stale: bool, which: Which) -> Iterator[Note]:
    rules = definition.rules
    statement = _COUNTS.format(joined=which.joined, which=which.text)
    with connection.cursor() as cursor:
        cursor.execute(statement, [journey.pk, *which.params] * 2)
        for code, count in cursor.fetchall():
            figures: dict[str, Any] = {"count": count}
            if code == "absurd_value":
                figures["most_value"] = format(rules.most_value.normalize(), "f")
            if code == "odd_currency":
                figures["currency"] = rules.currency
            yield note(code, **figures)
    entry = journey.live_version.trigger_event if journey.live_version else ""
    for goal in definition.goals:
        if entry and goal.event == entry:
            yield note("entry_is_goal", goal=goal.name or goal.id)
    if currencies > 1:
        yield note("several_currencies", count=currencies)
    if rules.credit == "each":
        yield note("counted_by_each")
    if stale:
        yield note("not_computed")
