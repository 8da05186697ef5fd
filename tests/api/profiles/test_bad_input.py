"""What is sent wrongly, on purpose or not, over HTTP: a clear refusal or a documented treatment, and the rest goes on.

Beside this: impossible dates, 10 MB of attributes, 100,000 identities, wrong years and SQL in events in
test_events.py; clocks of the tracking protocol in test_tracking.py, rules of 50 levels and strange values in
test_as_of.py, rows of files in test_imports.py.
"""

import io
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from profiles.imports.jobs import advance_import
from profiles.models import Event, Identity, Profile, RejectedEvent
from tests.api.conftest import MakeKey
from tests.fixtures.graphs import graph, send
from workspaces.choices import Scope

EVENTS, PROFILES, PREVIEW = "/api/v1/events/", "/api/v1/profiles/", "/api/v1/segments/preview/"
CODE = "'; drop table profiles_profile; -- {{ 7 * 7 }}{% raw %} %s %(x)s"
YEAR = timedelta(days=365)


def happen(client: APIClient, **fields: Any) -> dict[str, Any]:
    item = {"name": "order_paid", "identities": {"member_id": "m1"}, **fields}
    found: dict[str, Any] = client.post(EVENTS, {"events": [item]}).json()
    return found


def count(client: APIClient, at: datetime | None = None, **rule: Any) -> int:
    asked = {"rule": {"op": "event", "name": "order_paid", **rule}} | ({"at": at.isoformat()} if at else {})
    number: int = client.post(PREVIEW, asked).json()["count"]
    return number


def test_an_event_of_the_future_counts_when_its_time_has_come(client: APIClient) -> None:
    soon = datetime.now(UTC) + timedelta(days=1)
    assert happen(client, occurred_at=soon.isoformat())["accepted"] == 1
    assert (count(client), count(client, soon + timedelta(seconds=1))) == (0, 1)


@pytest.mark.parametrize(("wrong_by", "now", "then"), [(-YEAR, 0, 1), (YEAR, 0, 0)])
def test_a_clock_that_is_wrong_by_a_year_counts_where_it_says(
    client: APIClient, wrong_by: timedelta, now: int, then: int
) -> None:
    at = datetime.now(UTC) + wrong_by
    assert happen(client, occurred_at=at.isoformat())["accepted"] == 1
    assert count(client, within="P30D") == now
    assert count(client, datetime.now(UTC) - YEAR + timedelta(hours=1), within="P30D") == then


def test_a_phone_of_a_thousand_people_joins_at_most_nine_of_them(client: APIClient) -> None:
    items = [
        {"name": "visit", "identities": {"email": f"p{number}@example.com", "phone": "13800138000"}}
        for number in range(1000)
    ]
    answer = client.post(EVENTS, {"events": items})
    assert answer.json() == {"accepted": 1000, "duplicates": 0, "rejected": []}
    owner = Identity.objects.get(type="phone").profile_id
    assert Identity.objects.filter(type="email", profile_id=owner).count() <= 10
    assert Profile.objects.count() >= 990
    conflicts = client.get("/api/v1/identity-conflicts/").json()["results"]
    assert {one["type"] for one in conflicts} == {"phone"}
    # Who comes next by their own address is themselves, whatever phone they share.
    assert (
        client.post(PROFILES, {"identities": {"email": "p999@example.com", "phone": "13800138000"}}).status_code < 300
    )
    assert Identity.objects.get(value="p999@example.com").profile_id != owner


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PROFILES, b'{"identities": {"member_id": "\xff"}}'),
        (PREVIEW, b'{"rule": {"op": "tag", "key": "\xc3\x28"}}'),
        ("/api/v1/segments/", b'{"name": "\xed\xa0\x80", "rule": {"op": "tag", "key": "a"}}'),
    ],
)
def test_bytes_that_are_no_text_are_refused(client: APIClient, path: str, body: bytes) -> None:
    answer = client.post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "parse_error")
    assert not Profile.objects.exists()


def test_bytes_that_are_no_text_are_refused_by_the_tracking_protocol(make_key: MakeKey) -> None:
    tracker = APIClient()
    key = b64encode(f"{make_key(Scope.TRACK)}:".encode()).decode()
    tracker.credentials(HTTP_AUTHORIZATION=f"Basic {key}")
    body = b'{"userId": "\xff", "event": "x", "messageId": "m1"}'
    assert tracker.post("/v1/track", body, content_type="application/json").status_code == 400
    assert not Event.objects.exists()
    assert not RejectedEvent.objects.exists()


def test_a_row_of_a_file_that_is_no_text_is_refused_and_the_rest_goes_on(client: APIClient) -> None:
    file = io.BytesIO("会员号,姓名\nm1,张三\n".encode() + b"m2,\xff\xfe\xff\n" + "m3,李四\n".encode())
    file.name = "a.csv"
    body = client.post("/api/v1/imports/", {"file": file}, format="multipart").json()
    columns = [{"column": place, **one["suggestion"]} for place, one in enumerate(body["columns"])]
    here = f"/api/v1/imports/{body['id']}/"
    assert client.post(f"{here}run/", {"mapping": {"columns": columns}}).status_code == 202
    while advance_import(body["id"], timezone.now()):
        pass
    progress = client.get(here).json()["progress"]
    assert (progress["created"], progress["rejected"]) == (2, 1)
    assert b"invalid_encoding" in b"".join(client.get(f"{here}errors/").streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "fields",
    [
        {"attributes": "no object"},
        {"attributes": {"": 1}},
        {"identities": {"member_id": {"a": 1}}},
        {"identities": {"member_id": 7.5}},
        {"tags": 5},
        {"consents": [{"channel": "sms"}]},
    ],
)
def test_a_value_of_the_wrong_type_is_refused_and_nothing_is_stored(client: APIClient, fields: dict[str, Any]) -> None:
    answer = client.post(PROFILES, {"identities": {"member_id": "m1"}, **fields})
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["code"]
    assert not Profile.objects.exists()


def test_names_with_code_in_them_are_names_everywhere(client: APIClient) -> None:
    told = {"identities": {"member_id": CODE}, "attributes": {"name": CODE, "other": {CODE: CODE}}, "tags": [CODE[:60]]}
    answer = client.post(PROFILES, told)
    assert answer.status_code < 300, answer.content
    person = answer.json()["id"]
    assert client.get(f"{PROFILES}{person}/").json()["attributes"]["other"] == {CODE: CODE}
    for rule in (
        {"op": "attribute", "key": "name", "cmp": "eq", "value": CODE},
        {"op": "attribute", "key": "name", "cmp": "contains", "value": "{{ 7 * 7 }}{% raw %} %s"},
        {"op": "tag", "key": CODE[:60]},
    ):
        made = client.post("/api/v1/segments/", {"name": CODE[:100], "rule": rule})
        assert (made.status_code, made.json()["name"]) == (201, CODE[:100]), made.content
        assert client.post(PREVIEW, {"rule": rule}).json()["count"] == 1
        past = client.post(PREVIEW, {"rule": rule, "at": datetime.now(UTC).isoformat()})
        assert past.json()["count"] == 1
    assert Profile.objects.count() == 1


def test_a_name_with_liquid_in_it_is_written_into_a_message_as_it_is(client: APIClient) -> None:
    inline = {"text": "您好 {{ name }}"}
    drawn = graph({"sms": send(params={"name": "{{ profile.name }}"}, template=inline)}, ["start -> sms"])
    script = {
        "graph": drawn,
        "profile": {"id": "p1", "attributes": {"name": CODE}, "identities": {"phone": "13800138000"}},
        "start": "2026-03-02T02:00:00Z",
        "entry": {"api": {}},
        "until": "P1D",
    }
    answer = client.post("/api/v1/journeys/simulate/", script)
    assert answer.status_code == 200, answer.content
    (message,) = answer.json()["messages"]
    assert CODE in str(message["rendered"].values())
    assert "49" not in str(message["rendered"])
