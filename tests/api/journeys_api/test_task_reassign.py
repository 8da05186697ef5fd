"""Staff tasks in the API: handed from one member to another."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from journeys.models import StaffTask
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def task(workspace: Workspace, **fields: Any) -> StaffTask:
    now = timezone.now()
    wanted = {
        "workspace": workspace,
        "journey_id": uuid4(),
        "enrollment_id": uuid4(),
        "node": "call",
        "profile_id": uuid4(),
        "assignee": "zhangsan",
        "assigned_to": "zhangsan",
        "content": "请联系",
        "created_at": now,
        "due_at": now + timedelta(days=1),
    }
    return StaffTask.objects.create(**{**wanted, **fields})


def test_a_task_is_handed_to_another_member(client: APIClient, workspace: Workspace) -> None:
    open_one = task(workspace, seen_at=timezone.now())
    answer = client.post(f"/api/v1/tasks/{open_one.pk}/reassign/", {"assignee": "lisi"})
    assert (answer.status_code, answer.json()["assigned_to"], answer.json()["seen_at"]) == (200, "lisi", None)


def test_a_closed_task_stays_where_it_is(client: APIClient, workspace: Workspace) -> None:
    closed = task(workspace, state="done")
    answer = client.post(f"/api/v1/tasks/{closed.pk}/reassign/", {"assignee": "lisi"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "wrong_state")
    closed.refresh_from_db()
    assert closed.assigned_to == "zhangsan"


def test_another_workspaces_task_is_not_found(client: APIClient, other_workspace: Workspace) -> None:
    answer = client.post(f"/api/v1/tasks/{task(other_workspace).pk}/reassign/", {"assignee": "lisi"})
    assert answer.status_code == 404


def test_somebody_must_be_named(client: APIClient, workspace: Workspace) -> None:
    assert client.post(f"/api/v1/tasks/{task(workspace).pk}/reassign/", {"assignee": ""}).status_code == 400
