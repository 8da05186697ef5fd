"""The review in sentences. Each says nothing but its figures, which stand beside it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypedDict

from journeys.choices import ReviewGroup
from journeys.explain.noted import filled
from journeys.explain.words import Pair
from journeys.models import Journey, ReviewPath, ReviewTally
from journeys.review.losses.words import REASONS, reason_words
from journeys.review.paths.filters import Filters
from journeys.review.statistics.intervals import LEVEL
from journeys.review.worth.cost import cost_review
from journeys.review.worth.messages import message_review
from journeys.review.worth.movement import sales_review
from journeys.review.worth.retention import retention_review

# Of fewer messages an hour's share of clicks is chance.
FEW: Final = 100
# Differences of shares, and the bounds of their intervals.
POINTS: Final = frozenset({"points", "low", "high"})
_WORDS: Final = {
    "runs": (
        "共有 {runs} 次进入，其中 {held_out} 次被留出作为对照。",
        "{runs:entry|entries} in all, of which {held_out} held out.",
    ),
    "sent": ("发出 {sent} 条消息，共请求 {asked} 条。", "{sent} of {asked:message|messages} left."),
    "delivered": (
        "送达 {delivered} 条，占发出的 {share}。",
        "{delivered:message was|messages were} delivered, {share} of those that left.",
    ),
    "clicked": (
        "{clicked} 条被点击，占发出的 {share}。",
        "{clicked:message was|messages were} clicked, {share} of those that left.",
    ),
    "blocked_most": (
        "拦截最多的原因是 {reason}：{messages} 条，占全部拦截（{blocked} 条）的 {share}。",
        "Blocked most often: {reason}, {messages} of {blocked:blocked message|blocked messages}, {share}.",
    ),
    "failed_most": (
        "失败最多的原因是 {reason}：{messages} 条，占全部失败（{failed} 条）的 {share}。",
        "Failed most often: {reason}, {messages} of {failed:failed message|failed messages}, {share}.",
    ),
    "opted_out": (
        "{opted_out} 条消息之后有人退订，占发出的 {share}。",
        "After {opted_out:message|messages} somebody opted out, {share} of those that left.",
    ),
    "best_hour": (
        "{hour} 点发出的消息点击率最高：{share}（{clicked}/{sent}）。",
        "Messages sent in hour {hour} were clicked most: {share} ({clicked} of {sent}).",
    ),
    "converted": ("目标「{goal}」有 {people} 人达成。", "{people:person|people} met the goal {goal}."),
    "value": (
        "以 {currency} 计的成交额为 {value}，成本为 {cost}。",
        "In {currency} the value is {value}, and the cost {cost}.",
    ),
    "roi": (
        "以 {currency} 计的投资回报率为 {roi}，每次转化成本 {each}。",
        "In {currency} the return is {roi}, at {each} a conversion.",
    ),
    "retention": (
        "进入后第 {after} 天，被触达者有 {touched} 回来，对照组为 {control}，相差 {points} 个百分点（{level} 置信区间 {low} 至 {high}）。",
        "On day {after} after entry {touched} of the touched came back, and {control} of the control: {points} points apart ({level} interval: {low} to {high}).",
    ),
    "sales": (
        "被触达者前后 30 天以 {currency} 计的消费由 {before} 变为 {after}，购买人数由 {buyers_before} 变为 {buyers_after}。",
        "In {currency} the touched spent {before} in the 30 days before and {after} in those after; buyers went from {buyers_before} to {buyers_after}.",
    ),
    "sales_control": (
        "同期对照组以 {currency} 计的消费由 {before} 变为 {after}。",
        "The control, in {currency}, went from {before} to {after}.",
    ),
}


class Sentence(TypedDict):
    """`figure`: the call that has the figures (`source`), and the figures themselves as numbers and decimal texts."""

    code: str
    zh: str
    en: str
    figure: dict[str, Any]


def summary(journey: Journey, chosen: Filters, now: datetime) -> list[Sentence]:
    """Return what the numbers say, in their order on the page; what nothing is known of is left out."""
    return [
        *_runs(journey, chosen),
        *_messages(journey, chosen),
        *_worth(journey, chosen),
        *_retention(journey, chosen, now),
        *_sales(journey, chosen, now),
    ]


def _say(code: str, source: str, **figures: Any) -> Sentence:
    shown = {name: _shown(name, value) for name, value in figures.items()}
    kept = {name: str(value) if isinstance(value, Decimal) else value for name, value in figures.items()}
    # A figure keeps a reason's code, the sentences say it in words.
    words = {"reason": _why(code, figures["reason"])} if "reason" in figures else {}
    zh, en = filled(_WORDS[code], shown, words)
    return {
        "code": code,
        "zh": zh,
        "en": en,
        "figure": {"source": source, **kept},
    }


def _why(code: str, reason: str) -> Pair:
    of_failure = f"failed_{reason}"
    return reason_words(of_failure if code == "failed_most" and of_failure in REASONS else reason)


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, float):
        if name in POINTS:
            return f"{value * 100:+.1f}"
        return f"{value:.0%}" if name == "level" else f"{value:.1%}"
    # An hour of the day and the number of a day are names, not amounts.
    return str(value) if name in {"hour", "after"} else value


def _runs(journey: Journey, chosen: Filters) -> Iterable[Sentence]:
    tallies = ReviewTally.objects.filter(journey_id=journey.pk)
    if chosen.since is not None:
        tallies = tallies.filter(day__gte=chosen.since)
    if chosen.until is not None:
        tallies = tallies.filter(day__lte=chosen.until)
    paths = ReviewPath.objects.filter(journey_id=journey.pk)
    if chosen.version is not None:
        paths = paths.filter(version_id=chosen.version)
    held_out = dict(paths.values_list("pk", "body__held_out"))
    runs = [(path, number) for path, number in tallies.values_list("path_id", "runs") if path in held_out]
    if runs:
        held = sum(number for path, number in runs if held_out[path])
        yield _say("runs", "review/funnel/", runs=sum(number for _, number in runs), held_out=held)


def _messages(journey: Journey, chosen: Filters) -> Iterable[Sentence]:
    found = message_review(journey, chosen)
    total, source = found["total"], "review/messages/"
    if not total["asked"]:
        return
    sent = total["sent"]
    yield _say("sent", source, sent=sent, asked=total["asked"])
    for fate in ("delivered", "clicked", "opted_out"):
        if total[fate] and sent:
            yield _say(fate, source, **{fate: total[fate]}, share=total[fate] / sent)
    for fate in ("blocked", "failed"):
        if total[fate]:
            yield _say(f"{fate}_most", source, **_most(total, fate))
    hours = [row for row in found["hours"] if row["sent"] >= FEW and row["clicked"]]
    if len(hours) > 1:
        best = max(hours, key=lambda row: (row["clicked"] / row["sent"], -row["hour"]))
        share = best["clicked"] / best["sent"]
        yield _say("best_hour", source, hour=best["hour"], share=share, clicked=best["clicked"], sent=best["sent"])


def _most(total: Mapping[str, Any], fate: str) -> dict[str, Any]:
    first = total[f"{fate}_by"][0]
    return {**first, fate: total[fate], "share": first["messages"] / total[fate]}


def _worth(journey: Journey, chosen: Filters) -> Iterable[Sentence]:
    found, source = cost_review(journey, chosen), "review/cost/"
    if found["goal"] is None:
        return
    yield _say("converted", source, goal=found["goal"]["name"] or found["goal"]["id"], people=found["people"])
    for row in found["currencies"]:
        if row["value"] or row["cost"]:
            yield _say("value", source, currency=row["currency"], value=row["value"], cost=row["cost"])
        if row["roi"] is not None and row["cost_per_conversion"] is not None:
            yield _say("roi", source, currency=row["currency"], roi=row["roi"], each=row["cost_per_conversion"])


def _retention(journey: Journey, chosen: Filters, now: datetime) -> Iterable[Sentence]:
    found = retention_review(journey, chosen, "", now)
    rates = {(one["group"], cell["after"]): cell["rate"] for one in found["groups"] for cell in one["cells"]}
    for row in found["difference"]:
        if row["difference"] is not None:
            after = row["after"]
            touched, control = rates[ReviewGroup.TOUCHED, after], rates[found["control"], after]
            yield _say(
                "retention",
                "review/retention/",
                after=after,
                touched=touched,
                control=control,
                points=row["difference"],
                level=LEVEL,
                low=row["interval"]["low"],
                high=row["interval"]["high"],
            )


def _sales(journey: Journey, chosen: Filters, now: datetime) -> Iterable[Sentence]:
    found, source = sales_review(journey, chosen, now), "review/movement/"
    for row in found["sales"]:
        before, after = row["before"], row["after"]
        spent = {"currency": row["currency"], "before": before["sales"], "after": after["sales"]}
        if row["group"] == ReviewGroup.TOUCHED:
            yield _say("sales", source, **spent, buyers_before=before["buyers"], buyers_after=after["buyers"])
        elif row["group"] == found["control"]:
            yield _say("sales_control", source, **spent)
