"""Which of a node's numbers a message counts in, by its state: for who counts as it happens and for who counts again."""

from collections.abc import Mapping
from typing import Final

# The way of a message that left: a later state implies those before it.
_DELIVERED: Final = frozenset({"delivered", "read", "clicked", "replied"})

STATES: Final[Mapping[str, frozenset[str]]] = {
    "sent": frozenset({"accepted"}) | _DELIVERED,
    "delivered": _DELIVERED,
    "clicked": frozenset({"clicked", "replied"}),
    "failed": frozenset({"failed", "expired", "unknown"}),
    "blocked": frozenset({"blocked"}),
}

_OF: Final = {
    state: frozenset(metric for metric, states in STATES.items() if state in states)
    for state in frozenset().union(*STATES.values())
}


def metrics_of(state: str) -> frozenset[str]:
    """Return the metrics that a message in this state counts in; none before it has left or been refused."""
    return _OF.get(state, frozenset())
