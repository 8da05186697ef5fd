from rest_framework.test import APIClient

from profiles.event_catalogue import fold
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.models import EventDefinition
from tests.fixtures.world import T0
from workspaces.models import Workspace

URL = "/api/v1/event-catalogue/"


def happen(workspace: Workspace, *names: str) -> None:
    ingest(workspace, [IncomingEvent({}, name, [("member_id", "m1")], properties={"amount": 7}) for name in names], T0)
    fold()


def test_names_are_found_by_a_part_of_them_in_order(client: APIClient, workspace: Workspace) -> None:
    happen(workspace, "order_paid", "order_made", "viewed")
    found = client.get(URL, {"search": "ORDER"}).json()["results"]
    assert [(one["name"], one["total"]) for one in found] == [("order_made", 1), ("order_paid", 1)]
    first = client.get(URL, {"page_size": 2}).json()
    assert [one["name"] for one in client.get(first["next"]).json()["results"]] == ["viewed"]


def test_an_event_is_described_and_hidden(client: APIClient, workspace: Workspace) -> None:
    happen(workspace, "order_paid", "viewed")
    row = EventDefinition.objects.get(name="order_paid")
    changed = client.patch(f"{URL}{row.pk}/", {"description": "已付款", "is_hidden": True}).json()
    assert (changed["description"], changed["is_hidden"], changed["total"]) == ("已付款", True, 1)
    assert [one["name"] for one in client.get(URL, {"hidden": "false"}).json()["results"]] == ["viewed"]


def test_a_type_that_is_expected_shows_what_is_not(client: APIClient, workspace: Workspace) -> None:
    happen(workspace, "order_paid")
    row = EventDefinition.objects.get()
    changed = client.patch(f"{URL}{row.pk}/properties/", {"path": "amount", "expected_type": "text"}).json()
    assert changed["is_unexpected"]
    assert changed["types"] == {"number": 1}
    client.patch(f"{URL}{row.pk}/properties/", {"path": "later", "description": "尚未出现"})
    detail = client.get(f"{URL}{row.pk}/").json()
    assert [one["path"] for one in detail["properties"]] == ["amount", "later"]
    assert client.patch(f"{URL}{row.pk}/properties/", {"path": "amount", "expected_type": "money"}).status_code == 400


def test_another_workspace_has_a_catalogue_of_its_own(
    client: APIClient, workspace: Workspace, other_workspace: Workspace
) -> None:
    happen(other_workspace, "secret")
    assert client.get(URL).json()["results"] == []
    assert client.get(f"{URL}{EventDefinition.objects.get().pk}/").status_code == 404
