"""Files that messages carry, at the API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)


def upload(client: APIClient, content: bytes = PICTURE, **fields: str) -> Any:
    file = SimpleUploadedFile("海报.png", content, "image/png")
    body = {"key": "poster", "kind": "image", "content": file, **fields}
    return client.post("/api/v1/channels/media/", body, format="multipart")


def test_a_file_is_kept_listed_and_deleted(client: APIClient) -> None:
    made = upload(client)
    assert made.status_code == 201, made.content
    assert (made.json()["name"], made.json()["size"]) == ("海报.png", len(PICTURE))
    assert [row["key"] for row in client.get("/api/v1/channels/media/").json()["results"]] == ["poster"]
    assert client.delete(f"/api/v1/channels/media/{made.json()['id']}/").status_code == 204
    assert client.get("/api/v1/channels/media/").json()["results"] == []


@pytest.mark.parametrize(
    ("content", "fields", "code"),
    [
        (b"GIF89a" + bytes(100), {}, "no_picture"),
        (b"\xff\xd8\xff", {}, "size"),
        (PICTURE + bytes(10 * 1024 * 1024), {}, "size"),
        (PICTURE, {"kind": "sticker"}, "invalid_choice"),
        (PICTURE, {"key": "no key"}, "invalid"),
    ],
)
def test_what_no_vendor_would_take_is_refused(
    client: APIClient, content: bytes, fields: dict[str, str], code: str
) -> None:
    answer = upload(client, content, **fields)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_a_key_is_used_once(client: APIClient) -> None:
    assert upload(client).status_code == 201
    assert upload(client).json()["errors"][0]["code"] == "unique"


def test_another_workspaces_files_are_not_there(client: APIClient) -> None:
    from channels_app.media import keep

    theirs = keep(Workspace.objects.create(slug="other", name="他"), key="x", name="x", kind="image", content=PICTURE)
    assert client.get(f"/api/v1/channels/media/{theirs.pk}/").status_code == 404
