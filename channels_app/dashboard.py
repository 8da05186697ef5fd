"""What was sent today, what goes wrong with sending and what is about to run out, for the dashboard."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Case, IntegerField, Q, Value, When

from channels_app.choices import TemplateState
from channels_app.models import Alert, ChannelAccount, QrCode, SendingStop, Template
from channels_app.policy.hours import SHANGHAI
from channels_app.policy.rules.counts import CREDIT_CHANNELS
from workspaces.notices import Item, Notice, notice

# A printed code is replaced by hand.
CODES_SOON: Final = timedelta(days=7)
# What an account's rate lets wait for longer than this is worth a look.
LONG_QUEUE: Final = timedelta(minutes=10)
# Of permissions that were granted, so few are left that the next launch may find none.
SHARE_LEFT: Final = 0.2
NEAR_QUOTA: Final = 0.8

# The state that a message has now, by its newest attempt.
SENT = """
select journey_id,
    count(*) filter (where state in ('sending', 'accepted', 'delivered', 'read', 'clicked', 'replied')) as sent,
    count(*) filter (where state = 'failed') as failed,
    count(*) filter (where state = 'unknown') as unknown
from channels_app_message where workspace_id = %(workspace)s and attempted_at >= %(since)s and not test
group by journey_id
"""
QUEUES = """
select a.id, a.name, count(*), a.rate
from channels_app_channelaccount a join channels_app_message m on m.account_id = a.id
where a.workspace_id = %(workspace)s and a.rate is not null and m.state = 'queued' and m.not_before <= %(now)s
group by a.id having count(*) > a.rate * %(seconds)s order by count(*)::float / a.rate desc, a.id
"""
CREDITS = """
select t.id, t.name, coalesce(sum(c.change), 0)::bigint, coalesce(sum(c.change) filter (where c.change > 0), 0)::bigint
from channels_app_template t
left join channels_app_creditentry c on c.account_id = t.account_id and c.template_code = t.provider_code
where t.workspace_id = %(workspace)s and t.key = any(%(used)s) and t.channel = any(%(channels)s)
group by t.id order by 3, t.id
"""
AT_QUOTA = """
select count(*) filter (where q.messages >= %(most)s), count(*) from (
    select count(*) as messages from channels_app_message
    where workspace_id = %(workspace)s and attempted_at >= %(since)s and channel = 'wecom_customer'
        and (state in ('sending', 'accepted', 'delivered', 'read', 'clicked', 'replied', 'unknown')
            or (state = 'failed' and accepted_at is not null))
    group by profile_id having count(*) >= %(near)s
) q
"""


@dataclass(frozen=True, slots=True)
class SentToday:
    """Messages by what their newest attempt came to: left for the provider, refused, or nobody knows."""

    sent: int
    failed: int
    unknown: int


def sent_since(workspace_id: UUID, since: datetime) -> Mapping[UUID | None, SentToday]:
    """Return what was attempted since then, by journey; None: what belongs to none. Test sends are left out."""
    rows = _rows(SENT, {"workspace": workspace_id, "since": since})
    return {journey: SentToday(*counts) for journey, *counts in rows}


def failures(workspace_id: UUID, used: Collection[str]) -> list[Notice]:
    """Return stops, open alerts such as of an account that its provider refuses, and templates without approval: those
    that live journeys use (`used`, by key) first, with a count of 1, the others with 0."""
    accounts = {str(one.pk): one for one in ChannelAccount.objects.filter(workspace_id=workspace_id)}
    alerts = Alert.objects.filter(workspace_id=workspace_id, closed_at=None).order_by("opened_at")
    told = [
        Item(
            one.subject,
            accounts[one.subject].name if one.subject in accounts else one.kind,
            code=one.code,
            at=one.opened_at,
        )
        for one in alerts
    ]
    stops = [
        Item(str(one.pk), one.channel, code=one.reason, at=one.at)
        for one in SendingStop.objects.filter(workspace_id=workspace_id).order_by("at")
    ]
    return [
        *notice("sending_stops", stops),
        *notice("alerts", told),
        *_templates(workspace_id, used),
    ]


def _templates(workspace_id: UUID, used: Collection[str]) -> list[Notice]:
    in_use = Case(When(key__in=list(used), then=Value(1)), default=Value(0), output_field=IntegerField())
    waiting = (
        Template.objects.filter(~Q(state=TemplateState.APPROVED), workspace_id=workspace_id)
        .annotate(in_use=in_use)
        .order_by("-in_use", "-updated_at", "pk")
    )
    items = [Item(str(one.pk), one.name, one.in_use, one.state, one.updated_at) for one in waiting]
    return notice("templates", items)


def running_out(workspace_id: UUID, used: Collection[str], now: datetime) -> list[Notice]:
    """Return queues that an account's rate cannot take soon, permissions that are nearly used up, people whom the month's
    quota lets be sent nothing (or little) more, and QR codes that expire."""
    queues = _rows(QUEUES, {"workspace": workspace_id, "now": now, "seconds": LONG_QUEUE.total_seconds()})
    permissions = _rows(CREDITS, {"workspace": workspace_id, "used": list(used), "channels": sorted(CREDIT_CHANNELS)})
    codes = QrCode.objects.filter(workspace_id=workspace_id, expires_at__gt=now, expires_at__lte=now + CODES_SOON)
    return [
        *notice("queues", [Item(str(id_), name, count, code=str(rate)) for id_, name, count, rate in queues]),
        *notice(
            "credits",
            [Item(str(id_), name, left) for id_, name, left, granted in permissions if left <= granted * SHARE_LEFT],
        ),
        *_at_quota(workspace_id, now),
        *notice("qr_codes", [Item(str(one.pk), one.name, at=one.expires_at) for one in codes.order_by("expires_at")]),
    ]


def _at_quota(workspace_id: UUID, now: datetime) -> list[Notice]:
    """People who were sent four fifths or more of what `wecom.customer_per_month` allows in this month of Shanghai."""
    month = now.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    days = monthrange(month.year, month.month)[1]
    values = {"workspace": workspace_id, "since": month, "most": days, "near": ceil(days * NEAR_QUOTA)}
    [(reached, near)] = _rows(AT_QUOTA, values)
    return notice(
        "wecom_quota", [Item("reached", "", reached, "reached"), Item("near", "", near - reached, "near")], near
    )


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
