from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from journeys.models import Enrollment, EnrollmentEvent
from journeys.runtime.tick import advance
from journeys.store.lane import Lane
from profiles.models import Profile
from tests.api.conftest import MakeKey
from workspaces.choices import Scope
from workspaces.models import Workspace

LI = {"identities": {"phone": "13800138000"}}


def enroll(client: APIClient, journey: dict[str, Any], *people: object, **options: object) -> Any:
    return client.post(f"/api/v1/journeys/{journey['id']}/enrollments/", {"profiles": people, **options})


def test_people_are_enrolled_and_the_others_are_named(
    client: APIClient, live: dict[str, Any], other_workspace: Workspace
) -> None:
    known = client.post("/api/v1/profiles/", {"identities": {"member_id": "m1"}}).json()["id"]
    stranger = str(Profile.objects.create(workspace=other_workspace).id)
    answer = enroll(
        client,
        live,
        {"id": known, "properties": {"coupon": "c1"}},
        7,
        LI,
        {"id": stranger},
        {"id": "nobody"},
        {},
        {"identities": {"phone": "x"}},
        {**LI, "id": known},
        {**LI, "propertys": {}},
        {"identities": {"member_id": "m9"}, "properties": []},
    )
    assert answer.status_code == 202, answer.content
    assert answer.json()["accepted"] == 2
    assert [(one["index"], one["code"]) for one in answer.json()["rejected"]] == [
        (1, "not_an_object"),
        (3, "unknown_profile"),
        (4, "unknown_profile"),
        (5, "invalid_request"),
        (6, "invalid_phone"),
        (7, "invalid_request"),
        (8, "unknown_field"),
        (9, "invalid_properties"),
    ]
    assert Enrollment.objects.count() == 2
    assert client.get(f"/api/v1/journeys/{live['id']}/").json()["enrolled"] == 2


def test_the_same_request_twice_has_one_effect(client: APIClient, live: dict[str, Any]) -> None:
    first = enroll(client, live, LI, idempotency_key="k1")
    second = enroll(client, live, LI, idempotency_key="k1")
    assert first.json() == second.json() == {"accepted": 1, "rejected": []}
    assert Enrollment.objects.count() == 1
    assert enroll(client, live, LI).json()["rejected"][0]["code"] == "already_enrolled"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"profiles": {}}, "not_a_list"),
        ({"profiles": [], "key": 1}, "unknown_field"),
        ({"profiles": [], "idempotency_key": 7}, "invalid"),
        ({"profiles": [], "idempotency_key": "x" * 256}, "max_length"),
        ({"profiles": [{}] * 10_001}, "too_many"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    client: APIClient, live: dict[str, Any], body: object, code: str
) -> None:
    answer = client.post(f"/api/v1/journeys/{live['id']}/enrollments/", body)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == [code]


def test_a_journey_that_is_not_live_lets_nobody_in(client: APIClient, draft: dict[str, Any]) -> None:
    answer = enroll(client, draft, LI)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "wrong_state")
    assert not Profile.objects.exists()


def test_a_run_is_listed_shown_and_ended(client: APIClient, live: dict[str, Any]) -> None:
    enroll(client, live, {**LI, "properties": {"coupon": "c1"}})
    list_url = f"/api/v1/journeys/{live['id']}/enrollments/"
    (row,) = client.get(list_url, {"state": "active", "node": "n1"}).json()["results"]
    person = {"profile_id", "profile_name", "profile_phone"}
    assert set(row) == {"id", *person, "state", "node", "version", "enrolled_at", "due_at", "ended_at"}
    assert row["profile_phone"].endswith(LI["identities"]["phone"])
    assert row["version"] == 1
    assert client.get(list_url, {"state": "waiting"}).json()["results"] == []
    assert client.get(list_url, {"state": "flying"}).status_code == 400
    url = f"/api/v1/enrollments/{row['id']}/"
    shown = client.get(url).json()
    assert (shown["journey"], shown["properties"]) == (live["id"], {"coupon": "c1"})
    ended = client.post(f"{url}exit/")
    assert (ended.status_code, ended.json()["state"]) == (200, "exited")
    for step in ("exit", "retry"):
        answer = client.post(f"{url}{step}/")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "wrong_state")
    stream = client.get(f"{url}events/").json()
    assert [(event["seq"], event["kind"]) for event in stream["results"]] == [(1, "enrolled"), (2, "exited")]


def test_a_long_stream_pages_oldest_first(client: APIClient, live: dict[str, Any]) -> None:
    enroll(client, live, LI)
    run = Enrollment.objects.get()
    client.post(f"/api/v1/enrollments/{run.id}/exit/")
    first = client.get(f"/api/v1/enrollments/{run.id}/events/?page_size=1").json()
    second = client.get(first["next"]).json()
    assert [page["results"][0]["seq"] for page in (first, second)] == [1, 2]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("language", "texts", "explanation"),
    [
        ("zh-CN", ["通过接口进入旅程", "从“开始”到达“等待”", "等待到 "], "在“等待”：等待到 "),
        ("en", ["Enrolled by the API", "Came to “等待” from “开始”", "Waits until "], "At “等待”: waits until "),
    ],
)
def test_a_stream_reads_in_the_language_of_the_request(
    client: APIClient, live: dict[str, Any], language: str, texts: list[str], explanation: str
) -> None:
    enroll(client, live, LI)
    run = Enrollment.objects.get()
    advance(Lane(run.workspace_id, run.lane or 0), run.enrolled_at)
    url = f"/api/v1/enrollments/{run.id}/"
    rows = client.get(f"{url}events/", HTTP_ACCEPT_LANGUAGE=language).json()["results"]
    assert set(rows[0]) == {"seq", "at", "kind", "node", "node_name", "node_type", "data", "text"}
    assert [(row["node_name"], row["node_type"]) for row in rows[:2]] == [("开始", "trigger"), ("等待", "wait")]
    assert all(row["text"].startswith(text) for row, text in zip(rows, texts, strict=True))
    assert rows[-1]["text"].rstrip("）)").endswith("Asia/Shanghai")
    assert client.get(url, HTTP_ACCEPT_LANGUAGE=language).json()["explanation"].startswith(explanation)


def test_the_runs_of_one_person_are_listed_with_where_they_are(client: APIClient, live: dict[str, Any]) -> None:
    enroll(client, live, LI, {"identities": {"phone": "13900139000"}})
    run = Enrollment.objects.order_by("id").first()
    assert run is not None
    rows = client.get("/api/v1/enrollments/", {"profile": str(run.profile_id)}).json()["results"]
    assert [(row["id"], row["journey_name"]) for row in rows] == [(str(run.id), live["name"])]
    assert rows[0]["explanation"]
    assert (
        client.get("/api/v1/enrollments/", {"profile": str(run.profile_id), "state": "exited"}).json()["results"] == []
    )
    assert client.get("/api/v1/enrollments/").status_code == 400


def test_a_stream_can_be_about_one_message(client: APIClient, live: dict[str, Any]) -> None:
    enroll(client, live, LI)
    run, message = Enrollment.objects.get(), str(uuid4())
    EnrollmentEvent.objects.create(
        workspace_id=run.workspace_id,
        enrollment_id=run.id,
        seq=99,
        at=run.enrolled_at,
        kind="message_blocked",
        node="start",
        data={"message": message, "channel": "sms", "reason": "consent"},
        schema=2,
    )
    rows = client.get(f"/api/v1/enrollments/{run.id}/events/", {"message": message}).json()["results"]
    assert [row["seq"] for row in rows] == [99]


def test_another_workspace_has_no_such_enrollment(
    client: APIClient, live: dict[str, Any], other_workspace: Workspace, make_key: MakeKey
) -> None:
    enroll(client, live, LI)
    run = Enrollment.objects.get()
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    assert stranger.get(f"/api/v1/enrollments/{run.id}/").status_code == 404
    assert stranger.get(f"/api/v1/enrollments/{run.id}/events/").status_code == 404
    for step in ("exit", "retry"):
        assert stranger.post(f"/api/v1/enrollments/{run.id}/{step}/").status_code == 404


def test_the_list_is_narrowed_to_the_people_of_a_number(client: APIClient, live: dict[str, Any]) -> None:
    enroll(client, live, LI, {"identities": {"member_id": "m1"}})

    def listed(**query: str) -> int:
        answer = client.get(f"/api/v1/journeys/{live['id']}/enrollments/", query)
        assert answer.status_code == 200, answer.content
        return len(answer.json()["results"])

    assert listed(at="n1", did="entered") == 2
    assert listed(at="n3", did="entered") == 0
    assert listed(at="n1", did="left", outcome="else") == 0
    assert listed(at="n2") == listed(did="lost") == listed() == 2
    assert client.get(f"/api/v1/journeys/{live['id']}/enrollments/", {"at": "n1", "did": "danced"}).status_code == 400
