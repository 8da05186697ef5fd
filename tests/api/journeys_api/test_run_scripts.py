"""Named scripts of test runs: kept with the journey, runnable as they are, nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.test import APIClient

from tests.api.journeys_api.conftest import code_of
from workspaces.choices import Scope

if TYPE_CHECKING:
    from tests.api.conftest import MakeKey
    from workspaces.models import Workspace

SCRIPT = {
    "profile": {"id": "p1", "attributes": {"city": "上海"}, "tags": ["vip"]},
    "start": "2026-03-02T02:00:00Z",
    "entry": {"api": {"properties": {"from": "shop"}}},
    "events": [{"after": "PT1H", "name": "order_paid", "properties": {"amount": 99}}],
    "receipts": [],
    "until": "P3D",
}


def url(draft: dict[str, Any]) -> str:
    return f"/api/v1/journeys/{draft['id']}/scripts/"


def keep(client: APIClient, draft: dict[str, Any], name: str, script: Any = SCRIPT) -> Any:
    return client.post(url(draft), {"name": name, "script": script}, format="json")


def test_a_kept_script_runs_as_it_is(client: APIClient, draft: dict[str, Any]) -> None:
    kept = keep(client, draft, "老客下单").json()
    assert kept["script"] == SCRIPT
    (listed,) = client.get(url(draft)).json()
    assert listed["name"] == "老客下单"
    run = client.post(f"/api/v1/journeys/{draft['id']}/simulate/", listed["script"], format="json")
    assert run.json()["status"] == "exited"


def test_scripts_are_listed_by_name_and_a_name_is_there_once(client: APIClient, draft: dict[str, Any]) -> None:
    first = keep(client, draft, "b").json()
    keep(client, draft, "a")
    assert [row["name"] for row in client.get(url(draft)).json()] == ["a", "b"]
    assert code_of(keep(client, draft, "a")) == (409, "script_exists")
    renamed = client.patch(f"{url(draft)}{first['id']}/", {"name": "a"}, format="json")
    assert code_of(renamed) == (409, "script_exists")


def test_a_script_is_changed_and_deleted(client: APIClient, draft: dict[str, Any]) -> None:
    one = f"{url(draft)}{keep(client, draft, 'a').json()['id']}/"
    changed = client.patch(one, {"name": "z", "script": {**SCRIPT, "until": "P9D"}}, format="json").json()
    assert (changed["name"], changed["script"]["until"]) == ("z", "P9D")
    assert client.delete(one).status_code == 204
    assert client.get(url(draft)).json() == []


def test_what_could_not_run_is_refused_with_its_place(client: APIClient, draft: dict[str, Any]) -> None:
    script: dict[str, Any]
    for script in ({"until": "soon"}, {"graph": {}}, {"profile": {"consents": [{"channel": "sms"}]}}):
        assert code_of(keep(client, draft, "x", script)) == (400, "invalid_scenario")
    one = f"{url(draft)}{keep(client, draft, 'a').json()['id']}/"
    assert code_of(client.patch(one, {"script": {"until": 3}}, format="json")) == (400, "invalid_scenario")
    assert client.get(url(draft)).json()[0]["script"] == SCRIPT


def test_another_workspace_has_no_part_in_it(
    client: APIClient, draft: dict[str, Any], other_workspace: Workspace, make_key: MakeKey
) -> None:
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    one = f"{url(draft)}{keep(client, draft, 'a').json()['id']}/"
    assert stranger.get(url(draft)).status_code == 404
    assert keep(stranger, draft, "b").status_code == 404
    assert stranger.patch(one, {"name": "b"}, format="json").status_code == 404
    assert stranger.delete(one).status_code == 404


def test_who_may_only_read_runs_scripts_and_keeps_none(
    client: APIClient, draft: dict[str, Any], make_key: MakeKey
) -> None:
    one = f"{url(draft)}{keep(client, draft, 'a').json()['id']}/"
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ)}")
    assert reader.get(url(draft)).status_code == 200
    assert [keep(reader, draft, "b").status_code, reader.delete(one).status_code] == [403, 403]
