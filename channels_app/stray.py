"""Reports of vendors that echo nothing of ours and whose own number of the message we have not learnt, or not yet.

Tencent Cloud answers SendSms with a number for each message (SerialNo) and its status pushes carry nothing else. A push
may come before the answer is written, and if the answer was lost the push is all that will ever be heard.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from channels_app.models import ChannelAccount, Message
from channels_app.providers.inbound import ProviderReceipt

# Delivery states are pushed within three days; the vendor's clock shows seconds and may be a little ahead of ours.
LATEST = timedelta(hours=72)
SKEW = timedelta(minutes=1)

OPEN = """
select id, state from channels_app_message
where account_id = %s and address = %s and state in ('sending', 'unknown') and provider_id = ''
      and attempted_at between %s and %s
order by attempted_at
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
    found = _open_to(account.pk, receipt.address, receipt.reported_at)
    if len(found) > 1 and any(state == "sending" for _, state in found):
        raise NotYetKnown("Calls to this number are under way; push this report again.")
    if len(found) != 1:
        return None
    # Its later reports are found by the vendor's number.
    Message.objects.filter(pk=found[0][0], provider_id="").update(provider_id=receipt.provider_id)
    return found[0][0]


def _open_to(account: UUID, address: str, reported_at: datetime) -> list[tuple[UUID, str]]:
    with connection.cursor() as cursor:
        cursor.execute(OPEN, (account, address, reported_at - LATEST, reported_at + SKEW))
        return [(id_, state) for id_, state in cursor.fetchall()]
