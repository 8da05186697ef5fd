from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient


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
