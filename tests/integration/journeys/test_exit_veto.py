"""A message that is still queued when its run ends: it goes if the path led to the end, and not if the run was cut short."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from channels_app.ports import PendingSend
from journeys.engine.step import BY_PATH
from journeys.models import Enrollment, EnrollmentEvent
from journeys.runtime.exit_veto import ExitVeto
from workspaces.models import Workspace

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "vetoed"),
    [
        ({"reason": "done", "by": BY_PATH}, False),
        ({"reason": "exit_rule", "rule": 0}, True),
        ({"reason": "goal", "goal": "g1"}, True),
    ],
)
def test_only_a_run_that_was_cut_short_takes_its_messages_back(data: dict[str, Any], vetoed: bool) -> None:
    workspace = Workspace.objects.create(slug="w", name="店")
    enrollment = Enrollment.objects.create(
        workspace=workspace,
        journey_id=uuid4(),
        version_id=uuid4(),
        profile_id=uuid4(),
        state="exited",
        node="end",
        seq=1,
        enrolled_at=NOW,
        ended_at=NOW,
    )
    EnrollmentEvent.objects.create(
        workspace_id=workspace.id, enrollment_id=enrollment.id, seq=1, at=NOW, kind="exited", node="end", data=data
    )
    message = uuid4()
    found = ExitVeto().vetoed(workspace.id, [PendingSend(message, enrollment.id, "send")], NOW)
    assert found == ({message: "exited"} if vetoed else {})
