"""What an experiment says, in words."""

from decimal import Decimal

import pytest

from journeys.review.experiments.arms import Arm, arm
from journeys.review.experiments.samples import Sample
from journeys.review.experiments.verdicts import Verdict, verdict
from journeys.review.statistics.sample_ratio import Stratum, check

NAMES = {"a": ("甲", "A"), "b": ("乙", "B")}


def arms(a: tuple[int, int], b: tuple[int, int]) -> dict[str, Arm]:
    control, rival = Sample(*a), Sample(*b)
    return {
        "a": arm(control, None, ("t", "a"), ("t", "a"), 0.05),
        "b": arm(rival, control, ("t", "b"), ("t", "a"), 0.05),
    }


def said(a: tuple[int, int], b: tuple[int, int], per_day: float = 100, has_goal: bool = True) -> Verdict:
    ratio = check([Stratum({"a": a[0], "b": b[0]}, {"a": 50, "b": 50})])
    return verdict(arms(a, b), NAMES, "a", ratio, 0.05, per_day, has_goal)


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        ((0, 0), (0, 0), "nobody"),
        ((100, 10), (0, 0), "one_variant"),
        ((100, 5), (100, 30), "too_few"),
        ((10_000, 1_000), (10_000, 1_500), "better"),
        ((10_000, 1_000), (10_000, 700), "control_best"),
        ((10_000, 1_000), (10_000, 1_040), "undecided"),
        ((10_000, 1_000), (9_000, 1_350), "sample_ratio_mismatch"),
    ],
)
def test_the_verdict_follows_from_the_figures(a: tuple[int, int], b: tuple[int, int], code: str) -> None:
    if code == "one_variant":
        ratio = check([])
        assert verdict(arms(a, b), NAMES, "a", ratio, 0.05, 1).code == code
    else:
        assert said(a, b).code == code


def test_the_words_name_the_variants_and_their_figures() -> None:
    better = said((10_000, 1_000), (10_000, 1_500))
    assert better.variant == "b"
    assert "「乙」优于对照「甲」：转化率 15.00% 对 10.00%，相差 +5.00 个百分点" in better.messages["zh-CN"]
    assert "'B' is better than the control 'A': 15.00% against 10.00%" in better.messages["en"]


def test_what_is_undecided_says_how_many_people_and_days_it_still_takes() -> None:
    open_ = said((10_000, 1_000), (10_000, 1_040), per_day=500)
    people, days = open_.figures["people"], open_.figures["days"]
    assert people > 0
    assert days == -(-people // 500)
    assert f"{people:,} 人、{days:,} 天" in open_.messages["zh-CN"]
    assert f"{people:,} more people" in said((10_000, 1_000), (10_000, 1_040), per_day=0).messages["en"]
    assert "no difference" in said((10_000, 1_000), (10_000, 1_000)).messages["en"]


def test_without_a_goal_nothing_is_compared() -> None:
    assert said((100, 0), (100, 0), has_goal=False).code == "no_goal"


def test_values_of_each_currency_have_their_own_difference() -> None:
    control, rival = (
        Sample(1000, 50, {"CNY": {Decimal(100): 50}}),
        Sample(1000, 60, {"CNY": {Decimal(100): 40}, "USD": {Decimal("9.5"): 20}}),
    )
    found = arm(rival, control, ("t", "b"), ("t", "a"), 0.05).values
    assert [(one.currency, one.total) for one in found] == [("CNY", Decimal(4000)), ("USD", Decimal(190))]
    assert [one.per_person for one in found] == pytest.approx([4.0, 0.19])
    assert [one.difference for one in found] == pytest.approx([-1.0, 0.19])
