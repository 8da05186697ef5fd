"""What to do about each of WeChat's error codes.

https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
"""

from datetime import datetime, timedelta

from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.shanghai import until_hour

BUSY = -1
STALE_TOKEN = frozenset({40001, 40014, 42001})
DAILY_QUOTA = 45009
TOO_FREQUENT = 45011
MASS_TOO_FREQUENT = 45066
RECIPIENT = frozenset({40003, 43004, 43019, 43101, 45015, 45047})
CONTENT = frozenset({40037, 41030, 44002, 45002, 47001, 47003})
ACCOUNT = frozenset({40013, 40125, 40164, 41001, 48001, 48004, 50002, 43116, 50005})

# WeChat says only "too frequent"; its limits of this kind are counted by the minute.
REST_WHEN_TOO_FREQUENT = timedelta(seconds=10)
REST_OF_MASS = timedelta(minutes=1)


def error_of(code: int, message: str, now: datetime) -> TransportError:
    """Turn an errcode other than 0 and its errmsg into the error to raise. All of them say that nothing was taken."""
    shown = str(code)
    if code == BUSY:
        return CallRefused(ErrorClass.RETRY, shown, message)
    if code in STALE_TOKEN:
        return CallRefused(ErrorClass.REFRESH, shown, message)
    if code == DAILY_QUOTA:
        return CallRefused(ErrorClass.ACCOUNT_DELAY, shown, message, until_hour(0, now))
    if code == TOO_FREQUENT:
        return CallRefused(ErrorClass.ACCOUNT_DELAY, shown, message, REST_WHEN_TOO_FREQUENT)
    if code == MASS_TOO_FREQUENT:
        return CallRefused(ErrorClass.DELAY_UNTIL, shown, message, REST_OF_MASS)
    if code in RECIPIENT:
        return CallRefused(ErrorClass.RECIPIENT_PERMANENT, shown, message)
    if code in ACCOUNT:
        return CallRefused(ErrorClass.ACCOUNT, shown, message)
    # CONTENT, and what we do not know: refused, and nothing says that trying again would help.
    return CallRefused(ErrorClass.CONTENT_PERMANENT, shown, message)


def token_error_of(error: TransportError) -> CallRefused:
    """Turn what happened to a call for a token into what it means for a message: it has certainly not been sent.

    https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
    """
    if isinstance(error, CallOutcomeUnknown) or (isinstance(error, CallRefused) and error.error_class in _PASSING):
        # Nothing can be sent without a token, so it is the account that waits.
        return CallRefused(ErrorClass.ACCOUNT_DELAY, error.code, f"no token: {error.detail}", timedelta(seconds=5))
    if isinstance(error, CallRefused) and error.error_class == ErrorClass.ACCOUNT_DELAY:
        return error
    # 40001 and 40125 (wrong secret), 40013 (wrong appid), 40164 (address not in the list) and the like.
    return CallRefused(ErrorClass.ACCOUNT, error.code, f"no token: {error.detail}")


_PASSING = frozenset({ErrorClass.RETRY, ErrorClass.DELAY_UNTIL})
