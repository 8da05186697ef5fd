from datetime import UTC, datetime, timedelta

import pytest

from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.sms.aliyun_codes import error_of

TEN_IN_SHANGHAI = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def refused(code: str, message: str = "", status: int = 200) -> CallRefused:
    error = error_of(code, message, status, TEN_IN_SHANGHAI)
    assert isinstance(error, CallRefused)
    return error


@pytest.mark.parametrize(
    ("message", "delay"),
    [
        ("触发分钟级流控Permits:1", timedelta(minutes=1)),
        ("触发小时级流控Permits:5", timedelta(hours=1)),
        ("触发天级流控Permits:10", timedelta(hours=14)),
    ],
)
def test_a_number_over_its_limit_waits_for_the_level_named(message: str, delay: timedelta) -> None:
    error = refused("isv.BUSINESS_LIMIT_CONTROL", message)
    assert (error.error_class, error.delay) == (ErrorClass.DELAY_UNTIL, delay)


@pytest.mark.parametrize(
    ("code", "status", "error_class"),
    [
        ("isp.SYSTEM_ERROR", 200, ErrorClass.RETRY),
        ("ServiceUnavailable", 503, ErrorClass.RETRY),
        ("Throttling.User", 400, ErrorClass.ACCOUNT_DELAY),
        ("isv.DAY_LIMIT_CONTROL", 200, ErrorClass.ACCOUNT_DELAY),
        ("isv.AMOUNT_NOT_ENOUGH", 200, ErrorClass.ACCOUNT),
        ("SignatureDoesNotMatch", 400, ErrorClass.ACCOUNT),
        ("MissingPhoneNumbers", 400, ErrorClass.ACCOUNT),
        ("isv.MOBILE_NUMBER_ILLEGAL", 200, ErrorClass.RECIPIENT_PERMANENT),
        ("isv.SMS_TEMPLATE_ILLEGAL", 200, ErrorClass.CONTENT_PERMANENT),
        ("isv.NEVER_HEARD_OF", 200, ErrorClass.CONTENT_PERMANENT),
    ],
)
def test_a_code_tells_what_to_do(code: str, status: int, error_class: ErrorClass) -> None:
    assert refused(code, status=status).error_class == error_class


@pytest.mark.parametrize(("code", "status"), [("InternalError", 500), ("", 502), ("SignatureNonceUsed", 400)])
def test_an_answer_that_does_not_say_whether_it_was_taken_is_unknown(code: str, status: int) -> None:
    assert isinstance(error_of(code, "", status, TEN_IN_SHANGHAI), CallOutcomeUnknown)
