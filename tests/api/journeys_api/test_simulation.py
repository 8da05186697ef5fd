from typing import Any

import pytest
from rest_framework.test import APIClient

from journeys.models import Enrollment
from profiles.models import Event, Profile
from tests.api.journeys_api.conftest import graph

URL = "/api/v1/journeys/simulate/"
START = "2026-03-02T02:00:00Z"


def test_a_person_runs_through_an_unsaved_graph_and_nothing_is_stored(client: APIClient) -> None:
    answer = client.post(URL, {"graph": graph(), "start": START, "entry": {"api": {"properties": {}}}})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["status"] == "exited"
    assert [event["seq"] for event in body["events"]] == list(range(1, len(body["events"]) + 1))
    assert body["events"][-1]["at"].startswith("2026-03-02T03:00:00")
    assert not any(model.objects.exists() for model in (Enrollment, Event, Profile))


def test_every_event_is_told_in_the_language_of_the_request(client: APIClient) -> None:
    body = {"graph": graph(), "start": START, "entry": {"api": {"properties": {}}}}
    told = {
        language: [
            event["text"] for event in client.post(URL, body, headers={"accept-language": language}).json()["events"]
        ]
        for language in ("zh-CN", "en")
    }
    assert "等待到 2026-03-02 11:00（Asia/Shanghai）" in told["zh-CN"]
    assert "Waits until 2026-03-02 11:00 (Asia/Shanghai)" in told["en"]


def test_a_journey_runs_its_draft_unless_a_graph_is_given(client: APIClient, draft: dict[str, Any]) -> None:
    url = f"/api/v1/journeys/{draft['id']}/simulate/"
    own = client.post(url, {"start": START}).json()
    given = client.post(url, {"start": START, "graph": graph("PT5H")}).json()
    assert own["events"][-1]["at"].startswith("2026-03-02T03")
    assert given["events"][-1]["at"].startswith("2026-03-02T07")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"graph": 7},
        {"graph": graph(), "until": "soon"},
        {"graph": graph(), "start": "2026-03-02"},
        {"graph": graph(), "start": "2026-03-02T02:00:00"},
        {"graph": graph(), "nobody": 1},
        {"graph": graph(), "profile": {"tags": 7}},
        {"graph": graph(), "profile": {"identities": []}},
        {"graph": graph(), "events": [{"name": "x", "after": "P1Y2"}]},
        {"graph": graph(), "entry": {"properties": 7}},
    ],
)
def test_a_script_that_makes_no_sense_is_refused_with_its_place(client: APIClient, body: object) -> None:
    answer = client.post(URL, body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["code"]


def test_a_graph_with_errors_is_refused_with_its_issues(client: APIClient) -> None:
    answer = client.post(URL, {"graph": {"nodes": [], "edges": []}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid_graph"
    assert answer.json()["issues"]
