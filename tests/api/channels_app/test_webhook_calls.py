"""The list of webhook calls: whose, filtered, and without what they said."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.models import WebhookCall
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]
URL = "/api/v1/webhook-calls/"


def call(workspace: Workspace, **fields: Any) -> WebhookCall:
    values: dict[str, Any] = {
        "profile_id": uuid4(),
        "journey_id": uuid4(),
        "version_id": uuid4(),
        "enrollment_id": uuid4(),
        "node": "call",
        "method": "POST",
        "host": "crm.example",
        "request": {"url": "https://crm.example/13800000000", "headers": {"X-Key": "secret"}, "body": "张三"},
        "not_before": timezone.now(),
        "requested_at": timezone.now(),
    }
    return WebhookCall.objects.create(workspace=workspace, **{**values, **fields})


def ids(client: APIClient, query: str = "") -> list[str]:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_call_is_shown_without_what_it_says(client: APIClient, workspace: Workspace) -> None:
    stored = call(workspace, status=503, reason="status_503", attempts=2)
    answer = client.get(URL)
    (row,) = answer.json()["results"]
    assert (row["method"], row["host"], row["state"]) == ("POST", "crm.example", "queued")
    assert (row["status"], row["reason"], row["attempts"]) == (503, "status_503", 2)
    assert client.get(f"{URL}{stored.pk}/").json() == row
    for hidden in ("13800000000", "secret", "张三", "request"):
        assert hidden not in answer.content.decode().replace("requested_at", "")


def test_calls_are_filtered_and_paged_newest_first(client: APIClient, workspace: Workspace) -> None:
    first, second = call(workspace, state="success"), call(workspace, state="failure", node="other")
    assert ids(client) == [str(second.pk), str(first.pk)]
    for query in (
        f"journey={first.journey_id}",
        f"enrollment={first.enrollment_id}",
        f"profile={first.profile_id}",
        "state=success",
        "node=call",
    ):
        assert ids(client, query) == [str(first.pk)]
    page = client.get(f"{URL}?page_size=1").json()
    assert [row["id"] for row in page["results"]] == [str(second.pk)]
    assert [row["id"] for row in client.get(page["next"]).json()["results"]] == [str(first.pk)]


@pytest.mark.parametrize("query", ["state=flying", "journey=x", "page_size=0"])
def test_a_bad_filter_is_a_400(client: APIClient, query: str) -> None:
    assert client.get(f"{URL}?{query}").status_code == 400


def test_another_workspaces_calls_do_not_exist(
    client: APIClient, workspace: Workspace, other_workspace: Workspace
) -> None:
    stored = call(other_workspace)
    assert ids(client) == []
    assert client.get(f"{URL}{stored.pk}/").status_code == 404
    assert APIClient().get(URL).status_code == 401
    assert client.post(URL, {}).status_code == 405
