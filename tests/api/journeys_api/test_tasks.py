from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from journeys.models import Journey, StaffTask
from profiles.models import Identity, Profile
from tests.api.journeys_api.conftest import code_of
from workspaces.models import Workspace

URL = "/api/v1/tasks/"
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def task(workspace: Workspace, draft: dict[str, Any]) -> StaffTask:
    person = Profile.objects.create(workspace=workspace, attributes={"name": "王小明"})
    Identity.objects.create(workspace=workspace, profile=person, type="phone", value="+8613800138000")
    return StaffTask.objects.create(
        workspace=workspace,
        journey_id=Journey.objects.get(pk=draft["id"]).pk,
        enrollment_id=uuid4(),
        node="n2",
        profile_id=person.pk,
        content="回访",
        created_at=NOW,
        due_at=NOW + timedelta(days=1),
    )


def test_a_task_says_for_whom_it_is_and_how_to_reach_them(client: APIClient, task: StaffTask) -> None:
    [shown] = client.get(URL, {"state": "open"}).json()["results"]
    named = ("journey_name", "profile_name", "profile_phone", "content", "closed_by")
    assert [shown[name] for name in named] == ["欢迎", "王小明", "+8613800138000", "回访", ""]
    assert client.get(URL, {"state": "done"}).json()["results"] == []


def test_a_task_of_a_person_without_name_and_number_is_shown_too(client: APIClient, task: StaffTask) -> None:
    StaffTask.objects.filter(pk=task.pk).update(profile_id=uuid4(), journey_id=uuid4())
    shown = client.get(f"{URL}{task.pk}/").json()
    assert [shown[name] for name in ("journey_name", "profile_name", "profile_phone")] == ["", "", ""]


def test_a_member_closes_a_task_once_and_is_named(li: APIClient, task: StaffTask) -> None:
    closed = li.post(f"{URL}{task.pk}/close/", {"result": "failed", "note": "空号"}, format="json")
    assert closed.status_code == 200, closed.content
    assert (closed.json()["state"], closed.json()["note"]) == ("failed", "空号")
    assert closed.json()["closed_by"]
    again = li.post(f"{URL}{task.pk}/close/", {"result": "done"}, format="json")
    assert code_of(again) == (409, "wrong_state")
