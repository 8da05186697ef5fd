"""What to do about each of Tencent Cloud's SMS error codes, of a whole call or of one number in its answer.

https://cloud.tencent.com/document/product/382/59177
"""

from datetime import datetime, timedelta

from channels_app.providers.base import OutcomeUnknown, Refused
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.shanghai import until_hour

RECIPIENT = frozenset(
    {
        "InvalidParameterValue.IncorrectPhoneNumber",
        "FailedOperation.PhoneNumberInBlacklist",
        "FailedOperation.PhoneNumberParseFail",
    }
)
CONTENT = frozenset(
    {
        "FailedOperation.SignatureIncorrectOrUnapproved",
        "FailedOperation.TemplateIncorrectOrUnapproved",
        "FailedOperation.TemplateUnapprovedOrNotExist",
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
        "FailedOperation.ContainSensitiveWord",
        "InvalidParameterValue.ContentLengthLimit",
        "InvalidParameterValue.MarketingTemplateWithoutUnsubscribe",
        "InvalidParameterValue.TemplateParameterFormatError",
        "InvalidParameterValue.TemplateParameterLengthLimit",
        "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
        "LimitExceeded.PhoneNumberCountLimit",
    }
)
ACCOUNT = frozenset({"FailedOperation.InsufficientBalanceInSmsPackage"})
ACCOUNT_PREFIXES = ("UnauthorizedOperation", "AuthFailure", "InvalidAction", "NoSuchVersion", "UnsupportedRegion")
# The application's own caps: nobody gets anything before midnight.
CAPS_OF_ACCOUNT = frozenset(
    {
        "LimitExceeded.AppDailyLimit",
        "LimitExceeded.AppGlobalDailyLimit",
        "LimitExceeded.AppMainlandChinaDailyLimit",
        "LimitExceeded.AppCountryOrRegionDailyLimit",
        "LimitExceeded.DailyLimit",
    }
)
UNTIL_MIDNIGHT = frozenset({"LimitExceeded.PhoneNumberDailyLimit", "LimitExceeded.PhoneNumberSameContentDailyLimit"})
PAUSES = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": timedelta(seconds=30),
    "LimitExceeded.PhoneNumberOneHourLimit": timedelta(hours=1),
    # No figure is published for this one.
    "LimitExceeded.DeliveryFrequencyLimit": timedelta(minutes=1),
}
OUT_OF_HOURS = "FailedOperation.MarketingSendTimeConstraint"
MARKETING_OPENS = 8  # on the clock of Shanghai, until 22
ACCOUNT_CLASSES = frozenset({ErrorClass.ACCOUNT, ErrorClass.ACCOUNT_DELAY})


def verdict_on(code: str, message: str, now: datetime) -> Refused | OutcomeUnknown:
    """Return what a code says of what it is about. InternalError of any kind does not say whether it was sent."""
    if not code or code.startswith("InternalError"):
        return OutcomeUnknown(code or "no_code", message)
    error_class, delay = _class_of(code, now)
    return Refused(error_class, code, message, delay)


def _class_of(code: str, now: datetime) -> tuple[ErrorClass, timedelta | None]:
    if code.startswith("RequestLimitExceeded"):
        return ErrorClass.ACCOUNT_DELAY, timedelta(seconds=1)
    if code in CAPS_OF_ACCOUNT:
        return ErrorClass.ACCOUNT_DELAY, until_hour(0, now)
    if code in CONTENT:
        return ErrorClass.CONTENT_PERMANENT, None
    if code in RECIPIENT:
        return ErrorClass.RECIPIENT_PERMANENT, None
    if code in ACCOUNT or code.startswith(ACCOUNT_PREFIXES):
        return ErrorClass.ACCOUNT, None
    if code == OUT_OF_HOURS:
        return ErrorClass.DELAY_UNTIL, until_hour(MARKETING_OPENS, now)
    if code in UNTIL_MIDNIGHT:
        return ErrorClass.DELAY_UNTIL, until_hour(0, now)
    if code.startswith("LimitExceeded."):
        return ErrorClass.DELAY_UNTIL, PAUSES.get(code, timedelta(minutes=1))
    # A code we do not know: refused, and nothing says that trying again would help.
    return ErrorClass.CONTENT_PERMANENT, None


def error_of(code: str, message: str, now: datetime) -> TransportError:
    """Turn the code of a whole call into the error to raise."""
    verdict = verdict_on(code, message, now)
    if isinstance(verdict, OutcomeUnknown):
        return CallOutcomeUnknown(verdict.code, verdict.detail)
    of_one = verdict.error_class in {ErrorClass.RECIPIENT_PERMANENT, ErrorClass.DELAY_UNTIL}
    return CallRefused(verdict.error_class, code, message, verdict.delay, of_one=of_one)
