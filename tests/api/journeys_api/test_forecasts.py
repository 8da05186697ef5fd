"""Forecasts over HTTP. What a worker does is done here by hand, in this process where that is enough."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from journeys.forecast import jobs
from journeys.forecast.result import result
from journeys.forecast.run import Run
from journeys.forecast.setup import prepare
from journeys.models import Forecast
from profiles.models import Profile
from tests.api.conftest import MakeKey
from tests.api.journeys_api.conftest import graph
from workspaces.choices import Scope
from workspaces.models import Workspace


def url(journey: dict[str, Any], forecast: str = "") -> str:
    return f"/api/v1/journeys/{journey['id']}/forecasts/" + (f"{forecast}/" if forecast else "")


def asked(client: APIClient, journey: dict[str, Any], **body: Any) -> str:
    answer = client.post(url(journey), body)
    assert answer.status_code == 202, answer.content
    assert answer.json()["state"] == "queued"
    return str(answer.json()["id"])


def perform(forecast: str) -> None:
    row = Forecast.objects.get(pk=forecast)
    setup = prepare(row.workspace_id, row.journey_id, row.request)
    counted = Run(setup.workspace, setup.plan, setup.request, 0, 1).go()
    found = result(setup.workspace, setup.plan, setup.request, counted)
    Forecast.objects.filter(pk=forecast).update(state="done", progress=1, result=found)


def test_a_forecast_is_asked_for_and_read(client: APIClient, draft: dict[str, Any], workspace: Workspace) -> None:
    Profile.objects.create(workspace=workspace)
    forecast = asked(client, draft, days=2, start="2026-03-02T02:00:00Z")
    assert client.get(url(draft, forecast)).json()["result"] is None
    perform(forecast)
    body = client.get(url(draft, forecast), headers={"accept-language": "en"}).json()
    assert (body["state"], body["progress"], body["error"]) == ("done", 1.0, "")
    assert body["result"]["people"] == 1
    assert body["result"]["ended"] == {"exited": 1}
    assert [row["id"] for row in client.get(url(draft)).json()["results"]] == [forecast]


def test_a_graph_that_is_not_saved_can_be_forecast(
    client: APIClient, draft: dict[str, Any], workspace: Workspace
) -> None:
    Profile.objects.create(workspace=workspace)
    forecast = asked(client, draft, graph=graph("P40D"), days=30)
    perform(forecast)
    assert client.get(url(draft, forecast)).json()["result"]["ended"] == {"waiting": 1}


def test_notes_are_in_the_language_of_the_request(client: APIClient, draft: dict[str, Any]) -> None:
    given = graph()
    given["nodes"][0]["config"] = {"kind": "event", "event": "signup"}
    forecast = asked(client, draft, graph=given)
    perform(forecast)
    texts = {
        language: client.get(url(draft, forecast), headers={"accept-language": language}).json()["result"]["notes"]
        for language in ("en", "zh-CN")
    }
    assert [note["code"] for note in texts["en"]][:2] == ["nobody_enters", "all_enter_at_start"]
    for english, chinese in zip(texts["en"], texts["zh-CN"], strict=True):
        assert english["message"] == english["messages"]["en"] != chinese["message"]


def test_a_forecast_can_be_cancelled_and_stays_so(client: APIClient, draft: dict[str, Any]) -> None:
    forecast = asked(client, draft)
    for _ in range(2):
        assert client.delete(url(draft, forecast)).status_code == 204
        assert client.get(url(draft, forecast)).json()["state"] == "cancelled"
    jobs.perform(Forecast.objects.get(pk=forecast).pk, jobs.Wanted())
    assert client.get(url(draft, forecast)).json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], None),
        ({"days": 0}, "days"),
        ({"days": "30"}, "days"),
        ({"days": 10_000}, "days"),
        ({"start": "2026-03-02T02:00:00"}, "start"),
        ({"start": "9999-12-31T00:00:00Z"}, "start"),
        ({"nobody": 1}, "nobody"),
        ({"audience": {"sample": 0}}, "audience.sample"),
        ({"audience": {"rule": {"op": "fly"}}}, "audience.rule"),
        ({"assumptions": {"events": [{"name": "x", "probability": 1.2}]}}, "assumptions.events.0.probability"),
        ({"assumptions": {"events": [{"name": "x", "probability": 1, "after": "soon"}]}}, "assumptions.events.0.after"),
        ({"assumptions": {"receipts": [{"channel": "sms", "outcome": "lost", "probability": 1}]}}, None),
        (
            {
                "assumptions": {
                    "receipts": [
                        {"channel": "sms", "outcome": "delivered", "probability": 0.9},
                        {"channel": "sms", "outcome": "failed", "probability": 0.2},
                    ]
                }
            },
            "assumptions",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_its_place(
    client: APIClient, draft: dict[str, Any], body: object, place: str | None
) -> None:
    answer = client.post(url(draft), body)
    assert answer.status_code == 400, answer.content
    if place is not None:
        assert answer.json()["errors"][0]["attr"] == place
    assert not Forecast.objects.exists()


def test_a_graph_with_errors_is_refused_with_its_issues(client: APIClient, draft: dict[str, Any]) -> None:
    answer = client.post(url(draft), {"graph": {"nodes": [], "edges": []}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid_graph"
    assert answer.json()["issues"]


def test_only_so_many_wait_at_once(client: APIClient, draft: dict[str, Any]) -> None:
    for _ in range(jobs.MOST_OPEN):
        asked(client, draft)
    answer = client.post(url(draft), {})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "too_many_forecasts"


def test_another_workspace_has_no_such_forecast(
    client: APIClient, draft: dict[str, Any], make_key: MakeKey, other_workspace: Workspace
) -> None:
    forecast = asked(client, draft)
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    assert stranger.get(url(draft, forecast)).status_code == 404
    assert stranger.post(url(draft), {}).status_code == 404
    assert stranger.delete(url(draft, forecast)).status_code == 404


def test_a_key_that_may_only_read_cannot_ask(client: APIClient, draft: dict[str, Any], make_key: MakeKey) -> None:
    forecast = asked(client, draft)
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ)}")
    assert reader.get(url(draft, forecast)).status_code == 200
    assert reader.post(url(draft), {}).status_code == 403
    assert reader.delete(url(draft, forecast)).status_code == 403


def test_nobody_finds_a_forecast_that_is_none(client: APIClient, draft: dict[str, Any]) -> None:
    assert client.get(url(draft, str(uuid4()))).status_code == 404


def test_a_forecast_whose_worker_fell_silent_is_taken_up_again_and_at_last_failed(
    client: APIClient, draft: dict[str, Any]
) -> None:
    forecast = asked(client, draft)
    now = timezone.now()
    silent = now - 2 * jobs.SILENCE
    Forecast.objects.filter(pk=forecast).update(state="running", beat_at=silent, attempts=jobs.MOST_ATTEMPTS)
    (row,) = jobs.overdue(now)
    jobs.perform(row, jobs.Wanted())
    body = client.get(url(draft, forecast)).json()
    assert body["state"] == "failed"
    assert body["error"]
    assert jobs.overdue(now) == []
