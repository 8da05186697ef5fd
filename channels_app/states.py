"""How a message's state moves: only forward, whatever arrives late, twice or out of order."""

from channels_app.choices import MessageState as S

_PATH = (S.QUEUED, S.SENDING, S.ACCEPTED, S.DELIVERED, S.READ, S.CLICKED, S.REPLIED)
RANK = {state: rank for rank, state in enumerate(_PATH)}
FINAL = frozenset({S.FAILED, S.BLOCKED, S.EXPIRED})
RESOLVES_UNKNOWN = frozenset({S.ACCEPTED, S.DELIVERED, S.READ, S.CLICKED, S.REPLIED, S.FAILED})
ENDS_OF_CALL = frozenset({S.DELIVERED, S.FAILED})


def fold(state: str, reported: str) -> S:
    """Return the state after a report.

    A report moves a message along queued, sending, accepted, delivered, read, clicked, replied. It fails a message
    that has not been delivered, and it resolves `unknown`. Otherwise the state stays; the receipt is kept all the same.
    """
    old, new = S(state), S(reported)
    if old in FINAL:
        return old
    if old == S.UNKNOWN:
        return new if new in RESOLVES_UNKNOWN else old
    if new == S.FAILED:
        return new if RANK[old] < RANK[S.DELIVERED] else old
    return new if RANK.get(new, -1) > RANK[old] else old


def fold_call(state: str, reported: str) -> S:
    """Return the state of a call after a report of how its latest try ended.

    Here an end is not final: vendors correct it (the voice that answered was a mailbox, the person did pick up), and
    what the newest report says is how it ended. The caller has seen to it that the report is the newest.
    """
    old, new = S(state), S(reported)
    return new if old in ENDS_OF_CALL and new in ENDS_OF_CALL else fold(state, reported)
