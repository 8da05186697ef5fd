"""Comments, the change log, differences, moving people, and bulk work, as a client sees them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from journeys.models import Enrollment, Journey
from journeys.projections.rebuild import differences
from journeys.runtime import acts
from journeys.runtime.tick import advance
from journeys.store.lane import Lane
from tests.api.conftest import MakeKey
from tests.api.journeys_api.conftest import code_of, graph, save
from workspaces.choices import Scope
from workspaces.models import Workspace

URL = "/api/v1/journeys/"


def inside(client: APIClient, url: str, workspace: Workspace, people: int = 3) -> None:
    """Let people in and advance them to their wait."""
    profiles = [{"identities": {"member_id": f"m{uuid4()}"}} for _ in range(people)]
    assert client.post(f"{url}enrollments/", {"profiles": profiles}).json()["accepted"] == people
    for lane in range(workspace.lanes):
        advance(Lane(workspace.id, lane), timezone.now())


def test_colleagues_comment_on_a_journey_and_its_nodes(draft: dict[str, Any], li: APIClient, client: APIClient) -> None:
    url = f"{URL}{draft['id']}/comments/"
    made = li.post(url, {"text": "等太久", "node_id": "n2"}, format="json")
    assert made.status_code == 201
    client.post(url, {"text": "from a program"})
    newest, oldest = li.get(url).json()["results"]
    assert oldest == made.json()
    assert (oldest["node_id"], oldest["author"]["name"]) == ("n2", "Li")
    assert (newest["node_id"], newest["author"]) == (None, None)
    for body in ({}, {"text": ""}, {"text": 7}, {"text": "x", "node_id": "x" * 65}, {"text": "x", "node": "n2"}):
        assert li.post(url, body, format="json").status_code == 400


def test_every_act_of_a_journeys_life_is_in_its_change_log(
    draft: dict[str, Any], li: APIClient, wang: APIClient, workspace: Workspace
) -> None:
    url = f"{URL}{draft['id']}/"
    save(li, url, name="新名字", approval_required=True)
    li.post(f"{url}approval/")
    wang.post(f"{url}approval/decision/", {"decision": "reject", "comment": "太急"}, format="json")
    wang.post(f"{url}approval/")
    li.post(f"{url}approval/decision/", {"decision": "approve"}, format="json")
    li.post(f"{url}comments/", {"text": "x"}, format="json")
    li.post(f"{url}publish/")
    inside(li, url, workspace)
    li.post(f"{url}pause/")
    li.post(f"{url}resume/", {"mode": "shift"}, format="json")
    save(li, url, graph=graph("PT2H"))
    li.post(f"{url}approval/")
    wang.post(f"{url}approval/decision/", {"decision": "approve"}, format="json")
    li.post(f"{url}publish/")
    li.post(f"{url}migration/", {}, format="json")
    li.post(f"{url}enrollments/retry/", {}, format="json")
    li.post(f"{url}enrollments/exit/", {}, format="json")
    li.post(f"{url}stop/", {"mode": "finish"}, format="json")
    li.post(f"{url}archive/")
    rows = list(reversed(li.get(f"{url}changes/").json()["results"]))
    assert [(row["kind"], (row["user"] or {"name": None})["name"]) for row in rows] == [
        ("created", None),
        ("saved", "Li"),
        ("approval_asked", "Li"),
        ("rejected", "wang"),
        ("approval_asked", "wang"),
        ("approved", "Li"),
        ("commented", "Li"),
        ("published", "Li"),
        ("paused", "Li"),
        ("resumed", "Li"),
        ("saved", "Li"),
        ("approval_asked", "Li"),
        ("approved", "wang"),
        ("published", "Li"),
        ("migrated", "Li"),
        ("retried", "Li"),
        ("exited", "Li"),
        ("stopped", "Li"),
        ("archived", "Li"),
    ]
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["published"]["version"] == 2
    assert by_kind["migrated"]["data"]["migrated"] == by_kind["exited"]["data"]["changed"] == 3
    assert by_kind["rejected"]["text"] == "驳回了修订 2：太急"
    english = li.get(f"{url}changes/", HTTP_ACCEPT_LANGUAGE="en").json()["results"]
    assert next(row for row in english if row["kind"] == "migrated")["text"] == (
        "Moved 3 people to version 2; 0 stay in theirs"
    )
    assert all(row["text"] for row in english)


def test_what_is_refused_leaves_no_entry(draft: dict[str, Any], li: APIClient) -> None:
    url = f"{URL}{draft['id']}/"
    for step, body in (("pause/", {}), ("resume/", {}), ("approval/decision/", {"decision": "approve"})):
        assert li.post(url + step, body, format="json").status_code == 409
    assert li.patch(url, {"revision": 99, "name": "x"}, format="json").status_code == 409
    assert [row["kind"] for row in li.get(f"{url}changes/").json()["results"]] == ["created"]


def test_the_difference_between_versions_and_draft(client: APIClient, live: dict[str, Any]) -> None:
    url = f"{URL}{live['id']}/"
    first = live["live_version"]["id"]
    save(client, url, graph=graph("PT2H", priority=9))
    shown = client.get(f"{url}diff/", {"from": first, "to": "draft"}, HTTP_ACCEPT_LANGUAGE="en").json()
    assert client.get(f"{url}diff/", HTTP_ACCEPT_LANGUAGE="en").json() == shown
    (node,) = shown["nodes"]["changed"]
    assert (node["id"], node["fields"], node["before"], node["after"]) == (
        "n2",
        ["config.for"],
        {"config.for": "PT1H"},
        {"config.for": "PT2H"},
    )
    assert shown["settings"]["changed"] == [{"field": "priority", "before": 50, "after": 9}]
    assert [(one["code"], one["node_id"]) for one in shown["effects"]] == [
        ("wait_changed", "n2"),
        ("sending_changed", None),
    ]
    assert all(one["message"] == one["messages"]["en"] for one in shown["effects"])
    assert client.get(f"{url}diff/", {"from": first, "to": first}).json()["effects"] == []
    assert client.get(f"{url}diff/", {"from": str(uuid4())}).status_code == 404
    assert code_of(client.get(f"{url}diff/", {"from": "x"})) == (400, "invalid_version")


def test_people_are_moved_as_the_preview_says(client: APIClient, live: dict[str, Any], workspace: Workspace) -> None:
    url = f"{URL}{live['id']}/"
    inside(client, url, workspace)
    changed = graph("PT2H")
    changed["nodes"][1] |= {"id": "n9", "name": "新等待"}
    changed["edges"] = [
        {"id": "e1", "source": "n1", "outcome": "next", "target": "n9"},
        {"id": "e2", "source": "n9", "outcome": "next", "target": "n3"},
    ]
    save(client, url, graph=changed)
    to = client.post(f"{url}publish/").json()["version"]
    shown = client.post(f"{url}migration/preview/", {}, HTTP_ACCEPT_LANGUAGE="en").json()
    assert (shown["to"], shown["movable"], shown["staying"]) == ({"id": to["id"], "number": 2}, 0, 3)
    (row,) = shown["rows"]
    assert (row["number"], row["node"], row["node_name"], row["people"]) == (1, "n2", "等待", 3)
    assert (row["target"], row["target_name"], row["reason"]) == (None, "", "node_gone")
    assert row["text"].startswith("The new version has no such node")
    body = {"mapping": {"n2": "n9"}, "versions": [live["live_version"]["id"]]}
    (row,) = client.post(f"{url}migration/preview/", body).json()["rows"]
    assert (row["target"], row["target_name"], row["reason"]) == ("n9", "新等待", "")
    assert client.post(f"{url}migration/", body).json() == {"migrated": 3, "staying": 0}
    assert client.post(f"{url}migration/", body).json() == {"migrated": 0, "staying": 0}
    people = client.get(f"{url}enrollments/?version=2&node=n9").json()["results"]
    assert len(people) == 3
    assert client.get(f"{url}counts/").json()["nodes"]["n9"]["waiting"] == 3
    assert differences() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"mapping": {"n2": "nowhere"}}, "unknown_node"),
        ({"mapping": {"nowhere": None}}, "unknown_node"),
        ({"versions": ["00000000-0000-0000-0000-000000000000"]}, "unknown_version"),
        ({"mapping": []}, "not_a_dict"),
        ({"map": {}}, "unknown_field"),
    ],
)
@pytest.mark.parametrize("step", ["migration/preview/", "migration/"])
def test_a_move_that_makes_no_sense_is_refused(
    client: APIClient, live: dict[str, Any], step: str, body: dict[str, Any], code: str
) -> None:
    assert code_of(client.post(f"{URL}{live['id']}/{step}", body)) == (400, code)


def test_a_draft_has_nobody_to_move(client: APIClient, draft: dict[str, Any]) -> None:
    assert code_of(client.post(f"{URL}{draft['id']}/migration/", {})) == (409, "wrong_state")


def test_a_resumed_journey_shifts_its_waits(client: APIClient, live: dict[str, Any], workspace: Workspace) -> None:
    url = f"{URL}{live['id']}/"
    inside(client, url, workspace, people=1)
    due = Enrollment.objects.get().due_at
    assert due is not None
    client.post(f"{url}pause/")
    began = timezone.now() - timedelta(days=3)
    Journey.objects.update(paused_at=began)
    assert client.post(f"{url}resume/", {"mode": "later"}).status_code == 400
    assert client.post(f"{url}resume/", {"mode": "shift"}).json()["state"] == "live"
    moved = Enrollment.objects.get().due_at
    assert moved is not None
    assert timedelta(days=3) <= moved - due < timedelta(days=3, minutes=1)


def test_those_on_a_filtered_list_are_ended(client: APIClient, live: dict[str, Any], workspace: Workspace) -> None:
    url = f"{URL}{live['id']}/"
    inside(client, url, workspace)
    bulk = f"{url}enrollments/exit/"
    assert client.post(bulk, {"node": "n1"}).json() == {"changed": 0}
    assert client.post(f"{url}enrollments/retry/", {"state": "failed"}).json() == {"changed": 0}
    body = {"node": "n2", "state": "waiting", "version": 1, "reason": "recalled"}
    assert client.post(bulk, body).json() == {"changed": 3}
    assert client.post(bulk, body).json() == {"changed": 0}
    for bad in ({"state": "flying"}, {"version": "1"}, {"version": 0}, {"nodes": "n2"}, {"node": 7}):
        assert client.post(bulk, bad).status_code == 400


def test_another_workspace_sees_and_changes_nothing(
    live: dict[str, Any], other_workspace: Workspace, make_key: MakeKey
) -> None:
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    url = f"{URL}{live['id']}/"
    for path in ("comments/", "changes/", "diff/", "acts/"):
        assert stranger.get(url + path).status_code == 404
    posts = {"approval/": {}, "approval/decision/": {"decision": "reject"}, "comments/": {"text": "x"}}
    posts |= {path: {} for path in ("migration/", "migration/preview/", "enrollments/exit/", "enrollments/retry/")}
    for path, body in posts.items():
        assert stranger.post(url + path, body).status_code == 404


def test_who_may_only_read_sees_the_preview_and_moves_nobody(live: dict[str, Any], make_key: MakeKey) -> None:
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ)}")
    url = f"{URL}{live['id']}/"
    assert reader.post(f"{url}migration/preview/", {}).status_code == 200
    for path in ("migration/", "approval/", "comments/", "enrollments/exit/", "enrollments/retry/"):
        assert reader.post(url + path, {}).status_code == 403


ACTS = {
    "migration/": ("migration", {"migrated": 3, "staying": 0}),
    "enrollments/exit/": ("exit", {"changed": 3}),
    "enrollments/retry/": ("retry", {"changed": 0}),
    "resume/": ("resume", {"shifted": 3}),
    "stop/": ("stop", {"changed": 3}),
}


@pytest.mark.parametrize("step", ACTS)
def test_what_is_for_many_people_is_a_workers_and_can_be_watched(
    client: APIClient, live: dict[str, Any], workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    kind, result = ACTS[step]
    body = {"resume/": {"mode": "shift"}, "stop/": {"mode": "exit"}}.get(step, {})
    url = f"{URL}{live['id']}/"
    inside(client, url, workspace)
    if step == "migration/":
        client.post(f"{url}publish/")
    if step == "resume/":
        client.post(f"{url}pause/")
    monkeypatch.setattr(acts, "SMALL", -1)
    answer = client.post(url + step, body)
    assert answer.status_code == 202
    asked = answer.json()
    assert (asked["kind"], asked["state"], asked["done"], asked["result"]) == (kind, "queued", 0, None)
    assert asked["total"] == (0 if step == "enrollments/retry/" else 3)
    state = {"resume/": "paused", "stop/": "stopped"}.get(step, "live")
    assert client.get(url).json()["state"] == state
    again = client.post(url + step, body)
    assert again.status_code == 409
    assert client.get(f"{url}acts/").json()["results"] == [asked]
    while acts.advance_act(UUID(asked["id"]), timezone.now()):
        pass
    done = client.get(f"{url}acts/{asked['id']}/").json()
    assert (done["state"], done["result"], done["error"]) == ("done", result, "")
    assert (done["done"], done["total"]) == (asked["total"], asked["total"])
    assert client.get(url).json()["state"] == {"stop/": "stopped"}.get(step, "live")


def test_what_is_small_is_done_at_once_and_listed_too(
    li: APIClient, live: dict[str, Any], workspace: Workspace
) -> None:
    url = f"{URL}{live['id']}/"
    inside(li, url, workspace)
    assert li.post(f"{url}enrollments/exit/", {}, format="json").json() == {"changed": 3}
    (act,) = li.get(f"{url}acts/").json()["results"]
    assert (act["state"], act["done"], act["changed"], act["asked_by"]["name"]) == ("done", 3, 3, "Li")
