"""Calling again a person whom a call did not reach: the message goes back into the outbox for another try."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from channels_app.choices import MessageState
from channels_app.models import CallTry, ChannelAccount, Message, Template
from channels_app.ports import ports
from channels_app.providers.call.strategy import BadStrategy, Retry, parse_retry
from channels_app.providers.inbound import ProviderReceipt

log = logging.getLogger(__name__)

REASON = "redial"
# An outcome that was unknown has been told to the journey, which has gone on; nobody is called again behind its back.
UNDER_WAY = frozenset({MessageState.SENDING, MessageState.ACCEPTED})

# Without attempt and number the message is nobody's any more: a late report of the try before cannot end the next.
QUEUE_AGAIN = """
update channels_app_message m
set state = 'queued', reason = 'redial', error_code = g.code, error_detail = g.detail, not_before = g.not_before,
    attempt = null, provider_id = '', result = '', updated_at = %(now)s
from unnest(%(ids)s::uuid[], %(codes)s::text[], %(details)s::text[], %(not_befores)s::timestamptz[])
     as g(id, code, detail, not_before)
where m.id = g.id
"""


@dataclass(frozen=True, slots=True)
class Redial:
    message_id: UUID
    not_before: datetime
    code: str
    detail: str


def redials(
    account: ChannelAccount, failed: Sequence[tuple[UUID, str, ProviderReceipt]], now: datetime
) -> Mapping[UUID, Redial]:
    """Return which of these (message, state before, report that fails it) are to be called again, and when.

    The caller holds the messages' locks. A message that would expire before its next try is not called again.
    """
    wanted = {id_: receipt for id_, state, receipt in failed if receipt.result and state in UNDER_WAY}
    if not wanted:
        return {}
    messages = Message.objects.filter(pk__in=wanted).only("pk", "template_id", "expires_at")
    templates = Template.objects.in_bulk({message.template_id for message in messages})
    again: dict[UUID, Redial] = {}
    for message in messages:
        template, receipt = templates.get(message.template_id), wanted[message.pk]
        retry = _strategy(account, template) if template is not None else None
        if retry is None:
            continue
        tries = CallTry.objects.filter(message_id=message.pk).count()
        at = retry.next_at(receipt.result, tries, now)
        if at is not None and (message.expires_at is None or at < message.expires_at):
            again[message.pk] = Redial(message.pk, at, receipt.code, receipt.result)
    return again


def _strategy(account: ChannelAccount, template: Template) -> Retry | None:
    """The template's own strategy, or else the account's."""
    try:
        return parse_retry(template.settings if "retry" in template.settings else account.settings)
    except BadStrategy as error:
        # Settings are checked when they are written; one that an older version let through stops at the first try.
        log.error("template %s cannot be called again: %s", template.pk, error)
        return None


def queue_again(account: ChannelAccount, again: Sequence[Redial], now: datetime) -> None:
    """Put messages back into the outbox and have it looked at after this transaction."""
    if not again:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            QUEUE_AGAIN,
            {
                "ids": [redial.message_id for redial in again],
                "codes": [redial.code for redial in again],
                "details": [redial.detail for redial in again],
                "not_befores": [redial.not_before for redial in again],
                "now": now,
            },
        )
    transaction.on_commit(lambda: ports.want_dispatch(account.pk))
