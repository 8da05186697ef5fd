"""The registry of signatures: what the vendor's reviewers have said of each name that stands before an SMS."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from channels_app.accounts import open_provider
from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount, Signature
from channels_app.providers.base import RemoteSignature

NOT_AT_VENDOR = "The provider's registry has no such signature."


def sync(account: ChannelAccount, now: datetime) -> list[Signature]:
    """Read the vendor's registry into ours and return it.

    A name that we use and the vendor does not list counts as rejected. Raises TransportError or NotOffered.
    """
    remote = open_provider(account).signatures()
    with transaction.atomic():
        _write(account, remote, now)
        listed = {signature.name for signature in remote}
        for name in used_names(account) - listed:
            Signature.objects.get_or_create(account=account, name=name, defaults={"workspace_id": account.workspace_id})
        Signature.objects.filter(account=account).exclude(name__in=listed).update(
            state=TemplateState.REJECTED, reason=NOT_AT_VENDOR, synced_at=now
        )
    return list(Signature.objects.filter(account=account).order_by("name"))


def used_names(account: ChannelAccount) -> set[str]:
    """Return the names that the account and its templates sign with."""
    names = {account.settings.get("sign_name")}
    names |= set(account.templates.values_list("settings__sign_name", flat=True))
    return {name for name in names if isinstance(name, str) and name}


def _write(account: ChannelAccount, remote: Iterable[RemoteSignature], now: datetime) -> None:
    Signature.objects.bulk_create(
        [
            Signature(
                workspace_id=account.workspace_id,
                account=account,
                name=one.name[:32],
                state=one.state,
                reason=one.reason[:500],
                synced_at=now,
            )
            # The vendor may list a name twice, an old rejection beside what was approved since.
            for one in {one.name: one for one in sorted(remote, key=lambda one: one.state == "approved")}.values()
        ],
        update_conflicts=True,
        unique_fields=["account", "name"],
        update_fields=["state", "reason", "synced_at"],
    )
