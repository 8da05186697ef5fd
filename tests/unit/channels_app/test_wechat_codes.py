"""What each of WeChat's codes makes the sender do."""

from datetime import UTC, datetime, timedelta

import pytest

from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.wechat.codes import error_of, token_error_of

# 23:30 in Shanghai.
LATE = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

CLASSES = {
    ErrorClass.REFRESH: (40001, 40014, 42001),
    ErrorClass.RETRY: (-1,),
    ErrorClass.ACCOUNT_DELAY: (45009, 45011),
    ErrorClass.DELAY_UNTIL: (45066,),
    ErrorClass.RECIPIENT_PERMANENT: (40003, 43004, 43019, 43101, 45015, 45047),
    ErrorClass.CONTENT_PERMANENT: (40037, 41030, 47001, 47003, 45002, 44002, 99999),
    ErrorClass.ACCOUNT: (40013, 40125, 40164, 41001, 48001, 48004, 50002, 43116, 50005),
}


@pytest.mark.parametrize(("error_class", "code"), [(kind, code) for kind, codes in CLASSES.items() for code in codes])
def test_every_code_has_its_class(error_class: ErrorClass, code: int) -> None:
    error = error_of(code, "words rid: 1-2-3", LATE)
    assert isinstance(error, CallRefused)
    assert (error.error_class, error.code, error.detail) == (error_class, str(code), "words rid: 1-2-3")


def test_the_daily_quota_rests_until_midnight_in_shanghai() -> None:
    error = error_of(45009, "", LATE)
    assert isinstance(error, CallRefused)
    assert error.delay == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (error_of(40125, "", LATE), ErrorClass.ACCOUNT),
        (error_of(40001, "", LATE), ErrorClass.ACCOUNT),
        (error_of(40164, "", LATE), ErrorClass.ACCOUNT),
        (error_of(-1, "", LATE), ErrorClass.ACCOUNT_DELAY),
        (error_of(45009, "", LATE), ErrorClass.ACCOUNT_DELAY),
        (CallOutcomeUnknown("no_answer"), ErrorClass.ACCOUNT_DELAY),
    ],
)
def test_a_message_without_a_token_has_certainly_not_been_sent(error: CallRefused, expected: ErrorClass) -> None:
    assert token_error_of(error).error_class == expected
