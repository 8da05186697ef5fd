from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from profiles.models import Segment
from tests.api.conftest import MakeKey
from tests.api.journeys_api.conftest import graph
from workspaces.choices import Scope
from workspaces.models import Workspace

URL = "/api/v1/segments/"

VIP = {"op": "tag", "key": "vip"}


def create(client: APIClient, rule: Any = VIP, name: str = "会员") -> Any:
    return client.post("/api/v1/segments/", {"name": name, "rule": rule})


def made(client: APIClient, rule: Any = VIP) -> str:
    answer = create(client, rule)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def inside(segment: str) -> dict[str, Any]:
    return {"op": "segment", "id": segment}


def person(client: APIClient, name: str, **fields: Any) -> str:
    answer = client.post("/api/v1/profiles/", {"identities": {"member_id": name}, **fields})
    return str(answer.json()["id"])


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def test_a_segment_is_made_read_changed_and_deleted(client: APIClient) -> None:
    answer = create(client)
    segment = answer.json()
    assert set(segment) == {
        "id", "name", "description", "kind", "rule", "freshness", "created_at", "updated_at"
    }  # fmt: skip
    url = f"/api/v1/segments/{segment['id']}/"
    assert client.get(url).json() == segment
    assert client.get("/api/v1/segments/").json()["results"] == [segment]
    rule = {"op": "not", "arg": VIP}
    changed = client.patch(url, {"name": "非会员", "rule": rule}).json()
    assert (changed["name"], changed["rule"], changed["description"]) == ("非会员", rule, "")
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_members_preview_and_evaluation_agree(client: APIClient) -> None:
    members = {person(client, name, tags=["vip"]) for name in ("a", "b")}
    other = person(client, "c")
    segment = made(client)
    listed = client.get(f"/api/v1/segments/{segment}/members/").json()["results"]
    assert {one["id"] for one in listed} == members
    for rule in (VIP, inside(segment), {"op": "and", "args": [inside(segment)]}):
        previewed = client.post("/api/v1/segments/preview/", {"rule": rule}).json()
        assert (previewed["count"], {one["id"] for one in previewed["sample"]}) == (2, members)
        asked = {"rule": rule, "profiles": [other, *members, str(uuid4())]}
        assert set(client.post("/api/v1/segments/evaluate/", asked).json()["matches"]) == members
    outside = {"op": "not", "arg": inside(segment)}
    assert client.post("/api/v1/segments/preview/", {"rule": outside}).json()["count"] == 1


def test_a_rule_is_judged_at_the_instant_that_is_given(client: APIClient) -> None:
    event = {"name": "paid", "identities": {"member_id": "a"}, "occurred_at": "2026-03-02T00:00:00Z"}
    client.post("/api/v1/events/", {"events": [event]})
    rule = {"op": "event", "name": "paid", "within": "P1D"}
    for at, count in (("2026-03-01T23:59:59Z", 0), ("2026-03-02T23:59:59Z", 1), ("2026-03-03T00:00:00Z", 0)):
        assert client.post("/api/v1/segments/preview/", {"rule": rule, "at": at}).json()["count"] == count


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "today", 5])
def test_an_instant_that_is_none_is_refused(client: APIClient, at: Any) -> None:
    rule = {"op": "event", "name": "paid", "within": "P100Y"}
    assert code(client.post("/api/v1/segments/preview/", {"rule": rule, "at": at})) == (400, "invalid_instant")


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"op": "no"},
        {"op": "and", "args": [{"op": "tag"}]},
        {"op": "segment"},
        {"op": "segment", "id": 5},
        {"op": "attribute", "key": "a", "cmp": "in", "value": 5},
    ],
)
def test_a_malformed_rule_is_refused_with_its_place(client: APIClient, rule: Any) -> None:
    for path, body in (("", {"name": "x"}), ("preview/", {}), ("evaluate/", {"profiles": []})):
        answer = client.post(f"/api/v1/segments/{path}", {**body, "rule": rule})
        assert code(answer) == (400, "invalid_rule")
        assert answer.json()["errors"][0]["attr"].startswith("rule")


@pytest.mark.parametrize("id_", ["x", "0195f7a0-0000-7000-8000-000000000000", "0" * 64])
def test_a_segment_that_does_not_exist_is_refused(client: APIClient, id_: str) -> None:
    for path, body in (("", {"name": "x"}), ("preview/", {}), ("evaluate/", {"profiles": []})):
        assert code(client.post(f"/api/v1/segments/{path}", {**body, "rule": inside(id_)})) == (400, "unknown_segment")


def test_another_workspaces_segment_does_not_exist(
    client: APIClient, other_workspace: Workspace, make_key: MakeKey
) -> None:
    foreign = Segment.objects.create(workspace=other_workspace, name="x", rule=VIP)
    assert client.get(f"/api/v1/segments/{foreign.id}/").status_code == 404
    preview = client.post("/api/v1/segments/preview/", {"rule": inside(str(foreign.id))})
    assert code(preview) == (400, "unknown_segment")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ)}")
    assert client.post("/api/v1/segments/preview/", {"rule": VIP}).status_code == 200
    assert create(client).status_code == 403


def test_a_segment_cannot_contain_itself(client: APIClient) -> None:
    first = made(client)
    second = made(client, {"op": "not", "arg": inside(first)})
    third = made(client, {"op": "or", "args": [inside(second), VIP]})
    for rule in (inside(first), inside(first.upper()), {"op": "and", "args": [VIP, inside(third)]}):
        assert code(client.patch(f"/api/v1/segments/{first}/", {"rule": rule})) == (400, "segment_cycle")
    assert client.get(f"/api/v1/segments/{first}/").json()["rule"] == VIP


def test_segments_that_multiply_are_refused(client: APIClient) -> None:
    inner = made(client)
    for _ in range(2):
        inner = made(client, {"op": "and", "args": [inside(inner)] * 8})
    assert code(create(client, {"op": "and", "args": [inside(inner)] * 8})) == (400, "rule_too_large")
    # Nor may one become too large by a change of another that it names.
    outer = made(client, {"op": "and", "args": [inside(made(client))] * 150})
    named = client.get(f"/api/v1/segments/{outer}/").json()["rule"]["args"][0]["id"]
    change = {"rule": {"op": "or", "args": [inside(made(client))] * 2}}
    assert code(client.patch(f"/api/v1/segments/{named}/", change)) == (400, "rule_too_large")


def test_a_segment_that_another_names_is_not_deleted(client: APIClient) -> None:
    first = made(client)
    second = made(client, {"op": "not", "arg": inside(first)})
    assert code(client.delete(f"/api/v1/segments/{first}/")) == (409, "segment_in_use")
    assert client.delete(f"/api/v1/segments/{second}/").status_code == 204
    assert client.delete(f"/api/v1/segments/{first}/").status_code == 204


def test_a_segment_that_a_journey_names_is_not_deleted_until_it_is_archived(client: APIClient) -> None:
    segment = made(client)
    body = {"name": "欢迎", "graph": graph(entry={"rule": {"op": "not", "arg": inside(segment)}})}
    journey = client.post("/api/v1/journeys/", body).json()["id"]
    assert client.post(f"/api/v1/journeys/{journey}/publish/").status_code == 200
    url = f"/api/v1/segments/{segment}/"
    assert code(client.delete(url)) == (409, "segment_in_use")
    client.post(f"/api/v1/journeys/{journey}/stop/", {"mode": "finish"})
    assert code(client.delete(url)) == (409, "segment_in_use")
    client.post(f"/api/v1/journeys/{journey}/archive/")
    assert client.delete(url).status_code == 204


def test_a_graph_that_names_a_segment_that_does_not_exist_is_not_published(client: APIClient) -> None:
    for rule in (inside(str(uuid4())), {"op": "or", "args": [inside("x")]}):
        answer = client.post("/api/v1/journeys/validate/", {"graph": graph(entry={"rule": rule})}).json()
        assert (answer["valid"], "unknown_segment" in {one["code"] for one in answer["issues"]}) == (False, True)


def test_what_is_wrong_with_a_rule_is_said_in_both_languages_with_its_place_in_words(client: APIClient) -> None:
    rule = {"op": "and", "args": [{"op": "attribute", "key": "city", "cmp": "in", "value": "上海"}]}
    answer = client.post(f"{URL}preview/", {"rule": rule}, format="json").json()
    assert answer["messages"]["zh-CN"] == "第 1 个条件：这种比较需要一组值。"
    rule = {"op": "attribute", "key": "", "cmp": "eq", "value": "上海"}
    answer = client.post(f"{URL}preview/", {"rule": rule}, format="json").json()
    assert answer["messages"] == {
        "zh-CN": "“字段”：至少要有 1 个字符。",
        "en": "“field”: String should have at least 1 character",
    }


def test_who_needs_a_segment_is_named_in_both_languages(client: APIClient) -> None:
    rule = {"op": "tag", "key": "vip"}
    first = client.post(URL, {"name": "高价值", "rule": rule}, format="json").json()["id"]
    client.post(URL, {"name": "沉睡", "rule": {"op": "segment", "id": first}}, format="json")
    answer = client.delete(f"{URL}{first}/").json()
    assert answer["messages"] == {"zh-CN": "还在使用：人群“沉睡”。", "en": "It is in use: segment 沉睡."}
