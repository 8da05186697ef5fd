"""Which try of which call a report is about, and what it changes.

A message of the channel `call` may be dialled several times. Each try that has ended is a CallTry; the message's own
`attempt` is the try under way. Callbacks come late, twice, corrected and out of order, so a report counts for the
message only if it is about its latest try and newer than what is known of that.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from channels_app.models import CallTry, ChannelAccount, Message
from channels_app.providers.call.reference import reference_of
from channels_app.providers.inbound import ProviderReceipt

# A call by the number dialled or by the vendor's own id; a progress report has only the latter (index message_call).
KNOWN = """
select id, attempt, provider_id, address from channels_app_message
where account_id = %(account)s and channel = 'call' and attempt is not null and address = any(%(addresses)s)
union
select id, attempt, provider_id, address from channels_app_message
where account_id = %(account)s and channel = 'call' and provider_id <> '' and attempt is not null
      and provider_id = any(%(provider_ids)s)
union
select message_id, attempt, provider_id, address from channels_app_calltry
where account_id = %(account)s and (address = any(%(addresses)s)
      or provider_id <> '' and provider_id = any(%(provider_ids)s))
"""
NAME_PROVIDER_ID = """
update channels_app_message m set provider_id = g.provider_id
from unnest(%(ids)s::uuid[], %(attempts)s::uuid[], %(provider_ids)s::text[]) as g(id, attempt, provider_id)
where m.id = g.id and m.attempt = g.attempt and m.provider_id = ''
"""


@dataclass(frozen=True, slots=True)
class Try:
    message_id: UUID
    attempt: UUID
    provider_id: str
    address: str

    @property
    def reference(self) -> str:
        return reference_of(self.message_id, self.attempt)

    def is_named_by(self, receipt: ProviderReceipt) -> bool:
        if receipt.attempt is not None:
            # A vendor's own number may be that of a whole group of jobs: what names the try decides alone.
            same_call = receipt.message_id == self.message_id or receipt.address == self.address
            return receipt.attempt == self.attempt and same_call
        if receipt.reference and receipt.address == self.address and receipt.reference == self.reference:
            return True
        same_id = bool(receipt.provider_id) and receipt.provider_id == self.provider_id
        return same_id and receipt.address in ("", self.address)


def tries_named(account: ChannelAccount, receipts: Sequence[ProviderReceipt]) -> list[Try | None]:
    """Return for each report the try that it names; None if none of the account's, or if it fits two."""
    if not receipts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            KNOWN,
            {
                "account": account.pk,
                "addresses": [r.address for r in receipts if r.address],
                "provider_ids": [r.provider_id for r in receipts if r.provider_id],
            },
        )
        known = [Try(*row) for row in cursor.fetchall()]
    near: dict[str, list[Try]] = defaultdict(list)
    for one in known:
        near[f"to {one.address}"].append(one)
        if one.provider_id:
            near[f"id {one.provider_id}"].append(one)
    return [_only(near[f"to {r.address}" if r.address else f"id {r.provider_id}"], r) for r in receipts]


def _only(near: Sequence[Try], receipt: ProviderReceipt) -> Try | None:
    # A try that has ended and is still the message's latest is known twice.
    found = {(one.message_id, one.attempt): one for one in near if one.is_named_by(receipt)}
    return next(iter(found.values())) if len(found) == 1 else None


def current_reports(
    account: ChannelAccount, reported: Sequence[tuple[Try, ProviderReceipt]]
) -> list[tuple[UUID, ProviderReceipt]]:
    """Record what reports say of tries, and return those that still count for their messages.

    Locks the messages, in order of id, so that two callbacks about one call are taken one after the other.
    """
    ids = sorted({known.message_id for known, _ in reported})
    rows = Message.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    present = dict(rows.values_list("pk", "attempt"))
    counting: list[tuple[UUID, ProviderReceipt]] = []
    named: list[tuple[Try, str]] = []
    for known, receipt in sorted(reported, key=lambda pair: pair[1].reported_at):
        newest = _record(account, known, receipt) if receipt.result else True
        if newest and present.get(known.message_id) == known.attempt:
            counting.append((known.message_id, receipt))
            if receipt.provider_id and not known.provider_id:
                named.append((known, receipt.provider_id))
    _name(named)
    return counting


def _record(account: ChannelAccount, known: Try, receipt: ProviderReceipt) -> bool:
    """Write how a try ended; False if a newer report has said so before."""
    row = CallTry.objects.filter(message_id=known.message_id, attempt=known.attempt).first()
    if row is None:
        CallTry.objects.create(
            workspace_id=account.workspace_id,
            account=account,
            message_id=known.message_id,
            attempt=known.attempt,
            number=CallTry.objects.filter(message_id=known.message_id).count() + 1,
            address=known.address,
            provider_id=known.provider_id or receipt.provider_id,
            result=receipt.result,
            code=receipt.code,
            reported_at=receipt.reported_at,
        )
        return True
    if row.reported_at > receipt.reported_at:
        return False
    row.result, row.code, row.reported_at = receipt.result, receipt.code, receipt.reported_at
    row.save(update_fields=["result", "code", "reported_at"])
    return True


def _name(named: Sequence[tuple[Try, str]]) -> None:
    """Keep the vendor's id of a call whose answer was lost: by it the vendor can be asked."""
    if not named:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            NAME_PROVIDER_ID,
            {
                "ids": [known.message_id for known, _ in named],
                "attempts": [known.attempt for known, _ in named],
                "provider_ids": [provider_id for _, provider_id in named],
            },
        )
