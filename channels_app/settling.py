"""What a provider's answer, refusal or silence makes of a message."""

from datetime import datetime, timedelta
from uuid import UUID

from channels_app.choices import MessageState
from channels_app.outbox import Orphan, Settlement
from channels_app.providers.base import Accepted, OutcomeUnknown, Reconciled, Refused, SendResult
from channels_app.providers.errors import ErrorClass

MOST_TRIES = 20
LONGEST_BACKOFF = timedelta(minutes=15)
# A provider's own records lag behind its answers; Aliyun gives no figure, reports usually come within seconds.
UNKNOWN_AFTER = timedelta(seconds=60)
LOOK_AGAIN_AFTER = timedelta(seconds=5)
RETRIES_EXHAUSTED = "retries_exhausted"
NO_RECORD = "no_record"


def backoff(tries: int) -> timedelta:
    """Return how long to wait after the given number of tries: 1 s, 2 s, 4 s, up to a quarter of an hour."""
    return min(timedelta(seconds=2 ** min(max(tries - 1, 0), 20)), LONGEST_BACKOFF)


def settlement_of(message_id: UUID, attempt: UUID, result: SendResult, tries: int, now: datetime) -> Settlement | None:
    """Return what the provider's answer makes of a message, None if it stays `sending` until it is looked up."""
    if isinstance(result, OutcomeUnknown):
        return None
    if isinstance(result, Accepted):
        return Settlement(message_id, MessageState.ACCEPTED, attempt, provider_id=result.provider_id)
    return _refused(message_id, attempt, result, tries, now)


def _refused(message_id: UUID, attempt: UUID, refused: Refused, tries: int, now: datetime) -> Settlement:
    match refused.error_class:
        case ErrorClass.RECIPIENT_PERMANENT | ErrorClass.CONTENT_PERMANENT:
            state, reason, not_before = MessageState.FAILED, str(refused.error_class), None
        case ErrorClass.ACCOUNT | ErrorClass.ACCOUNT_DELAY:
            # The account rests, see channels_app.breaker; the message is in order and keeps its turn.
            state, reason, not_before = MessageState.QUEUED, str(refused.error_class), now
        case _ if tries >= MOST_TRIES:
            state, reason, not_before = MessageState.FAILED, RETRIES_EXHAUSTED, None
        case _:
            state, reason, not_before = (
                MessageState.QUEUED,
                str(refused.error_class),
                now + (refused.delay or backoff(tries)),
            )
    uncounted = refused.error_class in {ErrorClass.ACCOUNT, ErrorClass.ACCOUNT_DELAY}
    return Settlement(
        message_id,
        state,
        attempt,
        reason=reason,
        code=refused.code,
        detail=refused.detail,
        not_before=not_before,
        uncounted=uncounted,
    )


def reconciled(orphan: Orphan, record: Reconciled | None, now: datetime) -> Settlement | None:
    """Return what the provider's record of an attempt makes of a message, None to look again later.

    Without a record it is `unknown` after a grace: nobody can prove that it was not sent, so it is not sent again.
    """
    if record is not None:
        return Settlement(
            orphan.id,
            record.outcome,
            orphan.attempt,
            reason="delivery" if record.outcome == MessageState.FAILED else "",
            code=record.code if record.outcome == MessageState.FAILED else "",
            provider_id=record.provider_id,
        )
    if now >= orphan.attempted_at + UNKNOWN_AFTER:
        return Settlement(orphan.id, MessageState.UNKNOWN, orphan.attempt, reason=NO_RECORD)
    return None
