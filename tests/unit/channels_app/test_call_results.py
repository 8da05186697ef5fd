from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_app.providers.aliyun_client import Answer
from channels_app.providers.call import aliyun_jobs, results
from channels_app.providers.call.aliyun_codes import error_of, result_of
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
REDIALABLE_CODES = ("200002", "200003", "200005", "200007", "200010", "200121", "400", "500", "999999")
PERMANENT_CODES = ("200004", "200011", "200105", "200117")


@pytest.mark.parametrize("code", REDIALABLE_CODES)
def test_what_the_vendor_calls_redialable_may_be_called_again(code: str) -> None:
    assert result_of(code) in results.REDIALABLE


@pytest.mark.parametrize("code", [*PERMANENT_CODES, "200104", "200118", "200119"])
def test_what_is_permanent_or_forbidden_is_never_called_again(code: str) -> None:
    assert result_of(code) in results.RESULTS - results.REDIALABLE


def test_who_hung_up_tells_a_rejected_call_from_one_out_of_reach() -> None:
    assert (result_of("200005", "用户"), result_of("200005", "机器")) == ("rejected", "unreachable")


def test_only_answered_calls_are_delivered() -> None:
    assert {r for r in results.RESULTS if results.outcome_of(r) == "delivered"} == {"answered", *results.INTENTS}


@pytest.mark.parametrize(
    ("level", "result"),
    [
        ("A", "intent_A"),
        ("f", "intent_F"),
        ("B级", "intent_B"),
        (" C类 ", "intent_C"),
        ("G", "answered"),
        ("", "answered"),
    ],
)
def test_a_grade_is_a_result_and_anything_else_is_answered(level: str, result: str) -> None:
    assert results.intent_result(level) == result


@pytest.mark.parametrize(
    ("job", "result"),
    [
        ({"Status": "Succeeded", "LatestTask": {"Status": "SucceededTransferByIntent"}}, "answered"),
        ({"Status": "Failed", "LatestTask": {"Status": "InArrears"}}, "suspended"),
        ({"Status": "Failed", "JobFailureReason": "ContactBlockList"}, "restricted"),
        ({"Status": "Failed", "LatestTask": {"Status": "SomethingNew"}}, "error"),
        ({"Status": "Cancelled"}, "cancelled"),
    ],
)
def test_a_jobs_end_has_a_result(job: dict[str, Any], result: str) -> None:
    assert aliyun_jobs.result_of(job, "") == result


@pytest.mark.parametrize(
    ("status", "code", "message", "error_class", "delay"),
    [
        (200, "isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", ErrorClass.DELAY_UNTIL, timedelta(minutes=1)),
        (200, "isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5", ErrorClass.DELAY_UNTIL, timedelta(hours=1)),
        (200, "isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:20", ErrorClass.DELAY_UNTIL, timedelta(hours=24)),
        (200, "isv.VOICE_ROBOT_NOT_PERIOD", "", ErrorClass.DELAY_UNTIL, timedelta(hours=22)),
        (200, "isv.AMOUNT_NOT_ENOUGH", "", ErrorClass.ACCOUNT, None),
        (200, "isv.COMPLAINT_REJECT", "", ErrorClass.RECIPIENT_PERMANENT, None),
        (200, "isv.TTS_TEMPLATE_ILLEGAL", "", ErrorClass.CONTENT_PERMANENT, None),
        (200, "isv.WHATEVER_IS_NEW", "", ErrorClass.CONTENT_PERMANENT, None),
        (400, "Throttling.Api", "", ErrorClass.ACCOUNT_DELAY, timedelta(seconds=1)),
        (503, "ServiceUnavailable", "", ErrorClass.RETRY, None),
        (400, "MissingTtsCode", "", ErrorClass.ACCOUNT, None),
    ],
)
def test_a_refusal_is_sorted(
    status: int, code: str, message: str, error_class: ErrorClass, delay: timedelta | None
) -> None:
    error = error_of(Answer(status, {"Code": code, "Message": message}), NOW)
    assert isinstance(error, CallRefused)
    assert (error.error_class, error.delay) == (error_class, delay)


@pytest.mark.parametrize(
    ("status", "code"),
    [(200, "isp.SYSTEM_ERROR"), (200, "isv.VOICE_CALL_FAIL"), (500, "x"), (400, "SignatureNonceUsed")],
)
def test_what_may_have_dialled_is_unknown(status: int, code: str) -> None:
    assert isinstance(error_of(Answer(status, {"Code": code}), NOW), CallOutcomeUnknown)
