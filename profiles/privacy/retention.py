"""What profiles keep for a time: the consent ledger and certificates of erasure are not among it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from profiles.exports import jobs as exports
from profiles.imports import jobs as imports
from profiles.partitions import delete_before
from workspaces.models.base import first_id
from workspaces.retention import Category, deleting_older

# Both people as they were, and the rows that the survivor had, too. That they were merged, and by which identity, stays:
# how many people a value has joined is counted from it.
_MERGES: Final = """
with old as (
    select id from profiles_profilemerge
    where workspace_id = %s and id < %s and merged_before <> '{}' order by id limit %s for update skip locked
), rows as (delete from profiles_mergedrows r using old where r.merge_id = old.id)
update profiles_profilemerge m set survivor_before = '{}', merged_before = '{}', after = '{}'
from old where m.id = old.id
"""


def empty_merges(workspace_id: UUID, before: datetime, limit: int) -> int:
    """Forget what people were before they were merged; such a merge is explained still, but cannot be undone."""
    with connection.cursor() as cursor:
        cursor.execute(_MERGES, (workspace_id, first_id(before), limit))
        return int(cursor.rowcount)


CATEGORIES = (
    # Since they occurred. Months that no workspace keeps are dropped whole: profiles.partitions.let_go.
    Category("events", delete_before, None, least=30),
    Category("rejected_events", deleting_older("profiles_rejectedevent"), 90),
    Category("match_suggestions", deleting_older("profiles_matchsuggestion"), 90),
    Category("merges", empty_merges, None, least=30),
    # With previews and the rows that were refused; the numbers stay.
    Category(imports.FILES, imports.expire, 30),
    Category(exports.FILES, exports.expire_old, 7),
)
