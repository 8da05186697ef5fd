"""Many refused items sent again by a worker: each once, whatever happens to the worker, with its progress to see."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from profiles import dead_letter_jobs, dead_letters, upkeep
from profiles.models import Event, RejectedEvent, RejectedReplay
from tests.api.conftest import SignIn
from workspaces.models import Workspace

URL = "/api/v1/rejected-event-replays/"
PUT_RIGHT = {"name": "order_paid"}


@pytest.fixture
def refused(client: APIClient) -> list[RejectedEvent]:
    """Five items without a name, and one of an unreadable phone."""
    items: list[dict[str, Any]] = [{"name": "", "identities": {"member_id": f"m{number}"}} for number in range(5)]
    items.append({"name": "order_paid", "identities": {"phone": "1"}})
    assert client.post("/api/v1/events/", {"events": items}).json()["accepted"] == 0
    return list(RejectedEvent.objects.order_by("id"))


def work(workspace: Workspace) -> None:
    while upkeep.advance(workspace.id, datetime.now(UTC)):
        pass


def test_all_of_a_reason_are_sent_again_by_a_worker(
    client: APIClient, workspace: Workspace, refused: list[RejectedEvent]
) -> None:
    answer = client.post(URL, {"code": "invalid_name", "patch": PUT_RIGHT})
    assert answer.status_code == 202, answer.content
    asked = answer.json()
    assert (asked["state"], asked["total"], asked["done"]) == ("queued", 5, 0)
    assert workspace.id in upkeep.workspaces_waiting(datetime.now(UTC))
    work(workspace)
    done = client.get(f"{URL}{asked['id']}/").json()
    assert (done["state"], done["done"], done["taken"], done["failed"]) == ("done", 5, 5, 0)
    assert done["finished_at"] is not None
    assert Event.objects.filter(name="order_paid").count() == 5
    assert RejectedEvent.objects.get(state="open").code == "invalid_phone"
    assert workspace.id not in upkeep.workspaces_waiting(datetime.now(UTC))
    assert [one["id"] for one in client.get(URL).json()["results"]] == [asked["id"]]


def test_what_is_still_wrong_stays_open_and_is_tried_once(
    client: APIClient, workspace: Workspace, refused: list[RejectedEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "AT_ONCE", 2)
    client.post(URL, {})
    work(workspace)
    job = RejectedReplay.objects.get()
    assert (job.state, job.total, job.done, job.failed) == ("done", 6, 6, 6)
    assert set(RejectedEvent.objects.values_list("tries", flat=True)) == {1}


def test_the_same_replay_asked_twice_is_one(client: APIClient, refused: list[RejectedEvent]) -> None:
    wanted = {"code": "invalid_name", "patch": PUT_RIGHT}
    first, again = (client.post(URL, wanted).json()["id"] for _ in range(2))
    assert first == again
    assert client.post(URL, {"code": "invalid_phone"}).json()["id"] != first


def test_a_killed_worker_takes_nothing_twice_and_the_next_goes_on(
    client: APIClient, workspace: Workspace, refused: list[RejectedEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "AT_ONCE", 2)
    client.post(URL, {"code": "invalid_name", "patch": PUT_RIGHT})
    now = datetime.now(UTC)
    assert dead_letter_jobs.advance(workspace, now)
    write = RejectedReplay.save

    def die(job: RejectedReplay, **_: Any) -> None:
        raise KeyboardInterrupt

    # After the batch's events were stored, and before the transaction ends.
    monkeypatch.setattr(RejectedReplay, "save", die)
    with pytest.raises(KeyboardInterrupt):
        dead_letter_jobs.advance(workspace, now)
    monkeypatch.setattr(RejectedReplay, "save", write)
    assert (RejectedReplay.objects.get().done, Event.objects.count()) == (2, 2)
    work(workspace)
    assert (RejectedReplay.objects.get().taken, Event.objects.count()) == (5, 5)


def test_what_is_refused_later_is_not_part_of_it(
    client: APIClient, workspace: Workspace, refused: list[RejectedEvent]
) -> None:
    client.post(URL, {"code": "invalid_name", "patch": PUT_RIGHT})
    client.post("/api/v1/events/", {"events": [{"name": "", "identities": {"member_id": "late"}}]})
    work(workspace)
    assert RejectedReplay.objects.get().done == 5
    assert RejectedEvent.objects.get(state="open", code="invalid_name").payload["identities"] == {"member_id": "late"}


def test_a_batch_that_fails_is_tried_again_and_then_shown(
    client: APIClient, workspace: Workspace, refused: list[RejectedEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(URL, {"code": "invalid_name"})

    def fail(*_: Any) -> None:
        raise ValueError("13800138000")

    monkeypatch.setattr(dead_letters, "replay", fail)
    work(workspace)
    shown = client.get(URL).json()["results"][0]
    assert (shown["state"], shown["error"]) == ("failed", "ValueError")
    assert RejectedEvent.objects.filter(state="open").count() == 6


def test_a_patch_is_masked_for_whoever_sees_masks(
    client: APIClient, sign_in: SignIn, refused: list[RejectedEvent]
) -> None:
    client.post(URL, {"patch": {"identities": {"phone": "13800138000"}}})
    assert "13800138000" not in str(sign_in("operator").get(URL).json())
    assert "13800138000" in str(sign_in("owner").get(URL).json())
