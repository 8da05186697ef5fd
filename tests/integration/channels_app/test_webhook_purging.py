"""Records of calls go when they are old enough, the oldest first; a call that is under way never goes."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection

from channels_app.models import WebhookCall
from channels_app.webhooks.purging import PURGE, purge
from tests.fixtures.world import DAY, SECOND, T0
from workspaces.models import Workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug=f"w{uuid4().hex}", name="店")


def call(workspace: Workspace, finished: timedelta | None, number: int = 1) -> list[WebhookCall]:
    """Calls that ended so long before T0; None: they have not ended."""
    return WebhookCall.objects.bulk_create(
        WebhookCall(
            workspace=workspace,
            profile_id=uuid4(),
            journey_id=uuid4(),
            version_id=uuid4(),
            enrollment_id=uuid4(),
            node="call",
            method="POST",
            host="crm.example",
            request={},
            state="queued" if finished is None else "success",
            not_before=T0,
            requested_at=T0 - 90 * DAY,
            finished_at=None if finished is None else T0 - finished,
        )
        for _ in range(number)
    )


def left() -> set[Any]:
    return set(WebhookCall.objects.values_list("pk", flat=True))


def test_what_ended_longer_ago_than_it_is_kept_is_deleted(workspace: Workspace, settings: Any) -> None:
    settings.WEBHOOK_CALLS_KEPT_DAYS = 7
    call(workspace, 7 * DAY + SECOND, 3)
    kept = [*call(workspace, 7 * DAY - SECOND), *call(workspace, timedelta()), *call(workspace, None)]
    assert purge(T0) == 3
    assert left() == {one.pk for one in kept}
    assert purge(T0) == 0


def test_it_goes_in_small_batches_the_oldest_first(workspace: Workspace) -> None:
    recent = call(workspace, 31 * DAY, 2)
    call(workspace, 60 * DAY, 3)
    assert purge(T0, most=3) == 3
    assert left() == {one.pk for one in recent}
    assert (purge(T0, most=3), left()) == (2, set())


def test_to_find_nothing_old_reads_no_table(workspace: Workspace) -> None:
    call(workspace, DAY, 3000)
    with connection.cursor() as cursor:
        cursor.execute("analyze channels_app_webhookcall")
        cursor.execute(f"explain (format json) {PURGE}", {"before": T0 - 30 * DAY, "most": 1000})
        plan = cursor.fetchone()[0]
    text = plan if isinstance(plan, str) else orjson.dumps(plan).decode()
    assert "webhook_finished" in text
    assert "Seq Scan" not in text
