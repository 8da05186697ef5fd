from typing import Any
from uuid import UUID, uuid4

from rest_framework.test import APIClient

from journeys.models import Journey
from tests.api.conftest import MakeKey, SignIn
from tests.api.journeys_api.conftest import code_of, graph
from tests.fixtures.graphs import GOAL
from tests.fixtures.review_runs import Met, Ran, store
from tests.fixtures.world import HOUR, T0
from workspaces.choices import Scope
from workspaces.models import Workspace

VARIANTS = [{"id": "a", "name": "甲", "weight": 50}, {"id": "b", "name": "乙", "weight": 50}]


def tried(client: APIClient) -> tuple[Journey, str]:
    """A live journey with an A/B test, 80 runs of it and 20 people held out."""
    drawn = graph(goals=[GOAL], holdout={"percent": 20})
    drawn["nodes"].append({"id": "ab", "type": "ab", "name": "标题", "config": {"variants": VARIANTS, "control": "a"}})
    drawn["edges"] = [
        {"id": "e1", "source": "n1", "outcome": "next", "target": "ab"},
        {"id": "e2", "source": "ab", "outcome": "a", "target": "n2"},
        {"id": "e3", "source": "ab", "outcome": "b", "target": "n2"},
        {"id": "e4", "source": "n2", "outcome": "next", "target": "n3"},
    ]
    made = client.post("/api/v1/journeys/", {"name": "欢迎", "graph": drawn}, format="json")
    assert made.status_code == 201, made.content
    published = client.post(f"/api/v1/journeys/{made.json()['id']}/publish/")
    assert published.status_code == 200, published.content
    journey = Journey.objects.get(pk=made.json()["id"])
    runs = []
    for number in range(100):
        held = number % 5 == 0
        run = Ran(uuid4(), journey.versions.get().pk, T0 + number * HOUR, held_out=held)
        if not held:
            run.variants = {"ab": "ab"[number % 2]}
            run.sends = [["n2", "sms", *(("blocked", "frequency_cap") if number % 3 == 0 else ("delivered", ""))]]
        if number % 4 == 1:
            run.met.append(Met(run.at + HOUR, "88.00"))
        runs.append(run)
    store(journey, runs)
    return journey, f"/api/v1/journeys/{journey.pk}/review/"


def test_an_experiment_is_told_with_its_intervals_and_in_words(client: APIClient) -> None:
    _, url = tried(client)
    answer = client.get(f"{url}experiments/")
    assert answer.status_code == 200, answer.content
    body = answer.json()
    [test] = body["experiments"]
    assert (test["node"], test["name"], test["goal"], test["control"]) == ("ab", "标题", "bought", "a")
    assert [(one["name"], one["people"], one["control"]) for one in test["variants"]] == [
        ("甲", 40, True),
        ("乙", 40, False),
    ]
    rival = test["variants"][1]
    assert rival["interval"]["low"] < rival["rate"] < rival["interval"]["high"]
    assert rival["against"]["comparison"]["difference"] == rival["rate"] - test["variants"][0]["rate"]
    assert rival["values"][0]["currency"] == "CNY"
    assert rival["values"][0]["total"] == "1760.0000"
    assert test["sample_ratio"]["verdict"] == "ok"
    assert set(test["verdict"]["messages"]) == {"zh-CN", "en"}
    assert client.get(f"{url}experiments/").json() == body


def test_the_holdout_says_what_the_journey_adds(client: APIClient) -> None:
    _, url = tried(client)
    body = client.get(f"{url}holdout/").json()
    assert (body["arms"]["treated"]["people"], body["arms"]["held_out"]["people"]) == (80, 20)
    assert [(period["percent"], period["sample_ratio"]["verdict"]) for period in body["periods"]] == [(20.0, "ok")]
    assert body["combined"]["interval"]["low"] <= body["combined"]["difference"] <= body["combined"]["interval"]["high"]


def test_losses_name_the_largest_that_could_be_avoided_and_open_its_people(client: APIClient) -> None:
    journey, url = tried(client)
    body = client.get(f"{url}losses/").json()
    bars = {bar["key"]: bar for bar in body["bars"]}
    assert (bars["entered"]["people"], bars["in_quota"]["people"]) == (80, 80 - bars["under_caps"]["lost"])
    assert (body["largest"]["bar"], body["largest"]["code"]) == ("under_caps", "frequency_cap")
    assert "超过频次上限" in body["messages"]["zh-CN"]
    assert "frequency cap" in body["messages"]["en"]
    people = client.get(f"{url}losses/people/", {"bar": "under_caps", "reason": "frequency_cap", "page_size": "200"})
    assert people.status_code == 200, people.content
    rows = people.json()["results"]
    assert len(rows) == bars["under_caps"]["lost"]
    assert {UUID(row["id"]) for row in rows} <= set(journey.enrollments.values_list("pk", flat=True))


def test_what_cannot_be_asked_is_refused_with_its_code(client: APIClient) -> None:
    _, url = tried(client)
    assert code_of(client.get(f"{url}experiments/", {"goal": "nothing"})) == (400, "unknown_goal")
    assert code_of(client.get(f"{url}losses/", {"version": "9"})) == (400, "unknown_version")
    assert client.get(f"{url}losses/", {"variant": "ab"}).status_code == 400
    assert client.get(f"{url}losses/people/").status_code == 400


def test_a_journey_without_runs_says_so(client: APIClient, live: dict[str, Any]) -> None:
    url = f"/api/v1/journeys/{live['id']}/review/"
    assert client.get(f"{url}experiments/").json()["experiments"] == []
    assert client.get(f"{url}holdout/").json()["verdict"]["code"] == "nobody"
    body = client.get(f"{url}losses/").json()
    assert (body["largest"], body["bars"][1]["people"]) == (None, 0)


def test_every_member_may_look_and_no_stranger(
    client: APIClient, live: dict[str, Any], sign_in: SignIn, other_workspace: Workspace, make_key: MakeKey
) -> None:
    url = f"/api/v1/journeys/{live['id']}/review/losses/"
    assert sign_in("viewer").get(url).status_code == 200
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ, of=other_workspace)}")
    assert stranger.get(url).status_code == 404
    assert APIClient().get(url).status_code == 401
