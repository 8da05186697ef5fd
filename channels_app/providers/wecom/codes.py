"""What WeCom's error codes mean for a call; texts are not stable and are only passed on.

https://developer.work.weixin.qq.com/document/path/90313 and path/96212 (limits of calls)
"""

import re
from datetime import timedelta

from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError

# 40001 in an answer to a call is an old token; in an answer to gettoken it is a wrong secret.
REFRESH = frozenset({40001, 40014, 42001})
BUSY = -1
MINUTE_LIMIT, CONCURRENCY = 45009, 45033
# A block lasts as long as the window that ran over: a minute, an hour or a day.
MINUTE_BLOCK, HOUR_BLOCK, DAY_BLOCK = timedelta(seconds=60), timedelta(minutes=60), timedelta(days=1)
RECIPIENT = frozenset({40003, 40096, 41048, 43004, 60111, 81013, 82001, 84061})
CONTENT = frozenset({40007, 40058, 44004, 45002, 45008, 40008, 47001})
CONFIG = frozenset({40001, 40013, 40056, 40091, 41001, 48001, 48002, 50002, 60011, 60020, 84074, 84083, 301002, 41011})
# Limits of customer mass messages; what exactly each limits is not documented.
GROUP_SEND = frozenset({41061, 41062, 41063})
WELCOME_EXPIRED, WELCOME_DONE = 41050, 41051
# The text carries addresses and a link for developers after the reason.
HINT = re.compile(r",?\s*(?:hint: \[[^\]]*\]|from ip: [0-9a-fA-F.:]+|more info at \S+)")


def text_of(message: str) -> str:
    """Return an errmsg without its hint, caller's address and link."""
    return HINT.sub("", message).strip(" ,")[:500]


def error_of(code: int, message: str, *, token_call: bool = False) -> TransportError:
    """Return the error for an `errcode` other than 0; `token_call` says that it answers gettoken."""
    shown, text = str(code), text_of(message)
    if token_call and code in REFRESH:
        return CallRefused(ErrorClass.ACCOUNT, shown, text)
    if code in REFRESH:
        return CallRefused(ErrorClass.REFRESH, shown, text)
    if code == BUSY:
        return CallRefused(ErrorClass.RETRY, shown, text)
    if code == MINUTE_LIMIT:
        return CallRefused(ErrorClass.ACCOUNT_DELAY, shown, text, _block(message))
    if code == CONCURRENCY:
        return CallRefused(ErrorClass.ACCOUNT_DELAY, shown, text, timedelta(seconds=1))
    if code in RECIPIENT:
        return CallRefused(ErrorClass.RECIPIENT_PERMANENT, shown, text, of_one=code in {40003, 40096, 84061})
    if code in CONTENT or code in GROUP_SEND:
        return CallRefused(ErrorClass.CONTENT_PERMANENT, shown, text)
    if code in CONFIG:
        return CallRefused(ErrorClass.ACCOUNT, shown, text)
    # A code that we do not know still says that the call was refused.
    return CallRefused(ErrorClass.CONTENT_PERMANENT, shown, text)


def error_of_http(status: int) -> TransportError:
    """Return the error for an answer without an errcode: a gateway may have passed the call on before it failed."""
    return CallOutcomeUnknown(f"http_{status}", "the answer is not WeCom's")


def _block(message: str) -> timedelta:
    if "day" in message:
        return DAY_BLOCK
    return HOUR_BLOCK if "hour" in message else MINUTE_BLOCK
