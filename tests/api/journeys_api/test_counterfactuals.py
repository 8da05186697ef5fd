"""Counterfactuals over HTTP. What a worker does is done here by hand, in this process."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from journeys.forecast.life import MOST_ATTEMPTS, SILENCE, Wanted
from journeys.models import Counterfactual, CounterfactualRun
from journeys.review.counterfactual import jobs
from journeys.review.counterfactual.part import prepare
from journeys.review.counterfactual.result import result
from profiles.models import Profile
from tests.api.conftest import MakeKey
from tests.api.journeys_api.conftest import graph
from workspaces.choices import Scope
from workspaces.models import Workspace


def url(journey: dict[str, Any], *rest: str) -> str:
    return f"/api/v1/journeys/{journey['id']}/counterfactuals/" + "".join(f"{part}/" for part in rest)


def asked(client: APIClient, journey: dict[str, Any], **body: Any) -> str:
    answer = client.post(url(journey), body)
    assert answer.status_code == 202, answer.content
    assert (answer.json()["state"], answer.json()["simulated"]) == ("queued", True)
    return str(answer.json()["id"])


def perform(id_: str) -> None:
    row = Counterfactual.objects.get(pk=id_)
    tally = jobs.work_part(row.workspace_id, row.journey_id, row.request, row.pk, 0, 1, lambda _share: None)
    found = result(prepare(row.workspace_id, row.journey_id, row.request), tally)
    jobs.LIFE.finish(row.pk, found)


def entered(client: APIClient, journey: dict[str, Any], workspace: Workspace, count: int) -> list[UUID]:
    """Let people in; the lane has not moved them yet."""
    people = [Profile.objects.create(workspace=workspace, attributes={"name": "李"}).pk for _ in range(count)]
    body = {"profiles": [{"id": str(person)} for person in people]}
    assert client.post(f"/api/v1/journeys/{journey['id']}/enrollments/", body).status_code == 202
    return people


def test_a_counterfactual_is_asked_for_and_read(client: APIClient, live: dict[str, Any], workspace: Workspace) -> None:
    entered(client, live, workspace, 2)
    shut = graph()
    shut["settings"] = {"entry": {"ends_at": "2026-01-01T00:00:00Z"}}
    id_ = asked(client, live, graph=shut)
    assert client.get(url(live, id_)).json()["result"] is None
    perform(id_)
    body = client.get(url(live, id_), headers={"accept-language": "en"}).json()
    assert (body["state"], body["progress"], body["error"], body["simulated"]) == ("done", 1.0, "", True)
    found = body["result"]
    assert (found["simulated"], found["people"], found["refused"]) == (True, 2, {"ended": 2})
    assert found["ended"] == {"recorded": {"active": 2}, "simulated": {}}
    assert [row["id"] for row in client.get(url(live)).json()["results"]] == [id_]


def test_people_are_listed_with_both_paths(client: APIClient, live: dict[str, Any], workspace: Workspace) -> None:
    people = entered(client, live, workspace, 3)
    shut = graph()
    shut["settings"] = {"entry": {"ends_at": "2026-01-01T00:00:00Z"}}
    id_ = asked(client, live, graph=shut)
    perform(id_)
    seen, page = [], client.get(url(live, id_, "people"), {"page_size": 2}).json()
    seen += page["results"]
    seen += client.get(page["next"]).json()["results"]
    assert {row["profile"] for row in seen} == {str(person) for person in people}
    for row in seen:
        assert (row["change"], row["refusal"], row["profile_name"]) == ("kept_out", "ended", "李")
        assert row["recorded"]["end"] == "active"
        assert (row["simulated"]["end"], row["simulated"]["steps"]) == ("not_enrolled", [])
    assert client.get(url(live, id_, "people"), {"change": "gained"}).json()["results"] == []
    assert client.get(url(live, id_, "people"), {"change": "none"}).status_code == 400


def test_notes_are_in_the_language_of_the_request(client: APIClient, live: dict[str, Any]) -> None:
    id_ = asked(client, live)
    perform(id_)
    texts = {
        language: client.get(url(live, id_), headers={"accept-language": language}).json()["result"]["notes"]
        for language in ("en", "zh-CN")
    }
    assert [note["code"] for note in texts["en"]] == [
        "simulated",
        "conversions_recorded",
        "entries_recorded",
        "nobody_entered",
    ]
    for english, chinese in zip(texts["en"], texts["zh-CN"], strict=True):
        assert english["message"] == english["messages"]["en"] != chinese["message"]


def test_a_counterfactual_can_be_cancelled_and_stays_so(client: APIClient, live: dict[str, Any]) -> None:
    id_ = asked(client, live)
    for _ in range(2):
        assert client.delete(url(live, id_)).status_code == 204
        assert client.get(url(live, id_)).json()["state"] == "cancelled"
    jobs.perform(UUID(id_), Wanted())
    assert client.get(url(live, id_)).json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], None),
        ({"nobody": 1}, "nobody"),
        ({"sample": 0}, "sample"),
        ({"from_entry": "yes"}, "from_entry"),
        ({"since": "2026-03-02T02:00:00"}, "since"),
        ({"since": "2026-03-02T02:00:00Z", "until": "2026-03-01T02:00:00Z"}, "since"),
        ({"since": "2020-03-02T02:00:00Z", "until": "2026-03-01T02:00:00Z"}, "since"),
        ({"as_of": "2199-03-02T02:00:00Z"}, "as_of"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_its_place(
    client: APIClient, live: dict[str, Any], body: object, place: str | None
) -> None:
    answer = client.post(url(live), body)
    assert answer.status_code == 400, answer.content
    error = answer.json()["errors"][0]
    assert (error["code"], error["attr"]) == ("invalid_counterfactual", place)
    assert not Counterfactual.objects.exists()


def test_a_graph_with_errors_is_refused_with_its_issues(client: APIClient, live: dict[str, Any]) -> None:
    answer = client.post(url(live), {"graph": {"nodes": [], "edges": []}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid_graph"
    assert answer.json()["issues"]


def test_only_so_many_wait_at_once_and_only_so_many_are_kept(client: APIClient, live: dict[str, Any]) -> None:
    for _ in range(jobs.MOST_OPEN):
        asked(client, live)
    answer = client.post(url(live), {})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "too_many_counterfactuals")
    Counterfactual.objects.update(state="done")
    oldest = Counterfactual.objects.order_by("id").first()
    assert oldest is not None
    CounterfactualRun.objects.create(
        workspace_id=oldest.workspace_id,
        counterfactual=oldest,
        enrollment_id=uuid4(),
        profile_id=uuid4(),
        change="path",
        recorded={},
        simulated={},
    )
    for _ in range(jobs.KEPT):
        Counterfactual.objects.filter(pk=asked(client, live)).update(state="done")
    assert Counterfactual.objects.count() == jobs.KEPT
    assert not CounterfactualRun.objects.exists()


def test_another_workspace_has_no_such_counterfactual(
    client: APIClient, live: dict[str, Any], make_key: MakeKey, other_workspace: Workspace
) -> None:
    id_ = asked(client, live)
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    assert stranger.get(url(live, id_)).status_code == 404
    assert stranger.get(url(live, id_, "people")).status_code == 404
    assert stranger.post(url(live), {}).status_code == 404
    assert stranger.delete(url(live, id_)).status_code == 404


def test_a_key_that_may_only_read_cannot_ask(client: APIClient, live: dict[str, Any], make_key: MakeKey) -> None:
    id_ = asked(client, live)
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ)}")
    assert reader.get(url(live, id_)).status_code == 200
    assert reader.post(url(live), {}).status_code == 403
    assert reader.delete(url(live, id_)).status_code == 403


def test_one_whose_worker_fell_silent_is_taken_up_again_and_at_last_failed(
    client: APIClient, live: dict[str, Any]
) -> None:
    id_ = asked(client, live)
    now = timezone.now()
    silent = now - 2 * SILENCE
    Counterfactual.objects.filter(pk=id_).update(state="running", beat_at=silent, attempts=MOST_ATTEMPTS)
    (row,) = jobs.LIFE.overdue(now)
    jobs.perform(row, Wanted())
    body = client.get(url(live, id_)).json()
    assert (body["state"], bool(body["error"])) == ("failed", True)
    assert jobs.LIFE.overdue(now) == []
