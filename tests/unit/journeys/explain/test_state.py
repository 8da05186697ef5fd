"""Where a person is now and what they wait for, in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from journeys.engine.enrollment import Enrollment
from journeys.explain.explain import explain_state
from journeys.explain.names import NO_NAMES, names_of
from tests.fixtures.graphs import graph, wait

T0 = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DRAWN = graph({"n": wait("P1D")}, ["start -> n"])
DRAWN["nodes"][1]["name"] = "等一天"
NAMES = names_of(DRAWN)


def said(**fields: Any) -> tuple[str, str]:
    state = Enrollment("e", "p", "j", "v", T0, {})._replace(node="n", **fields)
    return explain_state(state, NAMES, "zh-CN", "Asia/Shanghai"), explain_state(state, NAMES, "en", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("fields", "zh", "en"),
    [
        (
            {"state": "waiting", "due_at": T0, "wait": {"zone": "Asia/Urumqi", "until": "2020-01-01T00:00:00+00:00"}},
            "在“等一天”：等待到 2026-03-02 08:00（Asia/Urumqi）",
            "At “等一天”: waits until 2026-03-02 08:00 (Asia/Urumqi)",
        ),
        (
            {"state": "waiting", "wait": {"for": ["order_paid"], "until": None}},
            "在“等一天”：等待事件“order_paid”，没有期限",
            "At “等一天”: waits for the event “order_paid”, without a time-out",
        ),
        (
            {"state": "active", "due_at": T0},
            "刚到“等一天”，即将处理",
            "Has come to “等一天” and moves on in a moment",
        ),
        (
            {"state": "active", "due_at": T0, "attempts": 2},
            "在“等一天”：处理失败，将于 2026-03-02 10:00（Asia/Shanghai） 重试",
            "At “等一天”: the step failed and is tried again at 2026-03-02 10:00 (Asia/Shanghai)",
        ),
        (
            {"state": "failed"},
            "停在“等一天”：处理失败，需要重试或移出",
            "Stuck at “等一天”: the step failed; retry it or remove the person",
        ),
        ({"state": "held_out"}, "在留出组，不执行旅程，只统计目标", "Held out for comparison; only goals count"),
        (
            {"state": "exited", "ended_at": T0},
            "于 2026-03-02 10:00（Asia/Shanghai） 在“等一天”离开旅程",
            "Left the journey at “等一天” at 2026-03-02 10:00 (Asia/Shanghai)",
        ),
        (
            {"state": "converted_exit", "ended_at": T0},
            "于 2026-03-02 10:00（Asia/Shanghai） 离开：目标已达成",
            "Left at 2026-03-02 10:00 (Asia/Shanghai): the goal was reached",
        ),
        (
            {"state": "completed", "ended_at": T0 + timedelta(seconds=5)},
            "于 2026-03-02 10:00:05（Asia/Shanghai） 在“等一天”之后走完旅程",
            "The path ended after “等一天” at 2026-03-02 10:00:05 (Asia/Shanghai)",
        ),
    ],
)
def test_a_state_reads_as_a_sentence(fields: dict[str, Any], zh: str, en: str) -> None:
    assert said(**fields) == (zh, en)


def test_without_names_and_with_an_unknown_zone_it_is_still_said() -> None:
    state = Enrollment("e", "p", "j", "v", T0, {})._replace(state="waiting", node="n", due_at=T0, wait={})
    assert explain_state(state, NO_NAMES, "zh-CN", "Nowhere/Land") == "在“n”：等待到 2026-03-02 02:00（UTC）"
