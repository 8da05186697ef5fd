"""The gallery over HTTP: looking, making a draft, and keeping plays of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.journeys_api.conftest import code_of, graph

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from workspaces.models import Workspace

PLAYS = "/api/v1/plays/"
NAMED = [
    "客转粉", "粉转客", "未购系列", "新客", "生日关怀", "预约到店提醒", "补货提醒", "预流失挽留", "静默唤醒", "老带新", "会员升级", "祝福卡", "售后满意度回访",
]  # fmt: skip


def test_the_gallery_has_every_named_play(client: APIClient) -> None:
    names = [row["name"] for row in client.get(PLAYS, HTTP_ACCEPT_LANGUAGE="zh-CN").json()]
    assert [name for name in NAMED if not any(name in shown for shown in names)] == []


def test_the_gallery_is_searched_and_filtered(client: APIClient) -> None:
    found = client.get(f"{PLAYS}?search=birthday", HTTP_ACCEPT_LANGUAGE="en").json()
    assert [row["id"] for row in found] == ["birthday_care"]
    retention = client.get(f"{PLAYS}?category=retention").json()
    assert {row["id"] for row in retention} == {"replenishment", "churn_rescue", "wake_sleepers"}
    assert client.get(f"{PLAYS}?search=nothing-like-it").json() == []
    assert client.get(f"{PLAYS}?category=none").status_code == 400


def test_a_play_is_shown_with_its_graph_and_what_a_draft_lacks(client: APIClient) -> None:
    shown = client.get(f"{PLAYS}replenishment/", HTTP_ACCEPT_LANGUAGE="en").json()
    assert [parameter["default"] for parameter in shown["parameters"]] == [30, 5]
    assert next(node for node in shown["graph"]["nodes"] if node["id"] == "cycle")["config"]["timeout"] == "P25D"
    assert {lack["code"] for lack in shown["unfilled"]} == {"no_account"}
    assert "sms" in shown["unfilled"][0]["message"]


def test_one_call_makes_a_draft(client: APIClient) -> None:
    folder = client.post("/api/v1/journey-folders/", {"name": "会员"}).json()["id"]
    answer = client.post(f"{PLAYS}replenishment/draft/", {"parameters": {"cycle": 60}, "folder": folder}, format="json")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert {(lack["node"], lack["code"]) for lack in made["unfilled"]} == {
        ("remind", "no_account"),
        ("offer", "no_account"),
    }
    assert {"unknown_account"} <= {issue["code"] for issue in made["issues"]}
    journey = client.get(f"/api/v1/journeys/{made['journey']}/").json()
    assert (journey["state"], journey["folder"]["id"]) == ("draft", folder)


@pytest.mark.parametrize(
    ("key", "body", "refused"),
    [
        ("replenishment", {"parameters": {"cycle": 0}}, (400, "invalid_parameter")),
        ("replenishment", {"folder": "01900000-0000-7000-8000-000000000000"}, (400, "unknown_folder")),
        ("none", {}, (404, "unknown_play")),
        ("01900000-0000-7000-8000-000000000000", {}, (404, "unknown_play")),
    ],
)
def test_a_draft_that_cannot_be_made_is_refused(
    client: APIClient, key: str, body: dict[str, Any], refused: tuple[int, str]
) -> None:
    assert code_of(client.post(f"{PLAYS}{key}/draft/", body, format="json")) == refused
    assert client.get("/api/v1/journeys/").json()["results"] == []


def test_a_journey_becomes_a_play_of_ones_own(client: APIClient, li: APIClient, live: dict[str, Any]) -> None:
    body = {"name": "我的打法", "description": "试过有效", "category": "care"}
    kept = li.post(f"/api/v1/journeys/{live['id']}/save-as-play/", body, format="json").json()
    assert (kept["own"], kept["created_by"], kept["steps"]) == (True, "li", 3)
    assert client.get(PLAYS).json()[0]["id"] == kept["id"]
    url = f"{PLAYS}{kept['id']}/"
    shown = client.get(url).json()
    assert (shown["graph"], shown["parameters"], shown["evidence"]) == (graph(), [], None)
    assert client.patch(url, {"name": "新名"}, format="json").json()["name"] == "新名"
    made = client.post(f"{url}draft/", {"name": "再来一次"}, format="json").json()
    assert client.get(f"/api/v1/journeys/{made['journey']}/").json()["graph"] == graph()
    assert code_of(client.post(f"{url}draft/", {"parameters": {"days": 1}}, format="json")) == (
        400,
        "invalid_parameter",
    )
    assert client.delete(url).status_code == 204
    assert code_of(client.get(url)) == (404, "unknown_play")


def test_plays_that_come_with_zhitu_stay_as_they_are(client: APIClient) -> None:
    url = f"{PLAYS}birthday_care/"
    assert code_of(client.patch(url, {"name": "x"}, format="json")) == (409, "built_in_play")
    assert code_of(client.delete(url)) == (409, "built_in_play")


def test_an_empty_journey_is_no_play(client: APIClient) -> None:
    journey = client.post("/api/v1/journeys/", {"name": "空"}).json()["id"]
    body = {"name": "x", "category": "care"}
    assert code_of(client.post(f"/api/v1/journeys/{journey}/save-as-play/", body)) == (409, "empty_journey")


def test_another_workspaces_play_does_not_exist(
    client: APIClient, other_workspace: Workspace, live: dict[str, Any]
) -> None:
    from journeys.models import SavedPlay

    SavedPlay.objects.create(workspace=other_workspace, name="x", category="care", graph=graph())
    foreign = SavedPlay.objects.get().pk
    assert code_of(client.get(f"{PLAYS}{foreign}/")) == (404, "unknown_play")
    assert all(not row["own"] for row in client.get(PLAYS).json())


def test_a_play_keeps_what_the_journey_has_come_to(client: APIClient, workspace: Workspace) -> None:
    """One of four who entered has bought; the fifth was held out and does not count."""
    from journeys.models import Enrollment
    from profiles.models import Event, Profile

    goal = {"id": "g1", "name": "复购", "event": "order_paid", "window": "P7D", "value": "amount", "primary": True}
    made = client.post("/api/v1/journeys/", {"name": "有目标", "graph": graph(goals=[goal])}).json()
    assert client.post(f"/api/v1/journeys/{made['id']}/publish/").status_code == 200
    people = [Profile.objects.create(workspace=workspace).pk for _ in range(5)]
    body = {"profiles": [{"id": str(person)} for person in people]}
    assert client.post(f"/api/v1/journeys/{made['id']}/enrollments/", body).status_code == 202
    run = Enrollment.objects.get(profile_id=people[0])
    Enrollment.objects.filter(profile_id=people[4]).update(state="held_out")
    at = run.enrolled_at + timedelta(milliseconds=1)
    Event.objects.create(
        workspace=workspace,
        event_id="o1",
        profile_id=people[0],
        name="order_paid",
        occurred_at=at,
        received_at=at,
        properties={"amount": 12.5},
    )
    asked: dict[str, Any] = {"name": "有证据", "category": "care", "with_results": True}
    url = f"/api/v1/journeys/{made['id']}/save-as-play/"

    def evidence() -> Any:
        return client.get(f"{PLAYS}{client.post(url, asked, format='json').json()['id']}/").json()["evidence"]

    kept = evidence()
    assert (kept["people"], kept["runs"], kept["texts"]) == (4, 5, [])
    rate = kept["conversion"]
    # Wilson: (0.25 + z²/8 ± z √(0.1875/4 + z²/64)) / (1 + z²/4) with z = 1.95996.
    assert (rate["people"], rate["rate"], rate["confidence"]) == (1, 0.25, 0.95)
    assert (round(rate["low"], 4), round(rate["high"], 4)) == (0.0456, 0.6994)
    assert kept["value"] == [{"currency": "CNY", "value": "12.5000"}]
    assert kept["definition"] == {
        "goal": "g1",
        "name": "复购",
        "event": "order_paid",
        "window": "P7D",
        "value": "amount",
        "source": "credits",
    }


def test_a_play_without_results_keeps_none(client: APIClient, live: dict[str, Any]) -> None:
    kept = {"name": "无证据", "category": "care", "with_results": False}
    play = client.post(f"/api/v1/journeys/{live['id']}/save-as-play/", kept, format="json").json()
    assert client.get(f"{PLAYS}{play['id']}/").json()["evidence"] is None
