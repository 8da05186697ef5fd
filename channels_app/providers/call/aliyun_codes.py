"""What Aliyun's voice service says: error codes of its API, and how a call ended.

https://help.aliyun.com/zh/vms/developer-reference/api-error-code and https://help.aliyun.com/document_detail/55085.html
"""

from datetime import datetime, timedelta

from channels_app.providers.aliyun_client import Answer, gateway_error
from channels_app.providers.call import results
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.shanghai import until_hour

# Calls may be made from this hour on; before, they would be refused again.
EARLIEST = 8

ACCOUNT = frozenset(
    {
        "isp.RAM_PERMISSION_DENY",
        "isv.OUT_OF_SERVICE",
        "isv.PRODUCT_UN_SUBSCRIPT",
        "isv.PRODUCT_UNSUBSCRIBE",
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.ACCOUNT_ABNORMAL",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.BILLID_NOT_EXIST",
        "isv.DISPLAY_NUMBER_ILLEGAL",
    }
)
RECIPIENT = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.COMPLAINT_REJECT"})
NOT_NOW = frozenset({"isv.VOICE_ROBOT_NOT_PERIOD", "isv.VOICE_CALL_PERIOD_ERROR"})
# The service failed after it had the order: nobody can say that it has not dialled.
AMBIGUOUS = frozenset({"isp.SYSTEM_ERROR", "isp.UNKNOWN", "isv.VOICE_CALL_FAIL"})

RESULT_OF_STATUS = {
    "200000": results.ANSWERED,
    "200001": results.ANSWERED,
    "200002": results.BUSY,
    "200003": results.NO_ANSWER,
    "200004": results.INVALID,
    "200005": results.UNREACHABLE,
    "200007": results.UNREACHABLE,
    "200010": results.POWERED_OFF,
    "200011": results.SUSPENDED,
    "200104": results.RESTRICTED,
    "200105": results.RESTRICTED,
    "200117": results.RESTRICTED,
    "200118": results.RESTRICTED,
    "200119": results.RESTRICTED,
    "200121": results.OVERLOADED,
    "400": results.ERROR,
    "500": results.ERROR,
    "999999": results.ERROR,
}
# 200005 is both "cannot be reached" and "declined"; who hung up tells them apart.
REJECTED_OR_UNREACHABLE = "200005"
THE_PERSON = "用户"


def result_of(status: str, hung_up_by: str = "") -> str:
    """Return how a call with this final status ended; one that is not documented is the carrier's error."""
    if status == REJECTED_OR_UNREACHABLE and hung_up_by == THE_PERSON:
        return results.REJECTED
    return RESULT_OF_STATUS.get(status, results.ERROR)


def error_of(answer: Answer, now: datetime) -> TransportError:
    """Turn an answer whose Code is not OK into the error to raise."""
    known = gateway_error(answer)
    if known is not None:
        return known
    code, message = answer.code, answer.message
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        return CallRefused(ErrorClass.DELAY_UNTIL, code, message, _delay(message, now))
    if code in NOT_NOW:
        return CallRefused(ErrorClass.DELAY_UNTIL, code, message, until_hour(EARLIEST, now))
    if code in AMBIGUOUS:
        return CallOutcomeUnknown(code, message)
    if code in ACCOUNT:
        return CallRefused(ErrorClass.ACCOUNT, code, message)
    if code in RECIPIENT:
        return CallRefused(ErrorClass.RECIPIENT_PERMANENT, code, message)
    # Templates, variables and codes we do not know: refused, and nothing says that trying again would help.
    return CallRefused(ErrorClass.CONTENT_PERMANENT, code, message)


def _delay(message: str, now: datetime) -> timedelta:
    """Read `触发分钟级流控Permits:1` and its hourly and daily kin."""
    if "天级" in message:
        return timedelta(hours=24)
    return timedelta(hours=1) if "小时级" in message else timedelta(minutes=1)
