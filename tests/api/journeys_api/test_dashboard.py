from typing import Any

from rest_framework.test import APIClient

from tests.api.conftest import MakeKey, SignIn
from tests.api.journeys_api.conftest import code_of
from workspaces.choices import Scope
from workspaces.models import Workspace

URL = "/api/v1/dashboard/"


def test_everything_is_told_in_one_call(client: APIClient, live: dict[str, Any]) -> None:
    answer = client.get(URL)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["totals"] == {"live": 1, "paused": 0, "inside": 0, "sent": 0, "failed": 0, "unknown": 0}
    [journey] = body["journeys"]
    assert (journey["id"], journey["name"], journey["state"], journey["version"]) == (live["id"], "欢迎", "live", 1)
    assert (body["wrong"], body["running_out"]) == ([], [])
    assert [len(body["converted"][part]) for part in ("days", "journeys")] == [7, 0]
    assert body["converted"]["total"] == {"conversions": 0, "people": 0, "value": []}


def test_a_refused_item_is_told_with_its_reason(client: APIClient) -> None:
    sent = client.post("/api/v1/events/", {"events": [{"name": "order_paid", "identities": {}}]}, format="json")
    assert sent.status_code == 202, sent.content
    [notice] = client.get(URL).json()["wrong"]
    assert (notice["kind"], notice["count"]) == ("rejected_events", 1)
    assert notice["items"][0]["code"] == sent.json()["rejected"][0]["code"]


def test_nothing_of_another_workspace_is_told(
    client: APIClient, live: dict[str, Any], other_workspace: Workspace, make_key: MakeKey
) -> None:
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ, of=other_workspace)}")
    body = stranger.get(URL).json()
    assert (body["journeys"], body["totals"]["live"]) == ([], 0)


def test_every_member_may_look_and_nobody_else(sign_in: SignIn, make_key: MakeKey) -> None:
    assert sign_in("viewer").get(URL).status_code == 200
    tracker = APIClient()
    tracker.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.TRACK)}")
    assert code_of(tracker.get(URL)) == (403, "permission_denied")
    assert APIClient().get(URL).status_code == 401
