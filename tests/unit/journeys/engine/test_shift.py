"""What a pause's end does to one person's state."""

from datetime import UTC, datetime, timedelta

import pytest

from journeys.engine.enrollment import Enrollment, Event, evolve

T0 = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
WAITING = Enrollment("e", "p", "j", "v", T0, {}, state="waiting", node="n", seq=3, due_at=T0, wait={"until": None})


@pytest.mark.parametrize("shift", [0.000001, 86_400.000007, 31_622_400.123456])
def test_the_due_time_moves_by_the_shift_to_the_microsecond(shift: float) -> None:
    moved = evolve(WAITING, Event("resumed", "n", T0, {"shift": shift}))
    assert moved == WAITING._replace(seq=4, due_at=T0 + timedelta(seconds=shift))
    assert moved.due_at is not None
    assert (moved.due_at - T0).total_seconds() == shift


@pytest.mark.parametrize("data", [{}, {"shift": 60}])
def test_nothing_moves_without_a_due_time_or_without_a_shift(data: dict[str, float]) -> None:
    state = WAITING._replace(due_at=None) if data else WAITING
    assert evolve(state, Event("resumed", "n", T0, data)) == state._replace(seq=4)
