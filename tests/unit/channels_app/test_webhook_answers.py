from datetime import UTC, datetime, timedelta

import pytest

from channels_app.webhooks.answers import Answer, judged, next_delay, remembered, retry_after

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((200, "success"), (204, "success"), (299, "success")),
        *((408, "retry"), (429, "retry"), (500, "retry"), (503, "retry")),
        *((304, "failure"), (400, "failure"), (401, "failure"), (404, "failure"), (410, "failure")),
    ],
)
def test_a_status_is_a_success_a_failure_or_worth_another_try(status: int, outcome: str) -> None:
    assert judged(status).outcome == outcome


def test_six_tries_take_about_an_hour() -> None:
    delays = [next_delay(tries, Answer("retry")) for tries in range(1, 7)]
    assert delays[-1] is None
    waited = sum((delay for delay in delays if delay is not None), timedelta())
    assert timedelta(minutes=55) < waited < timedelta(minutes=70)


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        (None, None),
        ("soon", None),
        ("120", timedelta(minutes=2)),
        ("99999999999999999999", timedelta(hours=1)),
        ("Mon, 02 Mar 2026 02:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 01:05:00 GMT", timedelta()),
        ("Mon, 02 Mar 2099 01:05:00 GMT", timedelta(hours=1)),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_an_hour_at_most(text: str | None, pause: timedelta | None) -> None:
    assert retry_after(text, NOW) == pause


def test_a_server_that_asks_for_patience_gets_it() -> None:
    assert next_delay(1, Answer("retry", retry_after=timedelta(minutes=2))) == timedelta(minutes=2)
    assert next_delay(1, Answer("retry", retry_after=timedelta(seconds=1))) == timedelta(seconds=10)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b'{"a": "\\u0000"}', b"NaN", b"[" * 500 + b"]" * 500])
def test_what_is_no_json_or_cannot_be_stored_is_a_failure(body: bytes) -> None:
    assert remembered(200, body, whole=True) == Answer("failure", "answer_not_json", 200)


def test_json_is_remembered() -> None:
    assert remembered(200, '{"等级": [1, null]}'.encode(), whole=True).value == {"等级": [1, None]}
    # A backslash before a harmless text.
    assert remembered(200, rb'{"a": "\\u0000"}', whole=True).value == {"a": "\\u0000"}
