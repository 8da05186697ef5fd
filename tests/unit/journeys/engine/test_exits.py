from datetime import UTC, datetime
from typing import Any

import pytest

from journeys.engine.enrollment import Enrollment, Event, evolve, fold
from journeys.engine.step import BY_PATH, was_cut_short

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BLANK = Enrollment("e", "p", "j", "v", NOW, {})


def exited(**data: Any) -> Event:
    return Event("exited", "n9", NOW, data)


def test_the_reason_of_an_exit_node_is_free_text_even_when_it_says_goal() -> None:
    assert evolve(BLANK, exited(reason="goal", by=BY_PATH)).state == "exited"


def test_an_exit_by_a_goal_is_a_converted_exit() -> None:
    assert fold(BLANK, [exited(reason="goal", goal="g1")]).state == "converted_exit"


@pytest.mark.parametrize(
    ("event", "cut"),
    [
        (exited(reason="done", by=BY_PATH), False),
        (exited(reason="goal", goal="g1"), True),
        (exited(reason="exit_rule", rule=0), True),
        (exited(reason="operator"), True),
        (Event("completed", "n9", NOW, {"outcome": "next"}), False),
    ],
)
def test_a_run_is_cut_short_by_all_but_its_own_path(event: Event, cut: bool) -> None:
    assert was_cut_short([event]) is cut
