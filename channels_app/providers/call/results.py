"""How a call can end, in Zhitu's words, whatever the vendor calls it.

`answered` and `intent_A` to `intent_F` reached the person; all others did not.
"""

ANSWERED = "answered"
NO_ANSWER = "no_answer"
BUSY = "busy"
REJECTED = "rejected"
POWERED_OFF = "powered_off"
UNREACHABLE = "unreachable"
INVALID = "invalid"
SUSPENDED = "suspended"
RESTRICTED = "restricted"
CANCELLED = "cancelled"
OVERLOADED = "overloaded"
ERROR = "error"

INTENTS = tuple(f"intent_{letter}" for letter in "ABCDEF")
NOT_REACHED = (
    NO_ANSWER,
    BUSY,
    REJECTED,
    POWERED_OFF,
    UNREACHABLE,
    INVALID,
    SUSPENDED,
    RESTRICTED,
    CANCELLED,
    OVERLOADED,
    ERROR,
)
RESULTS = frozenset({ANSWERED, *INTENTS, *NOT_REACHED})
# A number that does not exist or is out of service will be so tomorrow, and one that may not be called must not be.
REDIALABLE = frozenset({NO_ANSWER, BUSY, REJECTED, POWERED_OFF, UNREACHABLE, OVERLOADED, ERROR})


def reached(result: str) -> bool:
    return result == ANSWERED or result in INTENTS


def outcome_of(result: str) -> str:
    """Return the message state that a call's end means."""
    return "delivered" if reached(result) else "failed"


def intent_result(level: str) -> str:
    """Return the result of an answered call whose intent a robot has graded: A to F, also written "A级" or "a"."""
    letter = level.strip()[:1].upper()
    return f"intent_{letter}" if f"intent_{letter}" in INTENTS else ANSWERED


def matches(wanted: str, result: str) -> bool:
    """Tell whether `result` is what a rule names; `answered` names every call that was."""
    return wanted == result or (wanted == ANSWERED and reached(result))
