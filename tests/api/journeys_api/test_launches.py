from datetime import datetime
from zoneinfo import ZoneInfo

from rest_framework.test import APIClient

from tests.api.conftest import MakeKey
from tests.api.journeys_api.conftest import graph
from workspaces.choices import Scope
from workspaces.models import Workspace


def test_the_launches_of_a_journey_are_listed(client: APIClient, other_workspace: Workspace, make_key: MakeKey) -> None:
    segment = client.post("/api/v1/segments/", {"name": "会员", "rule": {"op": "tag", "key": "vip"}}).json()["id"]
    body = graph()
    body["nodes"][0]["config"] = {"kind": "schedule", "segment": segment, "cron": "0 9 * * *"}
    journey = client.post("/api/v1/journeys/", {"name": "早安", "graph": body}).json()["id"]
    assert client.get(f"/api/v1/journeys/{journey}/launches/").json()["results"] == []
    assert client.post(f"/api/v1/journeys/{journey}/publish/").status_code == 200
    (launch,) = client.get(f"/api/v1/journeys/{journey}/launches/").json()["results"]
    assert launch.pop("id")
    assert datetime.fromisoformat(launch.pop("due_at")).astimezone(ZoneInfo("Asia/Shanghai")).hour == 9
    assert launch == {
        "started_at": None,
        "finished_at": None,
        "state": "planned",
        "people": 0,
        "admitted": 0,
        "refused": {},
        "error": "",
    }
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    assert client.get(f"/api/v1/journeys/{journey}/launches/").status_code == 404
