import pytest

from channels_app.states import fold, fold_call


@pytest.mark.parametrize(
    ("state", "reported", "expected"),
    [
        ("sending", "delivered", "delivered"),
        ("accepted", "delivered", "delivered"),
        ("delivered", "accepted", "delivered"),
        ("delivered", "failed", "delivered"),
        ("accepted", "failed", "failed"),
        ("failed", "delivered", "failed"),
        ("unknown", "delivered", "delivered"),
        ("unknown", "failed", "failed"),
        ("unknown", "queued", "unknown"),
        ("queued", "delivered", "delivered"),
        ("replied", "read", "replied"),
        ("blocked", "delivered", "blocked"),
        ("expired", "failed", "expired"),
    ],
)
def test_a_report_only_moves_a_message_forward(state: str, reported: str, expected: str) -> None:
    assert fold(state, reported) == expected


@pytest.mark.parametrize(
    ("state", "reported", "expected"),
    [
        ("accepted", "failed", "failed"),
        ("failed", "delivered", "delivered"),
        ("delivered", "failed", "failed"),
        ("failed", "accepted", "failed"),
        ("blocked", "delivered", "blocked"),
        ("expired", "delivered", "expired"),
    ],
)
def test_the_newest_end_of_a_call_is_its_end(state: str, reported: str, expected: str) -> None:
    assert fold_call(state, reported) == expected
