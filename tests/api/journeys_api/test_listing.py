"""The list of journeys: its figures agree with a slow and obvious count; folders, copies, and acts upon many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from journeys.models import Conversion, Enrollment, Journey, Launch
from tests.api.journeys_api.conftest import code_of, graph

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from workspaces.models import Workspace

JOURNEYS = "/api/v1/journeys/"
FOLDERS = "/api/v1/journey-folders/"
GOAL = {"id": "g1", "name": "下单", "event": "order_paid"}
PRIMARY = {"id": "g2", "name": "复购", "event": "order_paid", "primary": True}


def row(client: APIClient, id_: str) -> dict[str, Any]:
    return next(row for row in client.get(JOURNEYS).json()["results"] if row["id"] == id_)


@pytest.fixture
def busy(client: APIClient, workspace: Workspace) -> dict[str, Any]:
    """A live journey with runs of eight days, in several states, some held out, some converted, one person twice."""
    workspace.timezone = "Asia/Shanghai"
    workspace.save()
    body = {"name": "忙", "graph": graph(goals=[GOAL, PRIMARY], entry={"reentry": {"mode": "always"}})}
    journey: dict[str, Any] = client.post(JOURNEYS, body, format="json").json()
    client.post(f"{JOURNEYS}{journey['id']}/publish/")
    people = [{"identities": {"member_id": f"m{number % 9}"}} for number in range(9)]
    for _ in range(2):
        client.post(f"{JOURNEYS}{journey['id']}/enrollments/", {"profiles": people}, format="json")
    now = datetime.now(UTC)
    states = ["active", "waiting", "failed", "completed", "exited", "held_out"]
    for number, run in enumerate(Enrollment.objects.filter(journey_id=journey["id"]).order_by("id")):
        run.state = states[number % len(states)]
        run.enrolled_at = now - timedelta(hours=11 * number)
        run.save()
        if number % 4 == 0:
            for goal in ("g1", "g2") if number % 8 == 0 else ("g1",):
                Conversion.objects.create(
                    workspace=workspace,
                    journey_id=run.journey_id,
                    version_id=run.version_id,
                    enrollment_id=run.pk,
                    profile_id=run.profile_id,
                    goal=goal,
                    node="n2",
                    occurred_at=now,
                )
    return journey


def test_figures_agree_with_a_slow_count(client: APIClient, busy: dict[str, Any]) -> None:
    figures = row(client, busy["id"])["figures"]
    runs = [run for run in Enrollment.objects.filter(journey_id=busy["id"]) if run.state != "held_out"]
    zone = ZoneInfo("Asia/Shanghai")
    today = datetime.now(zone).date()
    slow = {
        (today - timedelta(days=back)).isoformat(): sum(
            run.enrolled_at.astimezone(zone).date() == today - timedelta(days=back) for run in runs
        )
        for back in range(6, -1, -1)
    }
    assert {day["day"]: day["entered"] for day in figures["entered"]["days"]} == slow
    assert figures["entered"]["total"] == sum(slow.values()) > 0
    assert any(run.enrolled_at.astimezone(zone).date().isoformat() not in slow for run in runs)
    inside = {run.profile_id for run in runs if run.state in {"active", "waiting", "failed"}}
    people = {run.profile_id for run in runs}
    assert (figures["inside"], figures["people"]) == (len(inside), len(people))
    ours = {run.pk for run in runs}
    converted = {one.profile_id for one in Conversion.objects.filter(goal="g2") if one.enrollment_id in ours}
    assert figures["conversion"]["goal"] == {"id": "g2", "name": "复购"}
    assert figures["conversion"]["people"] == len(converted) > 0
    assert figures["conversion"]["rate"] == pytest.approx(len(converted) / len(people))


def test_a_draft_without_goal_has_no_conversion(client: APIClient, draft: dict[str, Any]) -> None:
    figures = row(client, draft["id"])["figures"]
    assert (figures["conversion"], figures["inside"], figures["next"]) == (None, 0, None)
    assert [day["entered"] for day in figures["entered"]["days"]] == [0] * 7


@pytest.mark.parametrize("settings", [None, [], "x", {"goals": {}}, {"goals": [1]}, {"entry": {"starts_at": "soon"}}])
def test_a_malformed_draft_is_listed(client: APIClient, settings: Any) -> None:
    journey = client.post(JOURNEYS, {"name": "x", "graph": {**graph(), "settings": settings}}, format="json").json()[
        "id"
    ]
    assert row(client, journey)["figures"]["conversion"] is None


def test_who_changed_it_last(client: APIClient, li: APIClient, draft: dict[str, Any]) -> None:
    assert row(client, draft["id"])["figures"]["last_change"]["by"] is None
    li.post(f"{JOURNEYS}{draft['id']}/publish/")
    last = row(client, draft["id"])["figures"]["last_change"]
    assert (last["kind"], last["by"]) == ("published", "li")


def test_what_happens_next(client: APIClient, workspace: Workspace, live: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    journey = Journey.objects.get(pk=live["id"])
    assert journey.live_version is not None
    for days, state in ((3, "planned"), (2, "planned"), (1, "done")):
        Launch.objects.create(
            workspace=workspace,
            journey=journey,
            version=journey.live_version,
            due_at=now + timedelta(days=days),
            state=state,
        )
    coming = row(client, live["id"])["figures"]["next"]
    assert coming["kind"] == "launch"
    assert datetime.fromisoformat(coming["at"]) == now + timedelta(days=2)


def test_a_copy_is_a_draft_in_the_same_folder(client: APIClient, busy: dict[str, Any]) -> None:
    folder = client.post(FOLDERS, {"name": "会员"}).json()["id"]
    client.post(f"{JOURNEYS}many/", {"act": "move", "journeys": [busy["id"]], "folder": folder}, format="json")
    answer = client.post(f"{JOURNEYS}{busy['id']}/duplicate/", {"name": "忙 副本"})
    assert answer.status_code == 201
    copy = answer.json()
    assert (copy["state"], copy["enrolled"], copy["folder"]["id"]) == ("draft", 0, folder)
    assert copy["graph"] == client.get(f"{JOURNEYS}{busy['id']}/").json()["graph"]


def test_folders_are_made_renamed_and_deleted(client: APIClient, draft: dict[str, Any]) -> None:
    folder = client.post(FOLDERS, {"name": "会员"}).json()
    assert code_of(client.post(FOLDERS, {"name": "会员"})) == (409, "folder_exists")
    done = client.post(
        f"{JOURNEYS}many/", {"act": "move", "journeys": [draft["id"]], "folder": folder["id"]}, format="json"
    )
    assert done.json() == {"done": [draft["id"]], "refused": []}
    assert client.patch(f"{FOLDERS}{folder['id']}/", {"name": "老客"}).json()["count"] == 1
    assert [one["id"] for one in client.get(f"{JOURNEYS}?folder={folder['id']}").json()["results"]] == [draft["id"]]
    assert client.get(f"{JOURNEYS}?no_folder=true").json()["results"] == []
    assert client.delete(f"{FOLDERS}{folder['id']}/").status_code == 204
    assert row(client, draft["id"])["folder"] is None


def test_many_at_once_say_who_was_refused(client: APIClient, draft: dict[str, Any], workspace: Workspace) -> None:
    published = client.post(JOURNEYS, {"name": "x", "graph": graph()}, format="json").json()["id"]
    client.post(f"{JOURNEYS}{published}/publish/")
    nobody = "01900000-0000-7000-8000-000000000000"
    body = {"act": "delete", "journeys": [draft["id"], published, nobody]}
    answer = client.post(f"{JOURNEYS}many/", body, format="json").json()
    assert answer["done"] == [draft["id"]]
    assert {one["id"]: one["code"] for one in answer["refused"]} == {published: "wrong_state", nobody: "not_found"}
    body = {"act": "move", "journeys": [published], "folder": nobody}
    assert code_of(client.post(f"{JOURNEYS}many/", body, format="json")) == (400, "unknown_folder")


def test_another_workspaces_journey_is_not_touched(client: APIClient, other_workspace: Workspace) -> None:
    foreign = Journey.objects.create(workspace=other_workspace, name="x")
    answer = client.post(f"{JOURNEYS}many/", {"act": "delete", "journeys": [str(foreign.pk)]}, format="json").json()
    assert answer["refused"][0]["code"] == "not_found"
    assert Journey.objects.filter(pk=foreign.pk).exists()
