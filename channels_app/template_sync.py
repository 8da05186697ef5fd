"""Templates as the vendor's registry has them: their texts and approvals taken over into ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, Template
from channels_app.providers.base import RemoteTemplate

FIELDS = "fields"
GONE = "not in the provider's registry any more"


@dataclass(frozen=True, slots=True)
class Synced:
    """How many templates were made, changed, left as they were, and rejected because the vendor has them no more."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


def sync_templates(account: ChannelAccount, now: datetime) -> Synced:
    """Take over the vendor's registry. Raises TransportError, or NotOffered if the vendor has none.

    A template that the vendor has no more is rejected here, so that a send with it is blocked and says why.
    """
    provider = open_provider(account)
    remote = {template.provider_code: template for template in provider.templates()}
    with transaction.atomic():
        listed = Template.objects.select_for_update().filter(account=account)
        if provider.registered_channels is not None:
            listed = listed.filter(channel__in=provider.registered_channels)
        known = {template.provider_code: template for template in listed}
        changed = sum(_update(template, remote[code], now) for code, template in known.items() if code in remote)
        gone = sum(_gone(template, now) for code, template in known.items() if code not in remote)
        new = [template for code, template in remote.items() if code not in known]
        for template in new:
            _create(account, template, now)
    return Synced(len(new), changed, len(known.keys() & remote.keys()) - changed, gone)


def _create(account: ChannelAccount, remote: RemoteTemplate, now: datetime) -> None:
    base = slugify(f"{account.key}-{remote.provider_code}")[:50]
    Template.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        key=base,
        name=remote.name[:100],
        channel=remote.settings.get("channel", account.channel),
        provider_code=remote.provider_code,
        body=remote.body,
        purpose=remote.purpose,
        state=remote.state,
        reason=remote.reason[:500],
        settings={name: value for name, value in remote.settings.items() if name != "channel"},
        synced_at=now,
    )


def _update(template: Template, remote: RemoteTemplate, now: datetime) -> bool:
    before = (template.body, template.state, template.reason, template.settings)
    template.body, template.state, template.reason = remote.body, remote.state, remote.reason[:500]
    template.settings = _settings(template.settings, remote.settings)
    template.synced_at = now
    template.save()
    return before != (template.body, template.state, template.reason, template.settings)


def _settings(own: Mapping[str, Any], remote: Mapping[str, Any]) -> dict[str, Any]:
    """The vendor says what its fields may hold; what else a send needs (a link, a page) is the operator's."""
    if FIELDS not in remote:
        return dict(own)
    said = own.get(FIELDS)
    return {**own, FIELDS: {**(said if isinstance(said, Mapping) else {}), **remote[FIELDS]}}


def _gone(template: Template, now: datetime) -> bool:
    was = template.state
    template.state, template.reason, template.synced_at = "rejected", GONE, now
    template.save()
    return was != "rejected"
