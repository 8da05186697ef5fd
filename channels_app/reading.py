"""What the long readings of a vendor's lists (followers, contacts) have in common: whether to go on after a failure."""

from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, NotOffered, TransportError

PASSES = frozenset({ErrorClass.RETRY, ErrorClass.REFRESH, ErrorClass.ACCOUNT_DELAY, ErrorClass.DELAY_UNTIL})


def passes(error: TransportError | NotOffered) -> bool:
    """Tell whether the same call may succeed later by itself; what only a person can mend ends a reading."""
    if isinstance(error, CallRefused):
        return error.error_class in PASSES
    return isinstance(error, CallOutcomeUnknown)
