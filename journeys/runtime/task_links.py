"""Signed links with which a member of staff opens one task, without signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from journeys.models import StaffTask
from workspaces.errors import DomainError

SALT = "journeys.staff-task"
# After it is due a task can still be read, so that nobody meets a dead link the next morning.
GOOD_AFTER_DUE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Opened:
    task: UUID
    userid: str


def token_of(task: StaffTask) -> str:
    """Sign a task for the member it is assigned to now; another member's link ends with a reassignment."""
    until = int((task.due_at + GOOD_AFTER_DUE).timestamp())
    return signing.dumps([task.pk.hex, task.assigned_to, until], salt=SALT)


def link_of(task: StaffTask) -> str:
    return f"{settings.PUBLIC_URL}{reverse('staff-task', args=[token_of(task)])}"


def read(token: str, now: datetime) -> Opened:
    """Return what a link is for. Raises DomainError `invalid_link` or `link_expired`."""
    try:
        task, userid, until = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise DomainError("invalid_link", "The link is not one of ours.", status=404) from error
    if now.timestamp() > until:
        raise DomainError("link_expired", "The link has expired.", status=410)
    return Opened(UUID(task), userid)
