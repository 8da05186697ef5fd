"""An import over HTTP: uploaded, mapped, tried, run; its error file; what is refused."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from profiles.imports.jobs import advance_import
from profiles.models import Import, Profile
from workspaces.choices import Role, Scope
from workspaces.models import AuditEntry, Membership, Workspace

CSV = "手机号,姓名,积分\n13800138000,张三,1\n12,李四,2\n13800138001,=cmd|' /C calc'!A0,x\n".encode()


def upload(client: APIClient, content: bytes = CSV, name: str = "会员.csv", **fields: Any) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return client.post("/api/v1/imports/", {"file": file, **fields}, format="multipart")


def mapping_of(body: dict[str, Any]) -> dict[str, Any]:
    return {"columns": [{"column": place, **one["suggestion"]} for place, one in enumerate(body["columns"])]}


def work(id_: str) -> None:
    """What a worker does."""
    while advance_import(Import.objects.get(pk=id_).pk, timezone.now()):
        pass


def test_a_file_is_uploaded_tried_and_imported_with_an_error_file(client: APIClient) -> None:
    answer = upload(client)
    body = answer.json()
    assert answer.status_code == 201
    assert (body["state"], body["encoding"], body["file_name"]) == ("ready", "utf-8", "会员.csv")
    assert [column["suggestion"] for column in body["columns"]] == [
        {"target": "identity", "key": "phone"},
        {"target": "attribute", "key": "name", "type": "text"},
        {"target": "attribute", "key": "points", "type": "number"},
    ]
    assert body["preview"][0] == ["13800138000", "张三", "1"]
    here = f"/api/v1/imports/{body['id']}/"
    tried = client.post(f"{here}check/", {"mapping": mapping_of(body)})
    assert (tried.status_code, tried.json()["state"]) == (202, "checking")
    work(body["id"])
    said = client.get(here).json()
    assert said["state"] == "checked"
    assert {name: said["progress"][name] for name in ("done", "created", "rejected", "share")} == {
        "done": 3,
        "created": 1,
        "rejected": 2,
        "share": 1.0,
    }
    assert Profile.objects.count() == 0
    client.post(f"{here}run/", {"mapping": mapping_of(body)})
    work(body["id"])
    assert client.get(here).json()["progress"]["created"] == Profile.objects.count() == 1
    file = client.get(f"{here}errors/")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "行号,代码,原因,列,值,手机号,姓名,积分"
    assert lines[1] == "3,invalid_phone,不是有效的电话号码。,手机号,12,12,李四,2"
    assert lines[2].startswith("4,invalid_number,不是有效的数字。,积分,x,13800138001,'=cmd")
    english = client.get(f"{here}errors/?language=en", headers={"accept": "text/csv"})
    assert b"This is not a phone number." in b"".join(english.streaming_content)  # type: ignore[attr-defined]
    assert AuditEntry.objects.filter(action="import_errors_downloaded").count() == 2


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "empty_file"),
        (lambda: b"\x89PNG" + b"\0" * 2000, "not_a_table"),
        (bomb, "workbook_too_large"),
        (lambda: b"PK\x03\x04 and nothing", "corrupt_workbook"),
    ],
)
def test_what_is_no_table_is_refused_with_a_code(client: APIClient, content: Callable[[], bytes], code: str) -> None:
    answer = upload(client, content())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
    assert not Import.objects.exists()


def test_a_workbook_that_is_broken_inside_fails_with_a_reason(client: APIClient) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not closed")
    body = upload(client, out.getvalue()).json()
    assert body["state"] == "preparing"
    work(body["id"])
    failed = client.get(f"/api/v1/imports/{body['id']}/").json()
    assert (failed["state"], failed["error_code"]) == ("failed", "corrupt_workbook")


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({}, "invalid_mapping"),
        ({"columns": []}, "identities_required"),
        ({"columns": [{"column": 9, "target": "identity", "key": "phone"}]}, "unknown_column"),
        ({"columns": [{"column": 0, "target": "identity", "key": "P H"}]}, "invalid_identity_type"),
        ({"columns": [{"column": 0, "target": "nothing"}]}, "unknown_target"),
        ({"columns": [{"column": 0, "target": "attribute", "key": "a..b"}]}, "invalid_key"),
        ({"columns": [{"column": 0, "target": "identity", "key": "phone"}] * 2}, "column_twice"),
        ({"columns": [], "timezone": "Mars/Base"}, "unknown_timezone"),
        ({"columns": [{"column": 0, "target": "attribute", "key": "a", "type": "blob"}]}, "unknown_type"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(client: APIClient, mapping: dict[str, Any], code: str) -> None:
    id_ = upload(client).json()["id"]
    answer = client.post(f"/api/v1/imports/{id_}/run/", {"mapping": mapping})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_a_cancelled_import_stops_and_can_be_run_again(client: APIClient) -> None:
    body = upload(client).json()
    here = f"/api/v1/imports/{body['id']}/"
    client.post(f"{here}run/", {"mapping": mapping_of(body)})
    assert client.post(f"{here}run/", {"mapping": mapping_of(body)}).status_code == 409
    assert client.post(f"{here}cancel/").json()["state"] == "cancelled"
    work(body["id"])
    assert Profile.objects.count() == 0
    assert client.post(f"{here}cancel/").status_code == 409
    client.post(f"{here}run/", {"mapping": mapping_of(body)})
    work(body["id"])
    assert Profile.objects.count() == 1


def test_nothing_is_seen_from_another_workspace_or_without_the_right(
    client: APIClient, other_workspace: Workspace, workspace: Workspace, make_key: Callable[..., str]
) -> None:
    body = upload(client).json()
    here = f"/api/v1/imports/{body['id']}/"
    stranger, reader = APIClient(), APIClient()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(*Scope, of=other_workspace)}")
    assert stranger.get(here).status_code == 404
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(Scope.READ)}")
    assert (upload(reader).status_code, reader.get(f"{here}errors/").status_code) == (403, 403)
    assert reader.get(here).json()["preview"] == []


def test_an_operator_uploads_with_a_session_and_its_token(workspace: Workspace, operator: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    login = client.post("/api/v1/session/", {"username": "li", "password": "secret-of-li"})
    assert upload(client).status_code == 403
    token = login.cookies["csrftoken"].value
    client.credentials(HTTP_X_CSRFTOKEN=token)
    assert upload(client).status_code == 201
    assert Import.objects.get().asked_by == operator
    viewer = User.objects.create_user("wang", password="secret-of-wang")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert upload(client).status_code == 403
