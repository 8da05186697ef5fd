from datetime import UTC, datetime, timedelta

import pytest

from channels_app.providers.base import OutcomeUnknown, Refused
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.sms.tencent_codes import error_of, verdict_on

TEN_IN_SHANGHAI = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ELEVEN_AT_NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "error_class", "delay"),
    [
        ("RequestLimitExceeded", ErrorClass.ACCOUNT_DELAY, timedelta(seconds=1)),
        ("RequestLimitExceeded.UinLimitExceeded", ErrorClass.ACCOUNT_DELAY, timedelta(seconds=1)),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", ErrorClass.DELAY_UNTIL, timedelta(seconds=30)),
        ("LimitExceeded.PhoneNumberOneHourLimit", ErrorClass.DELAY_UNTIL, timedelta(hours=1)),
        ("LimitExceeded.PhoneNumberDailyLimit", ErrorClass.DELAY_UNTIL, timedelta(hours=14)),
        ("LimitExceeded.PhoneNumberSameContentDailyLimit", ErrorClass.DELAY_UNTIL, timedelta(hours=14)),
        ("LimitExceeded.DeliveryFrequencyLimit", ErrorClass.DELAY_UNTIL, timedelta(minutes=1)),
        ("LimitExceeded.AppDailyLimit", ErrorClass.ACCOUNT_DELAY, timedelta(hours=14)),
        ("LimitExceeded.AppMainlandChinaDailyLimit", ErrorClass.ACCOUNT_DELAY, timedelta(hours=14)),
        ("InvalidParameterValue.IncorrectPhoneNumber", ErrorClass.RECIPIENT_PERMANENT, None),
        ("FailedOperation.PhoneNumberInBlacklist", ErrorClass.RECIPIENT_PERMANENT, None),
        ("FailedOperation.PhoneNumberParseFail", ErrorClass.RECIPIENT_PERMANENT, None),
        ("FailedOperation.SignatureIncorrectOrUnapproved", ErrorClass.CONTENT_PERMANENT, None),
        ("FailedOperation.TemplateIncorrectOrUnapproved", ErrorClass.CONTENT_PERMANENT, None),
        ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", ErrorClass.CONTENT_PERMANENT, None),
        ("FailedOperation.ContainSensitiveWord", ErrorClass.CONTENT_PERMANENT, None),
        ("InvalidParameterValue.MarketingTemplateWithoutUnsubscribe", ErrorClass.CONTENT_PERMANENT, None),
        ("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", ErrorClass.CONTENT_PERMANENT, None),
        ("LimitExceeded.PhoneNumberCountLimit", ErrorClass.CONTENT_PERMANENT, None),
        ("FailedOperation.InsufficientBalanceInSmsPackage", ErrorClass.ACCOUNT, None),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", ErrorClass.ACCOUNT, None),
        ("UnauthorizedOperation.RequestIpNotInWhitelist", ErrorClass.ACCOUNT, None),
        ("AuthFailure.SignatureFailure", ErrorClass.ACCOUNT, None),
        ("SomethingNew", ErrorClass.CONTENT_PERMANENT, None),
    ],
)
def test_each_code_has_its_class_and_its_delay(code: str, error_class: ErrorClass, delay: timedelta | None) -> None:
    verdict = verdict_on(code, "", TEN_IN_SHANGHAI)
    assert isinstance(verdict, Refused)
    assert (verdict.error_class, verdict.delay) == (error_class, delay)


@pytest.mark.parametrize("code", ["InternalError.Timeout", "InternalError.SendAndRecvFail", "InternalError", ""])
def test_an_internal_error_does_not_say_whether_the_message_was_sent(code: str) -> None:
    assert isinstance(verdict_on(code, "", TEN_IN_SHANGHAI), OutcomeUnknown)
    assert isinstance(error_of(code, "", TEN_IN_SHANGHAI), CallOutcomeUnknown)


def test_marketing_at_night_waits_until_eight_in_shanghai() -> None:
    verdict = verdict_on("FailedOperation.MarketingSendTimeConstraint", "", ELEVEN_AT_NIGHT)
    assert isinstance(verdict, Refused)
    assert (verdict.error_class, verdict.delay) == (ErrorClass.DELAY_UNTIL, timedelta(hours=9))


def test_a_wrong_number_may_be_one_of_many_but_a_wrong_template_is_everybodys() -> None:
    number = error_of("InvalidParameterValue.IncorrectPhoneNumber", "", TEN_IN_SHANGHAI)
    template = error_of("FailedOperation.TemplateIncorrectOrUnapproved", "", TEN_IN_SHANGHAI)
    assert isinstance(number, CallRefused)
    assert number.of_one
    assert isinstance(template, CallRefused)
    assert not template.of_one
