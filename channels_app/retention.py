"""What channels keep for a time: the words and addresses of messages, and what providers and people reported."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from workspaces.models.base import first_id
from workspaces.retention import Category, deleting, deleting_older

# The row stays for every count and for caps; what it said and to whom goes. Only what has come to its end.
_BODIES: Final = """
update channels_app_message set params = '{}', address = '', error_detail = ''
where id in (
    select id from channels_app_message
    where workspace_id = %s and id < %s and state not in ('queued', 'sending')
          and (params <> '{}' or address <> '' or error_detail <> '')
    order by id limit %s for update skip locked)
"""


def empty_bodies(workspace_id: UUID, before: datetime, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_BODIES, (workspace_id, first_id(before), limit))
        return int(cursor.rowcount)


CATEGORIES = (
    # Reports and replies come within 72 hours, recordings of calls within 90 days.
    Category("message_bodies", empty_bodies, None, least=7),
    Category("receipts", deleting_older("channels_app_receipt"), 365, least=7),
    Category("short_links", deleting("channels_app_shortlink", "expires_at"), 30),
    Category("interactions", deleting("channels_app_interaction", "at"), 365, least=7),
    Category("lifted_suppressions", deleting("channels_app_suppression", "lifted_at", "lifted_at is not null"), None),
)
