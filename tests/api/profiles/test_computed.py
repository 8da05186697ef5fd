from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from profiles import upkeep
from workspaces.models import Workspace

SPENT = {"kind": "sum", "event": "order_paid", "property": "amount"}
RFM = {"event": "order_paid", "value": "amount"}


def create(client: APIClient, path: str, definition: Any, key: str = "spent", **fields: Any) -> Any:
    return client.post(f"/api/v1/{path}/", {"key": key, "name": key, "definition": definition, **fields})


def order(client: APIClient, who: str, amount: float, at: str | None = None) -> None:
    event = {"name": "order_paid", "identities": {"member_id": who}, "properties": {"amount": amount}}
    client.post("/api/v1/events/", {"events": [{**event, **({"occurred_at": at} if at else {})}]})


def settle(workspace: Workspace) -> None:
    while upkeep.advance(workspace.id, timezone.now()):
        pass


def code(answer: Any) -> tuple[int, str, str | None]:
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error["attr"]


def test_an_attribute_shows_its_definition_freshness_and_coverage(client: APIClient, workspace: Workspace) -> None:
    order(client, "a", 19.9)
    client.post("/api/v1/profiles/", {"identities": {"member_id": "b"}})
    made = create(client, "computed-attributes", SPENT).json()
    url = f"/api/v1/computed-attributes/{made['id']}/"
    assert (made["state"], made["coverage"], made["attributes"]) == ("computing", None, ["computed.spent"])
    settle(workspace)
    shown = client.get(url).json()
    assert (shown["state"], shown["definition"], shown["backlog"]) == ("current", SPENT, 0)
    coverage = shown["coverage"]
    assert (coverage["people"], coverage["with_value"], coverage["share"]) == (2, 1, 0.5)
    order(client, "b", 1)
    assert client.get(url).json()["backlog"] == 1
    assert client.get("/api/v1/computed-attributes/").json()["results"][0]["backlog"] == 1
    settle(workspace)
    assert client.get(url).json()["backlog"] == 0
    assert client.post(f"{url}recompute/").json()["state"] == "computing"
    settle(workspace)
    assert client.get(url).json()["coverage"]["share"] == 1.0
    assert client.delete(url).status_code == 202
    settle(workspace)
    assert client.get(url).status_code == 404


def test_another_definition_computes_everybody_anew(client: APIClient, workspace: Workspace) -> None:
    order(client, "a", 5)
    url = f"/api/v1/computed-attributes/{create(client, 'computed-attributes', SPENT).json()['id']}/"
    settle(workspace)
    client.patch(url, {"definition": {"kind": "count", "event": "order_paid"}})
    settle(workspace)
    (person,) = client.get("/api/v1/profiles/").json()["results"]
    assert person["attributes"] == {"computed": {"spent": 1}}


@pytest.mark.parametrize(
    ("definition", "attr"),
    [
        ({}, "definition"),
        ({"kind": "fly", "event": "a"}, "definition"),
        ({"kind": "sum", "event": "a"}, "definition.sum.property"),
        (
            {
                "kind": "count",
                "event": "a",
                "within": "P1D",
                "between": ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
            },
            None,
        ),
        ({"kind": "count", "event": "a", "within": "soon"}, None),
        ({"kind": "count", "event": "a", "between": ["x", "y"]}, None),
        ({"kind": "count", "event": "a", "where": [{"key": "a", "cmp": "fly", "value": 1}]}, None),
    ],
)
def test_a_formula_that_makes_no_sense_is_refused_with_its_place(
    client: APIClient, definition: Any, attr: str | None
) -> None:
    for answer in (
        create(client, "computed-attributes", definition),
        client.post("/api/v1/computed-attributes/preview/", {"definition": definition}),
    ):
        status, name, place = code(answer)
        assert (status, name) == (400, "invalid_definition")
        assert place == attr or (attr is None and place is not None and place.startswith("definition"))


def test_a_preview_computes_a_sample_and_saves_nothing(client: APIClient, workspace: Workspace) -> None:
    order(client, "a", 7)
    client.post("/api/v1/profiles/", {"identities": {"member_id": "b"}})
    found = client.post("/api/v1/computed-attributes/preview/", {"definition": SPENT}).json()
    assert (found["people"], found["with_value"], [one["value"] for one in found["sample"]]) == (2, 1, [7])
    found = client.post("/api/v1/rfm/preview/", {"definition": RFM}).json()
    assert found["fitted"]["buyers"] == 1
    assert sum(found["classes"].values()) == 1
    stages = client.get("/api/v1/models/usual-stages/?event=order_paid").json()["stages"]
    found = client.post("/api/v1/models/preview/", {"kind": "lifecycle", "definition": {"stages": stages}}).json()
    assert found["classes"] == {"new": 1, "prospect": 1}
    found = client.post("/api/v1/models/preview/", {"kind": "clv", "definition": RFM}).json()
    assert (found["refusal"], found["with_value"]) == ("too_few_buyers", 0)
    settle(workspace)
    assert client.get("/api/v1/models/").json()["results"] == []


def test_rfm_shows_its_grid_and_movement(client: APIClient, workspace: Workspace) -> None:
    before = timezone.now().isoformat()
    breaks = {"r": [30], "f": [1], "m": [100]}
    made = create(client, "rfm", {**RFM, "k": 2, "breaks": breaks}, key="rfm").json()
    order(client, "a", 10)
    settle(workspace)
    url = f"/api/v1/rfm/{made['id']}/"
    grid = client.get(f"{url}grid/").json()
    assert grid["cells"] == [{"r": 2, "f": 1, "m": 1, "label": "general_develop", "people": 1}]
    assert {one["code"]: one["people"] for one in grid["classes"] if one["people"]} == {"general_develop": 1}
    after = timezone.now().isoformat()
    moves = client.get(f"{url}movement/", {"from": before, "to": after}).json()["moves"]
    assert moves == [{"origin": None, "destination": "general_develop", "people": 1}]
    assert code(client.get(f"{url}movement/", {"from": before}))[:2] == (400, "invalid_instant")
    assert client.get(f"/api/v1/models/{made['id']}/").status_code == 404


def test_two_that_write_the_same_attribute_are_refused(client: APIClient) -> None:
    create(client, "rfm", RFM, key="rfm")
    assert code(create(client, "computed-attributes", SPENT, key="rfm_r")) == (409, "key_taken", "key")
    assert create(client, "computed-attributes", SPENT, key="rfm_x").status_code == 201


def test_a_workspace_sees_its_own_only(client: APIClient, make_key: Any, other_workspace: Workspace) -> None:
    from workspaces.choices import Scope

    url = f"/api/v1/computed-attributes/{create(client, 'computed-attributes', SPENT).json()['id']}/"
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}recompute/").status_code == 404
