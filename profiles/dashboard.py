"""What goes wrong with people's data, for the dashboard."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max

from profiles.choices import RejectedState
from profiles.models import RejectedEvent
from workspaces.notices import Item, Notice, notice

# A failure of long ago that nobody has mended is not news any more.
RECENT: Final = timedelta(days=7)

JOBS = """
select 'failed_segments' as kind, s.id, s.name, split_part(t.error, ':', 1) as code, t.retry_at as at
from profiles_segmentstate t join profiles_segment s on s.id = t.segment_id
where t.workspace_id = %(workspace)s and t.phase = 'failed'
union all
select 'failed_imports', i.id, i.file_name, i.error_code, coalesce(i.finished_at, i.beat_at)
from profiles_import i
where i.workspace_id = %(workspace)s and i.state = 'failed' and coalesce(i.finished_at, i.beat_at) >= %(since)s
union all
select 'failed_exports', e.id, e.kind, '', coalesce(e.finished_at, e.beat_at)
from profiles_export e
where e.workspace_id = %(workspace)s and e.state = 'failed' and coalesce(e.finished_at, e.beat_at) >= %(since)s
union all
select 'failed_tag_jobs', t.id, t.name, j.action, coalesce(j.finished_at, j.asked_at)
from profiles_tagjob j join profiles_tag t on t.id = j.tag_id
where j.workspace_id = %(workspace)s and j.state = 'failed' and coalesce(j.finished_at, j.asked_at) >= %(since)s
order by at desc nulls last
"""
KINDS: Final = ("failed_segments", "failed_imports", "failed_exports", "failed_tag_jobs")


def failures(workspace_id: UUID, now: datetime) -> list[Notice]:
    """Return refused items that wait, by reason; segments that fail; imports, exports and tag jobs of the last seven days
    that did."""
    with connection.cursor() as cursor:
        cursor.execute(JOBS, {"workspace": workspace_id, "since": now - RECENT})
        jobs = [(kind, Item(str(id_), name, code=code, at=at)) for kind, id_, name, code, at in cursor.fetchall()]
    found = _refused(workspace_id)
    for kind in KINDS:
        found += notice(kind, [item for of, item in jobs if of == kind])
    return found


def _refused(workspace_id: UUID) -> list[Notice]:
    reasons = (
        RejectedEvent.objects.filter(workspace_id=workspace_id, state=RejectedState.OPEN)
        .values("code")
        .annotate(count=Count("id"), newest=Max("received_at"))
        .order_by("-count", "code")
    )
    items = [Item(row["code"], row["code"], row["count"], row["code"], row["newest"]) for row in reasons]
    return notice("rejected_events", items, sum(item.count for item in items))
