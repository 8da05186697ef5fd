"""What to do about each of Aliyun's SMS error codes.

https://help.aliyun.com/zh/sms/developer-reference/api-error-codes
"""

from datetime import datetime, timedelta

from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.shanghai import until_hour

RETRY = frozenset({"isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "SYSTEM_ERROR", "ServiceUnavailable"})
ACCOUNT = frozenset(
    {
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.OUT_OF_SERVICE",
        "isv.PRODUCT_UN_SUBSCRIPT",
        "isv.PRODUCT_UNSUBSCRIBE",
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.ACCOUNT_ABNORMAL",
        "isp.RAM_PERMISSION_DENY",
        "isv.DENY_IP_RANGE",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId.NotFound",
        "InvalidAccessKeyId.Inactive",
        "InvalidTimeStamp.Expired",
        "InvalidTimeStamp.Format",
        "InvalidVersion",
        "IncompleteSignature",
        "NoPermission",
        "Forbidden.RAM",
    }
)
RECIPIENT = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.MOBILE_COUNT_OVER_LIMIT",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
    }
)
# Of the template or the signature, so the same for every number of a call.
CONTENT_OF_ALL = frozenset(
    {
        "isv.SMS_TEMPLATE_ILLEGAL",
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.SMS_SIGN_ILLEGAL",
        "isv.SIGN_STATE_ILLEGAL",
        "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
        "isv.EXTEND_CODE_ERROR",
    }
)
CONTENT_OF_ONE = frozenset(
    {
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "isv.INVALID_PARAMETERS",
        "isv.INVALID_JSON_PARAM",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.SMS_CONTENT_ILLEGAL",
    }
)
ACCOUNT_CAPS = frozenset({"isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"})
PERMANENT_AT_GATEWAY = ("Missing", "Invalid")
CLASSES = (
    (RETRY, ErrorClass.RETRY, False),
    (ACCOUNT, ErrorClass.ACCOUNT, False),
    (RECIPIENT, ErrorClass.RECIPIENT_PERMANENT, True),
    (CONTENT_OF_ALL, ErrorClass.CONTENT_PERMANENT, False),
    (CONTENT_OF_ONE, ErrorClass.CONTENT_PERMANENT, True),
)


def error_of(code: str, message: str, status: int, now: datetime) -> TransportError:
    """Turn a code, its message and the HTTP status into the error to raise."""
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        return CallRefused(ErrorClass.DELAY_UNTIL, code, message, _per_number_delay(message, now), of_one=True)
    if code in ACCOUNT_CAPS:
        return CallRefused(ErrorClass.ACCOUNT_DELAY, code, message, until_hour(0, now))
    if code.startswith("Throttling"):
        return CallRefused(ErrorClass.ACCOUNT_DELAY, code, message, timedelta(seconds=1))
    for codes, error_class, of_one in CLASSES:
        if code in codes:
            return CallRefused(error_class, code, message, of_one=of_one)
    # A replayed nonce means that the same signed bytes have arrived before; what became of them is not said.
    if status >= 500 or code in {"SignatureNonceUsed", ""}:
        return CallOutcomeUnknown(code or f"http_{status}", message)
    if status >= 400 and code.startswith(PERMANENT_AT_GATEWAY):
        return CallRefused(ErrorClass.ACCOUNT, code, message)
    # A business code we do not know: refused, and nothing says that trying again would help.
    return CallRefused(ErrorClass.CONTENT_PERMANENT, code, message, of_one=True)


def _per_number_delay(message: str, now: datetime) -> timedelta:
    """Read `触发分钟级流控Permits:1` and its hourly and daily kin."""
    if "天级" in message:
        return until_hour(0, now)
    return timedelta(hours=1) if "小时级" in message else timedelta(minutes=1)
