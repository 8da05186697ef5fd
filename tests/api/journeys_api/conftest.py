from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from rest_framework.test import APIClient

    from workspaces.models import Workspace


def graph(wait: str = "PT1H", **settings: Any) -> dict[str, Any]:
    """Enrolled by the API, wait, exit."""
    return {
        "schema_version": 1,
        "nodes": [
            {"id": "n1", "type": "trigger", "name": "开始", "config": {"kind": "api"}, "position": {"x": 0, "y": 0}},
            {"id": "n2", "type": "wait", "name": "等待", "config": {"for": wait}, "position": {"x": 0, "y": 100}},
            {"id": "n3", "type": "exit", "name": "结束", "config": {"reason": "done"}, "position": {"x": 0, "y": 200}},
        ],
        "edges": [
            {"id": "e1", "source": "n1", "outcome": "next", "target": "n2"},
            {"id": "e2", "source": "n2", "outcome": "next", "target": "n3"},
        ],
        "settings": settings,
    }


@pytest.fixture
def draft(client: APIClient) -> dict[str, Any]:
    answer = client.post("/api/v1/journeys/", {"name": "欢迎", "graph": graph()})
    assert answer.status_code == 201, answer.content
    return answer.json()  # type: ignore[no-any-return]


@pytest.fixture
def live(client: APIClient, draft: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1/journeys/{draft['id']}/publish/")
    assert answer.status_code == 200, answer.content
    return client.get(f"/api/v1/journeys/{draft['id']}/").json()  # type: ignore[no-any-return]


def browser_of(user: User) -> APIClient:
    from rest_framework.test import APIClient

    browser = APIClient()
    browser.force_login(user)
    return browser


@pytest.fixture
def li(operator: User) -> APIClient:
    """The browser of one operator."""
    return browser_of(operator)


@pytest.fixture
def wang(workspace: Workspace) -> APIClient:
    """The browser of another."""
    from django.contrib.auth.models import User

    from workspaces.choices import Role
    from workspaces.models import Membership

    user = User.objects.create_user("wang")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OPERATOR)
    return browser_of(user)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def save(client: APIClient, url: str, **fields: Any) -> Any:
    return client.patch(url, {"revision": client.get(url).json()["revision"], **fields}, format="json")
