"""What stops an account: its provider refuses it (with an alert, and a probe from time to time), or an operator does."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from channels_app.models import Alert, ChannelAccount, SendingStop
from channels_app.providers.errors import CallRefused, ErrorClass

log = logging.getLogger(__name__)

FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)
ACCOUNT_STOPPED = "account_stopped"
ANY_CHANNEL = ""


def refused(account: ChannelAccount, error: CallRefused, now: datetime) -> None:
    """Let the account rest if that is what the refusal asks for.

    A refusal of the account itself opens the breaker: an alert, and after a rest that doubles each time one message as
    a probe, until one is taken.
    """
    if error.error_class == ErrorClass.ACCOUNT:
        rest = min(FIRST_REST * 2 ** min(account.failures, 10), LONGEST_REST)
        account.failures += 1
        Alert.objects.get_or_create(
            workspace_id=account.workspace_id,
            kind=ACCOUNT_STOPPED,
            subject=str(account.pk),
            closed_at=None,
            defaults={"code": error.code[:128], "detail": error.detail[:2000], "opened_at": now},
        )
    elif error.error_class == ErrorClass.ACCOUNT_DELAY:
        rest = error.delay or timedelta(seconds=1)
    else:
        return
    account.paused_until = now + rest
    account.pause_reason = error.code[:128]
    account.save(update_fields=["paused_until", "pause_reason", "failures"])
    log.warning("account %s rests until %s: %s", account.pk, account.paused_until, error.code)


def taken(account: ChannelAccount, now: datetime) -> None:
    """Close the breaker: the provider has taken a message again."""
    if not account.failures:
        return
    account.failures, account.paused_until, account.pause_reason = 0, None, ""
    account.save(update_fields=["paused_until", "pause_reason", "failures"])
    Alert.objects.filter(
        workspace_id=account.workspace_id, kind=ACCOUNT_STOPPED, subject=str(account.pk), closed_at=None
    ).update(closed_at=now)


def stopped_channels(workspace_id: UUID) -> set[str]:
    """Return the channels on which nothing may leave the workspace; ANY_CHANNEL among them means none at all."""
    return set(SendingStop.objects.filter(workspace_id=workspace_id).values_list("channel", flat=True))
