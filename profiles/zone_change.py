"""What follows when a workspace's time zone is another: days begin at other instants."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from profiles.models import Computed, Segment, SegmentKind
from profiles.rules.dependencies import TIMEZONE
from profiles.segment_filling import anew
from profiles.segment_index import dependents, index
from profiles.upkeep_calls import work_wanted
from workspaces.models import Workspace


def workspace_saved(sender: Any, instance: Workspace, **_: Any) -> None:
    """Listener of Django's `pre_save`: a zone that is about to be another recomputes what goes by it."""
    stored = Workspace.objects.filter(pk=instance.pk).values_list("timezone", flat=True).first()
    if stored is not None and stored != instance.timezone:
        # Those who judge read the zone in their statements: after this commit, the new one.
        transaction.on_commit(lambda: zone_changed(instance.pk, timezone.now()))


def zone_changed(workspace: UUID, now: datetime) -> None:
    """Have everybody judged anew by the segments that read dates, and every computed attribute computed anew."""
    with transaction.atomic():
        rules = Segment.objects.filter(workspace_id=workspace, kind=SegmentKind.RULE).values_list("pk", flat=True)
        # What was written down by an older version may not say that it goes by the zone.
        index(workspace, list(rules))
        if reading := dependents(workspace, [TIMEZONE]).get(TIMEZONE):
            anew(workspace, reading)
        computed = Computed.objects.filter(workspace_id=workspace, is_ending=False)
        if computed.update(wanted_at=now, pass_at=None, cursor=None, retry_at=None, failures=0):
            work_wanted(workspace)
