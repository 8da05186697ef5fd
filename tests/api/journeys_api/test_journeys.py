from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from journeys.models import Journey, JourneyVersion
from tests.api.conftest import MakeKey
from tests.api.journeys_api.conftest import graph
from workspaces.choices import Scope
from workspaces.models import Workspace

URL = "/api/v1/journeys/"


def test_a_draft_is_created_changed_and_deleted(client: APIClient, draft: dict[str, Any]) -> None:
    url = f"{URL}{draft['id']}/"
    assert (draft["state"], draft["revision"], draft["live_version"]) == ("draft", 1, None)
    assert (draft["enrolled"], draft["converted"]) == (0, 0)
    assert draft["graph"] == graph()
    changed = client.patch(url, {"revision": 1, "name": "欢迎新客", "graph": {"nodes": []}})
    assert changed.status_code == 200
    assert (changed.json()["revision"], changed.json()["graph"]) == (2, {"nodes": []})
    assert client.get(url).json() == changed.json()
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_a_journey_may_begin_empty(client: APIClient) -> None:
    answer = client.post(URL, {"name": "空"})
    assert answer.status_code == 201
    assert answer.json()["graph"]["nodes"] == []


def test_an_overtaken_save_is_a_conflict_and_changes_nothing(client: APIClient, draft: dict[str, Any]) -> None:
    url = f"{URL}{draft['id']}/"
    client.patch(url, {"revision": 1, "name": "first"})
    answer = client.patch(url, {"revision": 1, "name": "second"})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "revision_conflict"
    assert client.get(url).json()["name"] == "first"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"name": ""}, "blank"),
        ({"name": 7}, "invalid"),
        ({"name": "x" * 101}, "max_length"),
        ({"name": "x", "graph": []}, "not_an_object"),
        ({"name": "x", "state": "live"}, "unknown_field"),
        ([], "invalid"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(client: APIClient, body: object, code: str) -> None:
    answer = client.post(URL, body)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert not Journey.objects.exists()


@pytest.mark.parametrize("revision", [None, "1", True, 1.0, -1])
def test_a_revision_is_a_number(client: APIClient, draft: dict[str, Any], revision: object) -> None:
    assert client.patch(f"{URL}{draft['id']}/", {"revision": revision, "name": "x"}).status_code == 400


def test_journeys_are_found_by_state_and_text(client: APIClient, live: dict[str, Any]) -> None:
    client.post(URL, {"name": "生日关怀"})
    assert [row["name"] for row in client.get(URL).json()["results"]] == ["生日关怀", "欢迎"]
    assert [row["name"] for row in client.get(URL, {"state": "live"}).json()["results"]] == ["欢迎"]
    assert [row["name"] for row in client.get(URL, {"search": "生日"}).json()["results"]] == ["生日关怀"]
    assert "graph" not in client.get(URL).json()["results"][0]
    assert client.get(URL, {"state": "flying"}).status_code == 400
    assert client.get(URL, {"search": "\0"}).status_code == 400


@pytest.mark.parametrize("cursor", ["x", "cD14", "cD0xOTkw", "bz0tMQ=="])
def test_a_cursor_that_is_none_is_refused(client: APIClient, draft: dict[str, Any], cursor: str) -> None:
    assert client.get(URL, {"cursor": cursor}).status_code in {200, 404}


def test_a_graph_is_checked_in_the_language_of_the_request(client: APIClient) -> None:
    bad = graph() | {"edges": [{"id": "e1", "source": "n1", "outcome": "next", "target": "nowhere"}]}
    chinese = client.post(f"{URL}validate/", {"graph": bad}).json()
    english = client.post(f"{URL}validate/", {"graph": bad}, HTTP_ACCEPT_LANGUAGE="en-US,en;q=0.9").json()
    assert chinese["valid"] is False
    assert [issue["code"] for issue in chinese["issues"]] == [issue["code"] for issue in english["issues"]]
    for issue in chinese["issues"]:
        assert issue["message"] == issue["messages"]["zh-CN"]
    for issue in english["issues"]:
        assert issue["message"] == issue["messages"]["en"]


@pytest.mark.parametrize("bad", [None, [], "x", 7])
def test_what_is_no_graph_is_refused(client: APIClient, bad: object) -> None:
    assert client.post(f"{URL}validate/", {"graph": bad}).status_code == 400


def test_publishing_freezes_the_draft_as_a_version(client: APIClient, draft: dict[str, Any], operator: User) -> None:
    browser = APIClient()
    browser.force_login(operator)
    url = f"{URL}{draft['id']}/"
    assert client.post(f"{url}validate/").json()["valid"] is True
    first = browser.post(f"{url}publish/")
    assert first.status_code == 200, first.content
    assert first.json()["version"]["number"] == 1
    client.patch(url, {"revision": client.get(url).json()["revision"], "graph": graph("PT2H")})
    assert client.post(f"{url}publish/").json()["version"]["number"] == 2
    versions = client.get(f"{url}versions/").json()["results"]
    assert [(one["number"], one["published_by"]) for one in versions] == [(2, None), (1, "li")]
    assert versions[1]["graph"] == graph()
    assert client.get(url).json()["live_version"]["id"] == versions[0]["id"]
    assert client.delete(url).status_code == 409


def test_a_graph_with_errors_is_not_published(client: APIClient) -> None:
    draft = client.post(URL, {"name": "leer"}).json()
    answer = client.post(f"{URL}{draft['id']}/publish/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 400
    body = answer.json()
    assert body["errors"][0]["code"] == "invalid_graph"
    assert [issue["severity"] for issue in body["issues"]].count("error") >= 1
    assert body["issues"][0]["message"] == body["issues"][0]["messages"]["en"]
    assert not JourneyVersion.objects.exists()


def test_a_journey_is_paused_resumed_stopped_and_archived(client: APIClient, live: dict[str, Any]) -> None:
    url = f"{URL}{live['id']}/"
    steps = [
        ("pause", {}, "paused"),
        ("resume", {}, "live"),
        ("stop", {"mode": "exit"}, "stopped"),
        ("archive", {}, "archived"),
    ]
    for step, body, state in steps:
        answer = client.post(f"{url}{step}/", body)
        assert answer.status_code == 200, answer.content
        assert answer.json()["state"] == state
    for step, body, _ in steps:
        answer = client.post(f"{url}{step}/", body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "wrong_state")


def test_stopping_asks_what_happens_to_the_people_inside(client: APIClient, live: dict[str, Any]) -> None:
    for body in ({}, {"mode": "now"}, {"mode": ["exit"]}):
        assert client.post(f"{URL}{live['id']}/stop/", body).status_code == 400


def test_another_workspace_has_no_such_journey(
    live: dict[str, Any], other_workspace: Workspace, make_key: MakeKey
) -> None:
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    url = f"{URL}{live['id']}/"
    assert stranger.get(URL).json()["results"] == []
    for path in ("", "versions/", "counts/", "review/", "enrollments/"):
        assert stranger.get(url + path).status_code == 404, path
    for path in ("publish/", "pause/", "resume/", "archive/", "validate/", "simulate/"):
        assert stranger.post(url + path, {}).status_code == 404, path
    assert stranger.post(f"{url}stop/", {"mode": "exit"}).status_code == 404
    assert stranger.post(f"{url}enrollments/", {"profiles": []}).status_code == 404
    assert stranger.patch(url, {"revision": 1, "name": "x"}).status_code == 404
    assert stranger.delete(url).status_code == 404


def test_a_reader_checks_and_simulates_and_changes_nothing(live: dict[str, Any], make_key: MakeKey) -> None:
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ)}")
    url = f"{URL}{live['id']}/"
    assert reader.post(f"{url}validate/").status_code == 200
    assert reader.post(f"{url}simulate/", {}).status_code == 200
    assert reader.post(f"{url}pause/").status_code == 403
    assert reader.post(URL, {"name": "x"}).status_code == 403


def test_counts_and_review_of_a_new_journey_are_zero(client: APIClient, live: dict[str, Any]) -> None:
    counts = client.get(f"{URL}{live['id']}/counts/").json()
    assert (counts["type"], counts["version"]) == ("counts", live["live_version"]["id"])
    review = client.get(f"{URL}{live['id']}/review/").json()
    assert review["enrolled"] == 0
    stated = {"as_of", "stale", "state", "progress", "definition", "notes"}
    assert set(review) == {"enrolled", "states", "nodes", "variants", "goals", "messages"} | stated
    assert not review["stale"]
