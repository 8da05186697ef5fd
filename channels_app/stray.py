"""Reports of vendors that echo nothing of ours and whose own number of the message we have not learnt, or not yet.

Tencent Cloud answers SendSms with a number for each message (SerialNo) and its status pushes carry nothing else. A push
may come before the answer is written, and if the answer was lost the push is all that will ever be heard.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection

from channels_app.models import ChannelAccount
from channels_app.providers.inbound import ProviderReceipt

# Delivery states are pushed within three days; the vendor's clock shows seconds and may be a little ahead of ours.
LATEST = timedelta(hours=72)
SKEW = timedelta(minutes=1)

# Looked for by the number once more in the same glance: the answer may have been written since it was not found.
OPEN = """
select id, state, provider_id <> '' as numbered from channels_app_message
where account_id = %(account)s and address = %(address)s
      and (provider_id = %(number)s
           or (provider_id = '' and state in ('sending', 'unknown') and attempted_at between %(after)s and %(before)s))
order by attempted_at
"""
REMEMBER = """
update channels_app_message m set provider_id = g.provider_id
from unnest(%s::uuid[], %s::text[]) as g(id, provider_id)
where m.id = g.id and m.provider_id = ''
"""


class NotYetKnown(Exception):
    """A report may be of one of several calls that are still under way; once these are answered it can be told."""

    code = "not_yet_known"


def by_address(
    account: ChannelAccount, receipts: Sequence[ProviderReceipt], matched: Sequence[UUID | None]
) -> list[UUID | None]:
    """Add the matches of receipts that may go by their address. Raises NotYetKnown."""
    return [
        id_ if id_ is not None or not receipt.by_address else _only_open(account, receipt)
        for receipt, id_ in zip(receipts, matched, strict=True)
    ]


def _only_open(account: ChannelAccount, receipt: ProviderReceipt) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN,
            {
                "account": account.pk,
                "address": receipt.address,
                "number": receipt.provider_id,
                "after": receipt.reported_at - LATEST,
                "before": receipt.reported_at + SKEW,
            },
        )
        found: list[tuple[UUID, str, bool]] = cursor.fetchall()
    numbered = [id_ for id_, _, known in found if known]
    if numbered:
        return numbered[0]
    if len(found) > 1 and any(state == "sending" for _, state, _ in found):
        raise NotYetKnown("Calls to this number are under way; push this report again.")
    return found[0][0] if len(found) == 1 else None


def remember(numbers: Sequence[tuple[UUID, str]]) -> None:
    """Keep the vendor's numbers of messages that were found by their addresses, so that later reports are found by them.

    The caller has locked the messages: a lock taken here, out of order, would meet those of the dispatcher.
    """
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, ([id_ for id_, _ in numbers], [number for _, number in numbers]))
