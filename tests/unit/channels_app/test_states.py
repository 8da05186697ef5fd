import pytest

from channels_app.states import fold


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
