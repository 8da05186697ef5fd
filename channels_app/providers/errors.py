"""What can go wrong at a provider, sorted by what has to be done about it."""

from datetime import timedelta
from enum import StrEnum


class ErrorClass(StrEnum):
    """`refresh`: get a new token, then retry. `retry`: back off and retry. `delay_until`: retry after a known time.
    `recipient_permanent` and `content_permanent`: this message can never be sent. `account`: nothing can be sent
    until a person repairs the account. `account_delay`: the account must wait, its messages are in order.
    """

    REFRESH = "refresh"
    RETRY = "retry"
    DELAY_UNTIL = "delay_until"
    RECIPIENT_PERMANENT = "recipient_permanent"
    CONTENT_PERMANENT = "content_permanent"
    ACCOUNT = "account"
    ACCOUNT_DELAY = "account_delay"


class TransportError(Exception):
    """A whole call failed. `code` is the provider's own code where it gave one."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class CallRefused(TransportError):
    """The provider certainly took nothing of the call: it said so, or the bytes never left.

    `of_one` says that one message of the call may be to blame, so that the others deserve a call without it.
    """

    def __init__(
        self, error_class: ErrorClass, code: str, detail: str = "", delay: timedelta | None = None, of_one: bool = False
    ) -> None:
        super().__init__(code, detail)
        self.error_class = error_class
        self.delay = delay
        self.of_one = of_one


class CallOutcomeUnknown(TransportError):
    """The call may have been taken: bytes left and no answer can be trusted."""


class MalformedCallback(ValueError):
    """A callback's body is not what the provider documents."""

    code = "malformed_callback"


class ForgedCallback(ValueError):
    """A callback's signature is not the provider's."""

    code = "forged_callback"


class NotOffered(NotImplementedError):
    """The provider has nothing of this kind."""

    code = "not_offered"


class UnknownProvider(LookupError):
    """No provider is registered under this name."""

    code = "unknown_provider"
