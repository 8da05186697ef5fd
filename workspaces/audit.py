"""Writing down who did what to personal data, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest

from workspaces.models.audit import AuditAction, AuditEntry

if TYPE_CHECKING:
    from rest_framework.request import Request

SYSTEM = "system"
PERSON = "person"


def record(
    workspace_id: UUID,
    action: AuditAction,
    now: datetime,
    *,
    by: "HttpRequest | Request | str",
    profile_id: UUID | None = None,
    subject: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append an entry. `by` is the request, or `SYSTEM` or `PERSON` where nobody is signed in."""
    named = by if isinstance(by, str) else str(by.user)
    return AuditEntry.objects.create(
        workspace_id=workspace_id,
        at=now,
        actor=named[:200],
        user_id=None if isinstance(by, str) else by.user.pk,
        action=action,
        profile_id=profile_id,
        subject=subject,
        reason=reason[:500],
        data=dict(data or {}),
    )
