"""Reading all followers of a WeChat account: each becomes known by openid and unionid, and as a follower.

A step takes one call's people in and remembers how far it came, in one transaction; whoever comes next goes on from
there. https://developers.weixin.qq.com/doc/offiaccount/User_Management/Getting_a_User_List.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from channels_app.choices import SyncState
from channels_app.inbound import take_events
from channels_app.models import ChannelAccount, FollowerSync
from channels_app.providers.errors import CallRefused, NotOffered, TransportError
from channels_app.providers.inbound import Inbound, InboundEvent
from channels_app.providers.wechat.happenings import SUBSCRIBED
from channels_app.qr_codes import wechat_provider
from channels_app.reading import passes
from workspaces.errors import DomainError

MOST_IN_CALL = 100
MOST_TRIES = 20
EVENT = "wechat_follower_synced"


@dataclass(frozen=True, slots=True)
class Stepped:
    """Whether there is more to read, and from when."""

    more: bool
    next_at: datetime | None = None


def start(account: ChannelAccount, now: datetime) -> FollowerSync:
    """Begin to read an account's followers, or return the reading that is under way. Raises DomainError."""
    wechat_provider(account)
    if account.settings.get("kind", "official") != "official":
        raise DomainError("not_offered", "A mini-program has no followers.", status=409)
    sync, _made = FollowerSync.objects.get_or_create(
        account=account,
        state=SyncState.RUNNING,
        defaults={"workspace": account.workspace, "started_at": now, "not_before": now},
    )
    return sync


def due(now: datetime) -> list[UUID]:
    """Return the accounts whose reading ought to go on now."""
    rows = FollowerSync.objects.filter(state=SyncState.RUNNING, not_before__lte=now)
    return list(rows.values_list("account_id", flat=True))


def run(account_id: UUID, now: datetime, until: datetime) -> Stepped:
    """Read one page of followers, or what of it fits in before `until`."""
    sync = FollowerSync.objects.select_related("account").filter(account_id=account_id, state=SyncState.RUNNING).first()
    if sync is None:
        return Stepped(more=False)
    if sync.not_before > now:
        return Stepped(more=False, next_at=sync.not_before)
    provider = wechat_provider(sync.account)
    try:
        page = provider.followers(sync.position)
        FollowerSync.objects.filter(pk=sync.pk).update(total=page.total)
        for first in range(0, len(page.openids), MOST_IN_CALL):
            openids = page.openids[first : first + MOST_IN_CALL]
            _take(sync, openids, provider.people(openids), now)
            if datetime.now(UTC) >= until:
                return Stepped(more=True)
    except (TransportError, NotOffered) as error:
        return _failed(sync, error, now)
    if page.openids:
        return Stepped(more=True)
    FollowerSync.objects.filter(pk=sync.pk).update(state=SyncState.DONE, finished_at=now, error="")
    return Stepped(more=False)


def _take(sync: FollowerSync, openids: Sequence[str], people: Sequence[Mapping[str, Any]], now: datetime) -> None:
    known = {str(person.get("openid")): person for person in people}
    events = tuple(_event(sync, openid, known[openid]) for openid in openids if openid in known)
    with transaction.atomic():
        # Whoever else goes on with the same reading has moved it: then these people are taken in already.
        moved = FollowerSync.objects.filter(pk=sync.pk, position=sync.position).update(
            position=openids[-1], taken=F("taken") + len(openids), tries=0, error=""
        )
        if moved:
            take_events(sync.account, Inbound(events=events), now)
    sync.position = openids[-1]


def _event(sync: FollowerSync, openid: str, person: Mapping[str, Any]) -> InboundEvent:
    identities = {"wechat_openid": openid}
    if person.get("unionid"):
        identities["wechat_unionid"] = str(person["unionid"])
    follows = person.get("subscribe") == 1
    about: dict[str, Any] = {"appid": str(sync.account.settings.get("appid", ""))}
    if isinstance(person.get("subscribe_time"), int):
        about["subscribed_at"] = datetime.fromtimestamp(person["subscribe_time"], UTC).isoformat()
    if person.get("subscribe_scene"):
        about["subscribe_scene"] = str(person["subscribe_scene"])[:64]
    return InboundEvent(
        f"wechat-sync:{sync.pk}:{openid}", EVENT, identities, sync.started_at, about, {SUBSCRIBED: follows}
    )


def _failed(sync: FollowerSync, error: TransportError | NotOffered, now: datetime) -> Stepped:
    """Wait as long as WeChat says, else longer each time; what only a person can mend ends the reading."""
    sync.refresh_from_db()
    sync.tries, sync.error = sync.tries + 1, str(error)[:500]
    if not passes(error) or sync.tries >= MOST_TRIES:
        sync.state, sync.finished_at = SyncState.FAILED, now
        sync.save(update_fields=["tries", "error", "state", "finished_at"])
        return Stepped(more=False)
    said = error.delay if isinstance(error, CallRefused) else None
    sync.not_before = now + (said or timedelta(seconds=min(2**sync.tries, 300)))
    sync.save(update_fields=["tries", "error", "not_before"])
    return Stepped(more=False, next_at=sync.not_before)
