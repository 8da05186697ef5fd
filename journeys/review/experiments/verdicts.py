"""What an experiment says so far, in words that need no statistics. Built from its figures and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from journeys.explain.noted import filled
from journeys.explain.words import Pair
from journeys.review.experiments.arms import Arm
from journeys.review.statistics.sample_ratio import SampleRatio

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "sample_ratio_mismatch": (
        "分组人数与设定比例不符（p = {p}），结果不可信，请先查明原因。",
        "The groups are not as large as the weights say (p = {p}): do not believe the figures before the cause is known.",
    ),
    "nobody": ("还没有人进入这个实验。", "Nobody has come to this experiment yet."),
    "no_goal": ("没有目标，无法比较。", "There is no goal to compare by."),
    "one_variant": ("只有一个版本有人，无法比较。", "Only one variant has people: there is nothing to compare."),
    "too_few": (
        "转化人数太少，还不能下结论：每个版本至少需要 {few} 人转化和 {few} 人未转化。",
        "Too few people to judge: each variant needs at least {few} who converted and {few} who did not.",
    ),
    "better": (
        "「{name}」优于对照「{control}」：转化率 {rate} 对 {control_rate}，相差 {difference} 个百分点（{low} 到 {high}）。随时查看均有效，可以停止实验。",
        "{name!r} is better than the control {control!r}: {rate} against {control_rate}, {difference} points more ({low} to {high}). This holds at any look: the test may end.",
    ),
    "control_best": (
        "所有版本都不如对照「{control}」（{control_rate}）。随时查看均有效，可以停止实验。",
        "Every variant is worse than the control {control!r} ({control_rate}). This holds at any look: the test may end.",
    ),
    "undecided": (
        "还没有定论：「{name}」与对照「{control}」相差 {difference} 个百分点（{low} 到 {high}），可能只是偶然。{more}",
        "Not decided: {name!r} and the control {control!r} differ by {difference} points ({low} to {high}), which may be chance. {more}",
    ),
}
MORE: Final[Mapping[str, tuple[str, str]]] = {
    "people_and_days": (
        "若差异保持不变，大约还需要 {people} 人、{days} 天。",
        "If the difference stays, about {people:more person is|more people are} needed, {days:day|days} at the present pace.",
    ),
    "people": (
        "若差异保持不变，大约还需要 {people} 人。",
        "If the difference stays, about {people:more person is|more people are} needed.",
    ),
    "none": (
        "两者没有差异，无法估计还需要多少人。",
        "There is no difference to find, so nobody can say how many more it takes.",
    ),
}
FEW: Final = 10


@dataclass(frozen=True)
class Verdict:
    """`figures` are those in the words; `variant` is the one the words are about, empty if none."""

    code: str
    messages: Mapping[str, str]
    figures: Mapping[str, Any] = field(default_factory=dict)
    variant: str = ""


def verdict(
    arms: Mapping[str, Arm],
    names: Mapping[str, Pair],
    control: str,
    ratio: SampleRatio,
    alpha: float,
    per_day: float,
    has_goal: bool = True,
) -> Verdict:
    """Say what may be concluded now. `alpha`: of each comparison. `per_day`: how many people come to the experiment a day."""
    if not any(arm.people for arm in arms.values()):
        return _said("nobody", {}, {})
    if ratio.verdict == "mismatch":
        return _said("sample_ratio_mismatch", {"p": f"{ratio.p:.2g}"}, {"p": ratio.p})
    if not has_goal:
        return _said("no_goal", {}, {})
    # A variant that nobody has been given is not judged with the others.
    rivals = {name: arm for name, arm in arms.items() if arm.against is not None and arm.people}
    base = arms[control]
    if not rivals or not base.people:
        return _said("one_variant", {}, {})
    sure = {
        name: arm
        for name, arm in rivals.items()
        if arm.against is not None and arm.against.judgeable and arm.against.at_any_time.p <= alpha
    }
    better = {name: arm for name, arm in sure.items() if (arm.rate or 0) > (base.rate or 0)}
    if better:
        return _about("better", max(better, key=lambda name: arms[name].rate or 0), arms, names, control, per_day)
    if len(sure) == len(rivals):
        shown: dict[str, str | Pair] = {"control": names[control], "control_rate": percent(base.rate)}
        return _said("control_best", shown, {"control_rate": base.rate}, control)
    if not any(arm.against is not None and arm.against.judgeable for arm in rivals.values()):
        return _said("too_few", {"few": str(FEW)}, {"few": FEW})
    first = max(rivals, key=lambda name: arms[name].rate or 0)
    return _about("undecided", first, arms, names, control, per_day)


def _about(
    code: str, name: str, arms: Mapping[str, Arm], names: Mapping[str, Pair], control: str, per_day: float
) -> Verdict:
    arm, base = arms[name], arms[control]
    assert arm.against is not None
    low, high = arm.against.at_any_time.interval
    difference = arm.against.comparison.difference
    shown: dict[str, str | Pair] = {
        "name": names[name],
        "control": names[control],
        "rate": percent(arm.rate),
        "control_rate": percent(base.rate),
        "difference": points(difference),
        "low": points(low),
        "high": points(high),
    }
    figures: dict[str, Any] = {
        "rate": arm.rate,
        "control_rate": base.rate,
        "difference": difference,
        "low": low,
        "high": high,
    }
    if code == "better":
        return _said(code, shown, figures, name)
    people = arm.against.people_needed
    days = ceil(people / per_day) if people is not None and per_day > 0 else None
    kind = "none" if people is None else "people" if days is None else "people_and_days"
    shown["more"] = filled(MORE[kind], {"people": people, "days": days})
    return _said(code, shown, {**figures, "people": people, "days": days}, name)


def _said(code: str, shown: Mapping[str, str | Pair], figures: Mapping[str, Any], variant: str = "") -> Verdict:
    """`shown` are the words of a text, some of them in two languages."""
    messages = {}
    for place, language in enumerate(("zh-CN", "en")):
        words = {key: text[place] if isinstance(text, tuple) else text for key, text in shown.items()}
        messages[language] = TEXTS[code][place].format(**words)
    return Verdict(code, messages, figures, variant)


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate * 100:.2f}%"


def points(difference: float) -> str:
    return f"{difference * 100:+.2f}"
