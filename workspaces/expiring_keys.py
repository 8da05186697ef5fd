"""API keys that end soon: whoever calls with one should have the next before."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from workspaces.models import ApiKey
from workspaces.notices import Item, Notice, notice

SOON: Final = timedelta(days=14)


def keys_running_out(workspace_id: UUID, now: datetime) -> list[Notice]:
    """Return the keys that expire within fourteen days and are not revoked, the first to end first."""
    ending = ApiKey.objects.filter(
        workspace_id=workspace_id, revoked_at=None, expires_at__gt=now, expires_at__lte=now + SOON
    )
    return notice("api_keys", [Item(str(key.pk), key.name, at=key.expires_at) for key in ending.order_by("expires_at")])
