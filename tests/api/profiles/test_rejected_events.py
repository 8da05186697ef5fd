from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from profiles import dead_letters
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.models import Event, Profile, RejectedEvent
from workspaces import retention
from workspaces.models import AuditEntry, Workspace

URL = "/api/v1/rejected-events/"


def send(client: APIClient, *events: object) -> dict[str, Any]:
    answer = client.post("/api/v1/events/", {"events": list(events)})
    assert answer.status_code == 202
    return answer.json()  # type: ignore[no-any-return]


def event(**fields: Any) -> dict[str, Any]:
    return {"name": "order_paid", "identities": {"member_id": "m1"}} | fields


def test_refused_items_are_listed_by_reason_and_masked(client: APIClient, sign_in: Any) -> None:
    send(
        client,
        event(name=""),
        event(name=7),
        event(identities={"phone": "1"}, properties={"name": "王小明", "to": "13800138000"}),
    )
    reasons = client.get(f"{URL}reasons/").json()["reasons"]
    assert [(one["code"], one["count"]) for one in reasons] == [("invalid_name", 2), ("invalid_phone", 1)]
    (row,) = sign_in("operator").get(URL, {"code": "invalid_phone"}).json()["results"]
    assert row["attr"] == "identities.phone"
    assert "13800138000" not in str(row["payload"])
    assert "王小明" not in str(row["payload"])
    assert row["can_replay"]
    # Whoever sees people in the clear sees it as it came, and it is written down.
    assert AuditEntry.objects.count() == 0
    (row,) = sign_in("owner").get(URL, {"code": "invalid_phone"}).json()["results"]
    assert row["payload"]["properties"] == {"name": "王小明", "to": "13800138000"}
    assert AuditEntry.objects.get().data == {"what": "rejected events", "count": 1}


def test_an_item_that_is_put_right_is_taken_once(client: APIClient) -> None:
    send(client, event(name="", event_id="e1", occurred_at="2026-01-05T00:00:00Z"))
    row = RejectedEvent.objects.get()
    failed = client.post(f"{URL}{row.pk}/replay/").json()
    assert (failed["state"], failed["tries"], failed["code"]) == ("open", 1, "invalid_name")
    taken = client.post(f"{URL}{row.pk}/replay/", {"patch": {"name": "order_paid"}}).json()
    assert (taken["state"], taken["tries"]) == ("taken", 2)
    assert Event.objects.get().occurred_at == datetime.fromisoformat("2026-01-05T00:00:00Z")
    again = client.post(f"{URL}{row.pk}/replay/", {"patch": {"name": "order_paid"}})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "settled")
    assert Event.objects.count() == 1


def test_an_event_without_a_time_occurred_when_it_first_came(client: APIClient) -> None:
    send(client, event(name=""))
    row = RejectedEvent.objects.get()
    client.post(f"{URL}{row.pk}/replay/", {"patch": {"name": "order_paid"}})
    assert Event.objects.get().occurred_at == row.received_at


def test_one_whose_id_is_known_by_now_is_a_duplicate(client: APIClient) -> None:
    send(client, event(name="", event_id="e1"))
    send(client, event(event_id="e1"))
    answer = client.post(f"{URL}replay/", {"patch": {"name": "order_paid"}}).json()
    assert (answer["taken"], answer["duplicates"], answer["failed"]) == (0, 1, 0)
    assert RejectedEvent.objects.get().state == "duplicate"


def test_many_are_replayed_page_by_page_and_by_reason(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "AT_ONCE", 3)
    send(client, *[event(name="", event_id=f"e{number}") for number in range(7)], event(identities={}))
    which: dict[str, Any] = {"code": "invalid_name", "patch": {"name": "order_paid"}}
    answers = [client.post(f"{URL}replay/", which).json()]
    while answers[-1]["next"]:
        answers.append(client.post(f"{URL}replay/", {**which, "after": answers[-1]["next"]}).json())
    assert [one["taken"] for one in answers] == [3, 3, 1]
    assert Event.objects.count() == 7
    assert RejectedEvent.objects.get(state="open").code == "identities_required"


def test_those_that_fail_again_do_not_stop_the_rest(client: APIClient) -> None:
    send(client, event(name="", event_id="e1"), event(name="", event_id="e2", identities={"phone": "x"}))
    answer = client.post(f"{URL}replay/", {"patch": {"name": "order_paid"}}).json()
    assert (answer["taken"], answer["failed"], answer["next"]) == (1, 1, None)
    assert RejectedEvent.objects.get(state="open").code == "invalid_phone"


def test_a_message_of_the_protocol_is_read_as_it_was(client: APIClient, workspace: Workspace) -> None:
    from profiles.api.tracking import _read

    now = timezone.now()
    message = {"type": "identify", "anonymousId": "a" * 300, "traits": {"city": "上海"}, "messageId": "m1"}
    ingest(workspace, [_read(0, "identify", message, None, now)], now)
    row = RejectedEvent.objects.get()
    client.post(f"{URL}{row.pk}/replay/", {"patch": {"anonymousId": "a1"}})
    assert Profile.objects.get().attributes == {"city": "上海"}
    assert Event.objects.get().name == "identify"


def test_traits_that_were_too_large_are_set_when_there_is_room(client: APIClient, workspace: Workspace) -> None:
    now = timezone.now()
    large = {f"k{number}": "x" * 1000 for number in range(70)}
    ingest(workspace, [IncomingEvent({}, "identify", [("member_id", "m1")], traits=large)], now)
    row = RejectedEvent.objects.get()
    assert row.code == "attributes_too_large"
    assert client.post(f"{URL}{row.pk}/replay/").json()["state"] == "open"
    patch = dict.fromkeys([f"k{number}" for number in range(1, 70)])
    assert client.post(f"{URL}{row.pk}/replay/", {"patch": patch}).json()["state"] == "taken"
    assert Profile.objects.get().attributes == {"k0": "x" * 1000}
    assert Event.objects.count() == 1


def test_items_are_discarded(client: APIClient) -> None:
    send(client, event(name=""), event(identities={}))
    assert client.post(f"{URL}discard/", {"code": "invalid_name"}).json() == {"discarded": 1}
    assert client.get(URL, {"state": "discarded"}).json()["results"][0]["code"] == "invalid_name"
    assert (
        client.post(f"{URL}replay/", {"patch": {"name": "a", "identities": {"member_id": "m1"}}}).json()["taken"] == 1
    )


def test_of_a_very_large_item_the_beginning_is_kept(client: APIClient) -> None:
    send(client, event(properties={"text": "很" * 100_000}))
    row = client.get(URL).json()["results"][0]
    assert (row["code"], row["can_replay"]) == ("properties_too_large", False)
    assert row["payload"]["bytes"] > 300_000
    assert client.post(f"{URL}replay/", {}).json()["failed"] == 1


def test_old_ones_are_forgotten(client: APIClient, workspace: Workspace) -> None:
    send(client, event(name=""))
    assert retention.enforce(workspace.pk, timezone.now()).removed["rejected_events"] == 0
    later = timezone.now() + timedelta(days=91)
    assert retention.enforce(workspace.pk, later).removed["rejected_events"] == 1


def test_another_workspace_has_none_of_it(client: APIClient, other_workspace: Workspace) -> None:
    ingest(other_workspace, [IncomingEvent({"name": ""}, "", [])], timezone.now())
    row = RejectedEvent.objects.get()
    assert client.get(URL).json()["results"] == []
    assert client.post(f"{URL}{row.pk}/replay/").status_code == 404
    assert client.post(f"{URL}replay/", {"ids": [str(row.pk)]}).json()["failed"] == 0
    assert client.post(f"{URL}discard/", {"ids": [str(row.pk)]}).json() == {"discarded": 0}
