import gzip
import json
from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from profiles.models import Event, Profile, RejectedEvent
from tests.api.conftest import MakeKey
from workspaces.choices import Scope

URL = "/api/v1/events/"


def event(**fields: Any) -> dict[str, Any]:
    return {"event_id": "e1", "name": "order_paid", "identities": {"member_id": "m1"}} | fields


def test_a_batch_is_taken_item_by_item(client: APIClient) -> None:
    batch = [event(), event(), event(event_id="e2", name=""), event(event_id="e3", nmae="x"), 7, event(event_id="e4")]
    answer = client.post(URL, {"events": batch})
    assert answer.status_code == 202
    body = answer.json()
    assert (body["accepted"], body["duplicates"]) == (2, 1)
    assert [(one["index"], one["code"]) for one in body["rejected"]] == [
        (2, "invalid_name"),
        (3, "unknown_field"),
        (4, "not_an_object"),
    ]
    assert Event.objects.count() == 2
    assert RejectedEvent.objects.count() == 3


def test_the_same_batch_twice_has_one_effect(client: APIClient) -> None:
    client.post(URL, {"events": [event()]})
    assert client.post(URL, {"events": [event()]}).json() == {"accepted": 0, "duplicates": 1, "rejected": []}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("null", "invalid_events"),
        ("[]", "invalid_events"),
        ("{}", "invalid_events"),
        ('{"events": {}}', "invalid_events"),
        ('{"events": [], "more": 1}', "unknown_field"),
        (json.dumps({"events": [{}] * 1001}), "too_many"),
        ("{", "parse_error"),
        ("", "invalid_events"),
        ('{"events": NaN}', "parse_error"),
        ('{"events": ["\\u0000"]}', "parse_error"),
        ('{"events": ["\\ud800"]}', "parse_error"),
        ('{"events": ' + "[" * 500 + "]" * 500 + "}", "parse_error"),
        ('{"events": ' + "[" * 1000 + '"\\u0000"' + "]" * 1000 + "}", "parse_error"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_whole(client: APIClient, body: str, code: str) -> None:
    answer = client.post(URL, body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert not RejectedEvent.objects.exists()


def test_invalid_utf8_is_refused(client: APIClient) -> None:
    body = b'{"events": ["\xff\xfe"]}'
    assert client.post(URL, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_over_one_megabyte_is_refused(client: APIClient, packed: bool) -> None:
    body = json.dumps({"events": [event(properties={"text": "x" * 1_000_000})]}).encode()
    encoding = "gzip" if packed else "identity"
    body = gzip.compress(body) if packed else body
    answer = client.post(URL, body, content_type="application/json", HTTP_CONTENT_ENCODING=encoding)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "payload_too_large"


def test_gzip_is_read(client: APIClient) -> None:
    body = gzip.compress(json.dumps({"events": [event()]}).encode())
    answer = client.post(URL, body, content_type="application/json", HTTP_CONTENT_ENCODING="gzip")
    assert answer.json()["accepted"] == 1
    broken = client.post(URL, body[:-9], content_type="application/json", HTTP_CONTENT_ENCODING="gzip")
    assert broken.status_code == 400


def test_another_content_type_is_refused(client: APIClient) -> None:
    answer = client.post(URL, "events", content_type="text/plain")
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["code"] == "unsupported_media_type"


@pytest.mark.parametrize(("scope", "status"), [(Scope.TRACK, 202), (Scope.WRITE, 202), (Scope.READ, 403)])
def test_sending_asks_for_a_scope(make_key: MakeKey, scope: Scope, status: int) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(scope)}")
    assert client.post(URL, {"events": [event()]}).status_code == status


def test_a_missing_slash_loses_nothing(client: APIClient) -> None:
    assert client.post(URL.removesuffix("/"), {"events": [event()]}).json()["accepted"] == 1


def test_names_with_code_in_them_are_names(client: APIClient) -> None:
    name = "'; drop table profiles_event; -- {{ 7 * 7 }} {% raw %} %s"
    identities = {"member_id": name}
    answer = client.post(URL, {"events": [event(name=name, identities=identities, properties={name: name})]})
    assert answer.json()["accepted"] == 1
    stored = Event.objects.get()
    assert (stored.name, stored.properties) == (name, {name: name})
    assert Profile.objects.get().identities.get().value == name


def test_a_hundred_thousand_identities_are_refused_and_the_rest_goes_on(client: APIClient) -> None:
    many = {f"t{number}": "x" for number in range(60_000)}
    answer = client.post(URL, {"events": [event(event_id="e1", identities=many), event(event_id="e2")]})
    assert answer.status_code == 202
    assert [(one["index"], one["code"]) for one in answer.json()["rejected"]] == [(0, "too_many_identities")]
    assert Event.objects.get().event_id == "e2"
    assert (
        client.post(URL, {"events": [event(identities={**many, **{f"u{n}": "x" for n in range(40_000)}})]}).status_code
        == 413
    )


def test_ten_megabytes_of_attributes_are_refused(client: APIClient) -> None:
    body = {"identities": {"member_id": "m1"}, "attributes": {"text": "x" * 10_000_000}}
    assert client.post("/api/v1/profiles/", body).status_code == 413
    assert not Profile.objects.exists()


@pytest.mark.parametrize(
    "at", ["2099-12-31T23:59:59+08:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]
)
def test_an_event_of_a_wrong_year_is_stored_where_it_says(client: APIClient, at: str) -> None:
    assert client.post(URL, {"events": [event(occurred_at=at)]}).json()["accepted"] == 1
    assert Event.objects.get().occurred_at == datetime.fromisoformat(at)


def test_an_impossible_date_is_refused(client: APIClient) -> None:
    days = ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01"]
    batch = [event(event_id=day, occurred_at=day) for day in days]
    rejected = client.post(URL, {"events": batch}).json()["rejected"]
    assert [one["code"] for one in rejected] == ["invalid_instant"] * 4
