"""What providers report later: kept as it came, once, and folded into the message's state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from channels_app import outbox, stray, suppressions
from channels_app.call_tries import current_reports, tries_named
from channels_app.changes import publish
from channels_app.choices import Channel, MessageState
from channels_app.follow_up import follow_up
from channels_app.inbound import take_events
from channels_app.models import ChannelAccount
from channels_app.outbox import Advance
from channels_app.ports import OptOut, Reply, ports
from channels_app.providers.inbound import Inbound, ProviderReceipt, ProviderReply
from channels_app.providers.registry import entry_of
from channels_app.redial import queue_again, redials
from channels_app.states import fold, fold_call

REPLY_BELONGS_WITHIN = timedelta(hours=72)

# A report names its message itself, or by attempt and address; a provider that echoes neither, by its own number.
MATCH = """
with given as (
    select * from unnest(%(message_ids)s::uuid[], %(attempts)s::uuid[], %(provider_ids)s::text[],
                        %(addresses)s::text[])
        with ordinality as g(message_id, attempt, provider_id, address, position))
select g.position, coalesce(
    (select m.id from channels_app_message m where m.id = g.message_id and m.account_id = %(account)s),
    (select m.id from channels_app_message m
      where m.attempt = g.attempt and m.address = g.address and m.account_id = %(account)s limit 1),
    (select m.id from channels_app_message m
      where g.provider_id <> '' and m.account_id = %(account)s and m.address = g.address
            and m.provider_id = g.provider_id limit 1),
    (select m.id from channels_app_message m
      where g.provider_id <> '' and g.address = '' and m.account_id = %(account)s
            and m.provider_id = g.provider_id and m.provider_id <> '' limit 1))
from given g
"""
INSERT = """
insert into channels_app_receipt
    (id, workspace_id, account_id, message_id, dedup_key, outcome, code, reported_at, received_at, payload)
select g.id, %(workspace)s, %(account)s, g.message_id, g.dedup_key, g.outcome, g.code, g.reported_at, %(now)s,
       g.payload::jsonb
from unnest(%(ids)s::uuid[], %(message_ids)s::uuid[], %(dedup_keys)s::text[], %(outcomes)s::text[],
            %(codes)s::text[], %(reported_ats)s::timestamptz[],
            %(payloads)s::text[])
     as g(id, message_id, dedup_key, outcome, code, reported_at, payload)
on conflict (account_id, dedup_key) do nothing
returning dedup_key
"""
LAST_SENT_TO = """
select id from channels_app_message
where account_id = %s and address = %s and attempted_at > %s and state in ('accepted', 'delivered', 'read', 'clicked')
order by attempted_at desc limit 1
"""


def take_in(account: ChannelAccount, inbound: Inbound, now: datetime) -> int:
    """Store a callback's receipts and replies and act on those that are new; return how many are.

    Raises PortMissing for a refusal (退订) that nobody can record, and stray.NotYetKnown for a report of a message whose
    call is still under way: the provider then sends the callback again.
    """
    with transaction.atomic():
        # Two callbacks with the same reports wait for each other in one order.
        receipts = sorted(inbound.receipts, key=lambda receipt: receipt.dedup_key)
        if account.channel == Channel.CALL:
            fresh = _take_calls(account, receipts, inbound.replies, now)
        else:
            fresh = _take_messages(account, receipts, inbound.replies, now)
        refusals = [
            refusal
            for reply in inbound.replies
            if reply.opts_out and reply.dedup_key in fresh
            for refusal in _opt_outs(account, reply)
        ]
        if refusals:
            # A refusal by a number that nobody has is kept with the number: whoever gets it later is left alone, too.
            suppressions.keep(ports.opt_out_handler().opt_out(refusals))
        answers = [r for r in inbound.replies if not r.opts_out and r.dedup_key in fresh]
        if answers:
            for listener in ports.replied:
                listener([_reply(account, reply, channel) for reply in answers for channel in _channels(account)])
        take_events(account, inbound, now)
    return len(fresh)


def _channels(account: ChannelAccount) -> Sequence[str]:
    return tuple(entry_of(account.provider).channels)


def _reply(account: ChannelAccount, reply: ProviderReply, channel: str) -> Reply:
    proof = {"content": reply.content, "account": account.key, "dedup_key": reply.dedup_key}
    return Reply(account.workspace_id, channel, reply.address, reply.at, reply.content, proof)


def _take_messages(
    account: ChannelAccount, receipts: Sequence[ProviderReceipt], replies: Sequence[ProviderReply], now: datetime
) -> set[str]:
    """Store reports about messages and replies to them; return the keys of new ones."""
    reported = [
        *zip(receipts, _match(account, receipts), strict=True),
        *(_as_receipt(account, reply) for reply in replies),
    ]
    fresh = _store(account, reported, now)
    new = [(id_, receipt) for receipt, id_ in reported if id_ is not None and receipt.dedup_key in fresh]
    _fold(account, new, now)
    stray.remember([(id_, receipt.provider_id) for id_, receipt in new if receipt.by_address])
    return fresh


def _take_calls(
    account: ChannelAccount, receipts: Sequence[ProviderReceipt], replies: Sequence[ProviderReply], now: datetime
) -> set[str]:
    """Store reports about calls, each of which is about one try of its message; return the keys of new ones."""
    named = list(zip(receipts, tries_named(account, receipts), strict=True))
    reported = [(receipt, known.message_id if known else None) for receipt, known in named]
    fresh = _store(account, [*reported, *(_as_receipt(account, reply) for reply in replies)], now)
    new = [(known, receipt) for receipt, known in named if known is not None and receipt.dedup_key in fresh]
    _fold(account, current_reports(account, new), now)
    return fresh


def _opt_outs(account: ChannelAccount, reply: ProviderReply) -> list[OptOut]:
    """A refusal concerns every channel of the account: the person wrote to the brand, not to one kind of message."""
    proof = {"content": reply.content, "account": account.key, "dedup_key": reply.dedup_key}
    return [
        OptOut(account.workspace_id, channel, reply.address, reply.at, f"{channel}_reply", proof)
        for channel in entry_of(account.provider).channels
    ]


def _as_receipt(account: ChannelAccount, reply: ProviderReply) -> tuple[ProviderReceipt, UUID | None]:
    """A reply counts for the last message sent to its address; a refusal is an answer to none."""
    message_id = None
    if not reply.opts_out:
        with connection.cursor() as cursor:
            cursor.execute(LAST_SENT_TO, (account.pk, reply.address, reply.at - REPLY_BELONGS_WITHIN))
            row = cursor.fetchone()
            message_id = row[0] if row else None
    outcome = MessageState.REPLIED
    receipt = ProviderReceipt(reply.dedup_key, None, "", reply.address, outcome, "", "", reply.at, reply.payload)
    return receipt, message_id


def _match(account: ChannelAccount, receipts: Sequence[ProviderReceipt]) -> list[UUID | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            MATCH,
            {
                "message_ids": [r.message_id for r in receipts],
                "attempts": [r.attempt for r in receipts],
                "provider_ids": [r.provider_id for r in receipts],
                "addresses": [r.address for r in receipts],
                "account": account.pk,
            },
        )
        found = dict(cursor.fetchall())
    matched = [found[position] for position in range(1, len(receipts) + 1)]
    return stray.by_address(account, receipts, matched)


def _store(account: ChannelAccount, reported: Sequence[tuple[ProviderReceipt, UUID | None]], now: datetime) -> set[str]:
    """Insert receipts and return the keys of those that are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                "workspace": account.workspace_id,
                "account": account.pk,
                "now": now,
                "ids": [uuid7() for _ in reported],
                "message_ids": [id_ for _, id_ in reported],
                "dedup_keys": [r.dedup_key for r, _ in reported],
                "outcomes": [r.outcome for r, _ in reported],
                "codes": [r.code for r, _ in reported],
                "reported_ats": [r.reported_at for r, _ in reported],
                "payloads": [orjson.dumps(dict(r.payload)).decode() for r, _ in reported],
            },
        )
        return {row[0] for row in cursor.fetchall()}


def _fold(account: ChannelAccount, reported: Sequence[tuple[UUID, ProviderReceipt]], now: datetime) -> None:
    """Move each message by its reports, in the order in which the provider says they happened."""
    changes = dict(outbox.lock([id_ for id_, _ in reported], now))
    advances: dict[UUID, Advance] = {}
    failures: dict[UUID, ProviderReceipt] = {}
    for message_id, receipt in sorted(reported, key=lambda pair: pair[1].reported_at):
        if message_id not in changes:
            continue
        known = advances.get(message_id)
        old = known.state if known else changes[message_id].old_state
        new = (fold_call if receipt.result else fold)(old, receipt.outcome)
        result = receipt.result or (known.result if known else changes[message_id].result)
        if new == old and result == (known.result if known else changes[message_id].result):
            continue
        failed = new == MessageState.FAILED
        if failed and (new != old or message_id in failures):
            failures[message_id] = receipt
        elif not failed:
            failures.pop(message_id, None)
        advances[message_id] = Advance(
            message_id,
            new,
            receipt.reported_at,
            reason="delivery" if failed else "",
            code=receipt.code if failed else "",
            detail=receipt.detail if failed else "",
            result=result,
        )
    again = redials(account, [(id_, changes[id_].old_state, receipt) for id_, receipt in failures.items()], now)
    queue_again(account, list(again.values()), now)
    ended = [advance for id_, advance in advances.items() if id_ not in again]
    outbox.advance(ended, now)
    follow_up([(a.message_id, a.result) for a in ended if a.result], now)
    publish(
        [
            replace(changes[a.message_id], new_state=a.state, at=a.at, reason=a.reason, code=a.code, result=a.result)
            for a in ended
        ]
    )
