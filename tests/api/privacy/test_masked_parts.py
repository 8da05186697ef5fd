"""Merges, conflicts, tags, segments, catalogue and files: whoever may not see people in the clear is shown masks."""

import io
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from profiles import event_catalogue
from profiles.imports.jobs import advance_import, start
from profiles.models import Import
from tests.fixtures.imports import suggested
from workspaces.models import AuditEntry

PHONE, MAIL, NAME = "+8613800138000", "wang.wei@example.com", "王小明"
FILE = f"手机号,姓名,积分\n{PHONE},{NAME},x\n13800138001,{NAME},2\n".encode()


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Any) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "files": {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}}


@pytest.fixture
def met(client: APIClient, person: str) -> str:
    """The person has been merged with somebody, shares a number with somebody else, has a tag and has done something."""
    body = {"identities": {"wechat_unionid": "oUNION0000000001"}, "tags": {"name": NAME}}
    other = client.post("/api/v1/profiles/", body).json()["id"]
    merged = client.post(f"/api/v1/profiles/{person}/merge/", {"profile": other, "reason": f"来电 {PHONE}"})
    assert merged.status_code == 201
    client.post("/api/v1/profiles/", {"identities": {"member_id": "m1", "phone": "13900139000"}})
    client.post("/api/v1/profiles/", {"identities": {"member_id": "m2", "email": MAIL}})
    client.post("/api/v1/profiles/", {"identities": {"member_id": "m1", "email": MAIL}})
    event = {"name": "paid", "identities": {"phone": PHONE}, "properties": {"receiver": NAME, "vip_of": "王五"}}
    client.post("/api/v1/events/", {"events": [event]})
    event_catalogue.fold()
    return str(merged.json()["survivor_id"])


def uploaded(client: APIClient) -> str:
    file = io.BytesIO(FILE)
    file.name = "people.csv"
    body = client.post("/api/v1/imports/", {"kind": "people", "file": file}, format="multipart").json()
    job = Import.objects.get(pk=body["id"])
    start(job, suggested(job), timezone.now(), dry=True)
    while advance_import(job.pk, timezone.now()):
        pass
    return str(job.pk)


def texts(client: APIClient, met: str, job: str) -> dict[str, str]:
    segment = client.post("/api/v1/segments/preview/", {"rule": {"op": "tag", "key": "name"}})
    file = client.get(f"/api/v1/imports/{job}/errors/")
    return {
        "merges": client.get("/api/v1/merges/").content.decode(),
        "merges of one": client.get(f"/api/v1/profiles/{met}/merges/").content.decode(),
        "conflicts": client.get("/api/v1/identity-conflicts/").content.decode(),
        "tags": client.get("/api/v1/tag-assignments/", {"profile": met}).content.decode(),
        "segment": segment.content.decode(),
        "import": client.get(f"/api/v1/imports/{job}/").content.decode(),
        "errors": b"".join(file.streaming_content).decode(),  # type: ignore[attr-defined]  # a stream
    }


def test_an_operator_reads_no_address_and_no_name(client: APIClient, sign_in: Any, met: str) -> None:
    job = uploaded(client)
    for place, text in texts(sign_in("operator"), met, job).items():
        for secret in ("13800138000", "13800138001", MAIL, NAME):
            assert secret not in text, place
    assert AuditEntry.objects.filter(action="viewed").count() == 0


def test_an_owner_reads_them_and_it_is_written_down(client: APIClient, sign_in: Any, met: str) -> None:
    job = uploaded(client)
    shown = texts(sign_in("owner"), met, job)
    assert PHONE in shown["merges"]
    assert NAME in shown["tags"]
    assert NAME in shown["import"]
    assert PHONE in shown["errors"]
    seen = {entry.data["what"] for entry in AuditEntry.objects.filter(action="viewed")}
    assert seen >= {"merges", "tags", "preview", "import"}
    assert AuditEntry.objects.get(action="import_errors_downloaded").subject == job


def test_members_of_a_segment_are_shown_by_role(client: APIClient, sign_in: Any, met: str) -> None:
    rule = {"op": "attribute", "key": "name", "cmp": "exists"}
    segment = client.post("/api/v1/segments/", {"name": "有名", "rule": rule}).json()["id"]
    here = f"/api/v1/segments/{segment}/members/"
    assert NAME not in sign_in("operator").get(here).content.decode()
    assert NAME in sign_in("owner").get(here).content.decode()
    assert AuditEntry.objects.filter(data__what="segment").count() == 1


def test_a_workspace_adds_keys_that_hide_examples(client: APIClient, sign_in: Any, met: str) -> None:
    owner, operator = sign_in("owner"), sign_in("operator")
    here = f"/api/v1/event-catalogue/{operator.get('/api/v1/event-catalogue/').json()['results'][0]['id']}/"
    assert "王五" in operator.get(here).content.decode()
    owner.patch("/api/v1/privacy/", {"personal_keys": ["vip_of"]})
    assert "王五" not in operator.get(here).content.decode()


def test_a_masked_export_shows_no_name_either(client: APIClient, sign_in: Any, met: str) -> None:
    from profiles.exports.jobs import advance_export
    from profiles.models import Export

    operator = sign_in("operator")
    columns = ["identity.phone", "attribute.name", "attribute.nested.mobile", "attribute.city", "tag.name", "tags"]
    made = operator.post("/api/v1/exports/", {"kind": "people", "columns": columns}).json()
    while advance_export(Export.objects.get(pk=made["id"]).pk, timezone.now()):
        pass
    text = b"".join(operator.get(f"/api/v1/exports/{made['id']}/file/").streaming_content).decode()
    assert "上海" in text
    for secret in ("13800138000", NAME):
        assert secret not in text
    actions = AuditEntry.objects.filter(subject=made["id"]).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["export_asked", "export_downloaded"]
