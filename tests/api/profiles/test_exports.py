"""Exports over HTTP: asked for, written part by part, masked by role, taken away until they expire."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from openpyxl import load_workbook
from rest_framework.test import APIClient

from profiles.exports.cells import safe
from profiles.exports.jobs import advance_export, expire
from profiles.imports import storage
from profiles.models import Export
from workspaces.masking import mask_identity
from workspaces.models import AuditEntry, Workspace

COLUMNS = ["identity.phone", "attribute.name", "attribute.address.city", "tags", "tag.vip", "consent.sms.marketing"]


@pytest.fixture
def people(client: APIClient) -> None:
    for number in range(7):
        client.post(
            "/api/v1/profiles/",
            {
                "identities": {"phone": f"1380013800{number}", "member_id": f"m{number}"},
                "attributes": {"name": f"=客户{number}", "address": {"city": "上海" if number % 2 else "北京"}},
                "tags": {"vip": number, "新客": True},
                "consents": [
                    {"channel": "sms", "purpose": "marketing", "status": "granted" if number < 3 else "withdrawn"}
                ],
            },
        )


def exported(client: APIClient, at_once: int = 3, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/exports/", {"kind": "people", "columns": COLUMNS} | body)
    assert answer.status_code == 202, answer.json()
    work(answer.json()["id"], at_once)
    found: dict[str, Any] = client.get(f"/api/v1/exports/{answer.json()['id']}/").json()
    return found


def work(id_: str, at_once: int = 3) -> None:
    while advance_export(Export.objects.get(pk=id_).pk, timezone.now(), at_once):
        pass


def content(client: APIClient, job: dict[str, Any]) -> bytes:
    answer = client.get(f"/api/v1/exports/{job['id']}/file/")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def rows_of(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))


@pytest.mark.parametrize("at_once", [1, 3, 7, 100])
def test_everybody_is_written_once_whatever_the_parts(client: APIClient, people: None, at_once: int) -> None:
    job = exported(client, at_once)
    assert (job["state"], job["total"], job["done"], job["masked"]) == ("done", 7, 7, False)
    rows = rows_of(content(client, job))
    assert rows[0] == COLUMNS
    assert rows[1] == ["+8613800138000", "'=客户0", "北京", "vip=0;新客", "0", "granted"]
    assert [row[1] for row in rows[1:]] == [f"'=客户{number}" for number in range(7)]


def test_a_workbook_holds_the_same_and_no_formulas(client: APIClient, people: None) -> None:
    book = load_workbook(io.BytesIO(content(client, exported(client, format="xlsx"))))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert cells[1][:3] == ["+8613800138000", "'=客户0", "北京"]
    assert len(cells) == 8
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} <= {"s", "n"}


def test_who_is_in_it_follows_segment_rule_and_consent(client: APIClient, people: None) -> None:
    rule = {"op": "attribute", "key": "address.city", "cmp": "eq", "value": "上海"}
    segment = client.post("/api/v1/segments/", {"name": "上海", "rule": rule}).json()["id"]
    consent = {"channel": "sms", "purpose": "marketing"}
    for filters, names in (
        ({"segment": segment}, [1, 3, 5]),
        ({"rule": rule}, [1, 3, 5]),
        ({"consent": consent}, [0, 1, 2]),
        ({"segment": segment, "consent": consent}, [1]),
    ):
        rows = rows_of(content(client, exported(client, filters=filters)))
        assert [row[1] for row in rows[1:]] == [f"'=客户{number}" for number in names]


def test_events_are_written_with_properties_and_identities(client: APIClient, people: None) -> None:
    event = {"name": "order_paid", "identities": {"phone": "13800138000"}, "properties": {"sku": {"id": "s1"}, "n": 2}}
    client.post(
        "/api/v1/events/",
        {
            "events": [
                event | {"event_id": f"e{number}", "occurred_at": f"2026-03-0{number}T00:00:00Z"}
                for number in (1, 2, 3)
            ]
        },
    )
    columns = ["event_id", "occurred_at", "identity.member_id", "property.sku.id", "property.n"]
    filters = {"name": "order_paid", "from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
    job = exported(client, kind="events", columns=columns, filters=filters)
    assert rows_of(content(client, job))[1:] == [["e2", "2026-03-02T00:00:00+00:00", "m0", "s1", "2"]]


def test_an_operator_gets_addresses_in_part_and_no_file_that_shows_more(
    client: APIClient, people: None, operator: User
) -> None:
    plain = exported(client)
    console = APIClient()
    console.force_login(operator)
    masked = exported(console)
    assert masked["masked"] is True
    assert [row[0] for row in rows_of(content(console, masked))[1:3]] == ["'+86138****8000", "'+86138****8001"]
    assert console.get(f"/api/v1/exports/{plain['id']}/file/").status_code == 403
    assert list(AuditEntry.objects.order_by("id").values_list("action", "actor"))[-2:] == [
        ("export_asked", "li"),
        ("export_downloaded", "li"),
    ]


def test_a_file_is_not_there_before_its_end_nor_after_its_time(client: APIClient, people: None) -> None:
    id_ = client.post("/api/v1/exports/", {"kind": "people", "columns": COLUMNS}).json()["id"]
    here = f"/api/v1/exports/{id_}/file/"
    assert client.get(here).status_code == 409
    work(id_)
    path = Export.objects.get(pk=id_).file
    assert storage.files().exists(path)
    expire(timezone.now() + timedelta(days=8))
    assert not storage.files().exists(path)
    answer = client.get(here)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "export_expired")


def test_nothing_is_kept_of_a_cancelled_export(client: APIClient, people: None) -> None:
    id_ = client.post("/api/v1/exports/", {"kind": "people", "columns": COLUMNS}).json()["id"]
    job = Export.objects.get(pk=id_)
    advance_export(job.pk, timezone.now(), 3)
    assert client.post(f"/api/v1/exports/{id_}/cancel/").json()["state"] == "cancelled"
    work(id_)
    assert storage.files().listdir(f"{job.workspace_id}/exports/{id_}")[1] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "cats", "columns": ["id"]}, "unknown_kind"),
        ({"kind": "people", "columns": ["password"]}, "unknown_column"),
        ({"kind": "people", "columns": ["id", "id"]}, "invalid_columns"),
        ({"kind": "people", "columns": ["id"], "filters": {"x": 1}}, "unknown_filter"),
        ({"kind": "people", "columns": ["id"], "filters": {"segment": "x"}}, "unknown_segment"),
        ({"kind": "people", "columns": ["id"], "filters": {"rule": {"op": "nothing"}}}, "invalid_rule"),
        ({"kind": "events", "columns": ["id"], "filters": {"from": "yesterday"}}, "invalid_instant"),
        ({"kind": "messages", "columns": ["id"], "filters": {"journey": "x"}}, "unknown_journey"),
    ],
)
def test_what_cannot_be_exported_is_refused(client: APIClient, body: dict[str, Any], code: str) -> None:
    answer = client.post("/api/v1/exports/", body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_messages_are_a_source_too(client: APIClient, workspace: Workspace) -> None:
    job = exported(client, kind="messages", columns=["id", "channel", "address", "state"])
    assert rows_of(content(client, job)) == [["id", "channel", "address", "state"]]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-cmd", "'-cmd"),
        ("\tx", "'\tx"),
        ("+8613800138000", "+8613800138000"),
        ("-5", "-5"),
        ("a=b", "a=b"),
        ("＝1", "'＝1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert safe(text) == cell


@pytest.mark.parametrize(
    ("type_", "value", "shown"),
    [
        ("phone", "+8613800138000", "+86138****8000"),
        ("email", "lin@example.com", "l****@example.com"),
        ("wechat_openid", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "o6_****2M"),
        ("member_id", "m1", "m****"),
    ],
)
def test_an_address_is_shown_in_part(type_: str, value: str, shown: str) -> None:
    assert mask_identity(type_, value) == shown
