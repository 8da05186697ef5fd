"""What policy is told of the past: messages sent, windows opened, permissions left, the workspace's own rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from channels_app.jsonb import decoded
from channels_app.policy.counting import LONGEST
from channels_app.policy.own import NONE, OwnRules, read
from channels_app.policy.verdict import Past

# A message can be held for as long as the longest window, and then counts from when it leaves.
LOOK_BACK = LONGEST + timedelta(days=31)

# Whatever may have reached the person counts, `unknown` too. A failure counts if the provider had taken the message.
PAST = """
select m.profile_id, coalesce(m.attempted_at, greatest(m.requested_at, m.not_before)) as at, m.channel, m.purpose, t.tags,
    m.enrollment_id, m.requested_at
from channels_app_message m join channels_app_template t on t.id = m.template_id
where m.workspace_id = %(workspace)s and m.profile_id = any(%(profiles)s::uuid[]) and m.requested_at > %(since)s
  and (m.state in ('sending', 'accepted', 'delivered', 'read', 'clicked', 'replied', 'unknown')
       or (m.state = 'failed' and m.accepted_at is not null)
       or (%(queued)s and m.state = 'queued'))
union all
-- A call that was dialled again is one message and as many calls as it had tries.
select m.profile_id, c.reported_at, m.channel, m.purpose, t.tags, m.enrollment_id, m.requested_at
from channels_app_message m join channels_app_template t on t.id = m.template_id
join channels_app_calltry c on c.message_id = m.id and c.attempt is distinct from m.attempt
where m.workspace_id = %(workspace)s and m.profile_id = any(%(profiles)s::uuid[]) and m.requested_at > %(since)s
  and m.channel = 'call'
"""
TURNED = "select address, kind, at from channels_app_interaction where account_id = %s and address = any(%s)"
CREDITS = """
select c.address, c.template_code, sum(c.change)
from channels_app_creditentry c
join unnest(%(addresses)s::text[], %(codes)s::text[]) as g(address, template_code) using (address, template_code)
where c.account_id = %(account)s group by 1, 2
"""
USE_CREDITS = """
insert into channels_app_creditentry (id, workspace_id, account_id, address, template_code, change, at, dedup_key)
select g.id, m.workspace_id, m.account_id, m.address, t.provider_code, -1, %(now)s, 'send:' || m.id
from unnest(%(ids)s::uuid[]) as g(id)
join channels_app_message m using (id) join channels_app_template t on t.id = m.template_id
on conflict (account_id, dedup_key) do nothing
"""
GIVE_BACK = """
delete from channels_app_creditentry c using channels_app_message m
where m.id = any(%(ids)s::uuid[]) and c.account_id = m.account_id and c.dedup_key = 'send:' || m.id
"""
VOID = """
insert into channels_app_creditentry (id, workspace_id, account_id, address, template_code, change, at, dedup_key)
select distinct on (m.account_id, m.address, t.provider_code)
       m.id, m.workspace_id, m.account_id, m.address, t.provider_code, -left_over.credits, %(now)s,
       'refused:' || m.id
from channels_app_message m join channels_app_template t on t.id = m.template_id
cross join lateral (
    select coalesce(sum(c.change), 0) as credits from channels_app_creditentry c
    where c.account_id = m.account_id and c.address = m.address and c.template_code = t.provider_code) left_over
where m.id = any(%(ids)s::uuid[]) and left_over.credits > 0
order by m.account_id, m.address, t.provider_code, m.id
on conflict (account_id, dedup_key) do nothing
"""
OWN = "select version, rules::text from channels_app_sendingrules where workspace_id = %s order by version desc limit 1"


class Sent(NamedTuple):
    """What counts of a message, the run that asked for it (None: none did), and when."""

    past: Past
    enrollment: UUID | None
    requested_at: datetime


def reserve(workspace_id: UUID) -> None:
    """Let nobody else count for this workspace until this transaction ends.

    Whoever counts and then sends must do both under this lock, or two senders count the same room.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"reserve/{workspace_id}",))


def past_of(
    workspace_id: UUID, profiles: Iterable[UUID], now: datetime, *, queued: bool
) -> dict[UUID, tuple[Past, ...]]:
    """Return what each person has been sent in the last month; with `queued`, also what waits to leave."""
    found = _sent(workspace_id, profiles, now, queued=queued)
    return {profile: tuple(one.past for one in sent) for profile, sent in found.items()}


def past_since(workspace_id: UUID, profiles: Iterable[UUID], since: datetime) -> Mapping[UUID, Sequence[Sent]]:
    """Return what each person has been sent, up to now, that may count for a message at `since` or later."""
    return _sent(workspace_id, profiles, since, queued=True)


def _sent(workspace_id: UUID, profiles: Iterable[UUID], now: datetime, *, queued: bool) -> dict[UUID, list[Sent]]:
    found: dict[UUID, list[Sent]] = defaultdict(list)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "workspace": workspace_id,
            "profiles": list(profiles),
            "since": now - LOOK_BACK,
            "queued": queued,
        }
        cursor.execute(PAST, values)
        for profile, at, channel, purpose, tags, enrollment, requested_at in cursor.fetchall():
            found[profile].append(Sent(Past(at, channel, purpose, _tags(tags)), enrollment, requested_at))
    return found


def turned_of(account_id: UUID, addresses: Sequence[str]) -> Mapping[str, Mapping[str, datetime]]:
    """Return when each address last turned to the account, by kind."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(TURNED, (account_id, list(addresses)))
        for address, kind, at in cursor.fetchall():
            found[address][kind] = at
    return found


def credits_of(account_id: UUID, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return how many messages each (address, template code) still allows; one without entries is missing."""
    pairs = list(dict.fromkeys(wanted))
    with connection.cursor() as cursor:
        addresses, codes = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        cursor.execute(CREDITS, {"account": account_id, "addresses": addresses, "codes": codes})
        return {(address, code): int(left) for address, code, left in cursor.fetchall()}


def use_credits(messages: Sequence[UUID], now: datetime) -> None:
    """Write one used permission for each message; the caller holds `reserve`."""
    if messages:
        with connection.cursor() as cursor:
            cursor.execute(USE_CREDITS, {"ids": list(messages), "now": now})


def give_back_credits(messages: Sequence[UUID]) -> None:
    """Take back the use of messages that the provider has certainly not taken."""
    if messages:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, {"ids": list(messages)})


def void_credits(messages: Sequence[UUID], now: datetime) -> None:
    """Write off what we believed to be left of permissions that the vendor says are none.

    The use of these messages must have been given back: the vendor has used nothing.
    """
    if messages:
        with connection.cursor() as cursor:
            cursor.execute(VOID, {"ids": list(messages), "now": now})


def own_rules(workspace_id: UUID) -> OwnRules:
    """Return the workspace's own rules. Raises InvalidRules if they cannot be read: nothing is sent past them."""
    with connection.cursor() as cursor:
        cursor.execute(OWN, (workspace_id,))
        row = cursor.fetchone()
    return NONE if row is None else read(*row)


def _tags(value: object) -> tuple[str, ...]:
    tags = decoded(value)
    return tuple(tags) if isinstance(tags, list) else ()
