"""The simulated WeCom's media: what is uploaded, for how long it is known, and what messages may name.

https://developer.work.weixin.qq.com/document/path/90253, path/90256
"""

import re
import time
from typing import Any
from uuid import uuid4

from starlette.requests import Request

from channels_app.simulator.store import Store
from channels_app.simulator.wecom_door import Call, WecomError

SMALLEST = 6
LARGEST = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
LARGEST_PICTURE = 2 << 20
BOUNDARY = re.compile(r'multipart/form-data;.*\bboundary="?([^";]+)')
DISPOSITION = re.compile(r'form-data;\s*name="media";\s*filename="([^"]+)"', re.IGNORECASE)
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
PICTURE_HOST = "https://wework.qpic.cn/wwpic3az/"


def file_of(content_type: str, body: bytes) -> tuple[str, bytes]:
    """Return name and content of the part `media` of a form (RFC 7578). Raises WecomError."""
    boundary = BOUNDARY.search(content_type)
    if boundary is None:
        raise WecomError(41005)
    for part in body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        named = DISPOSITION.search(head.decode(errors="replace"))
        if named is not None:
            return named[1], content
    raise WecomError(41005)


class MediaDesk:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def upload(self, call: Call, request: Request) -> dict[str, Any]:
        kind = call.query.get("type", "")
        if kind not in LARGEST:
            raise WecomError(40004)
        name, content = file_of(request.headers.get("content-type", ""), await request.body())
        if not SMALLEST <= len(content) <= LARGEST[kind]:
            raise WecomError(40006)
        if kind == "image" and not content.startswith((PNG, JPEG)):
            raise WecomError(40005)
        media_id = f"3{uuid4().hex}{uuid4().hex}"
        self._keep(media_id, call, kind, name, len(content), call.at + call.corp.media_seconds)
        return {"type": kind, "media_id": media_id, "created_at": str(int(call.at))}

    async def picture(self, call: Call, request: Request) -> dict[str, Any]:
        name, content = file_of(request.headers.get("content-type", ""), await request.body())
        if not SMALLEST <= len(content) <= LARGEST_PICTURE:
            raise WecomError(40006)
        if not content.startswith((PNG, JPEG)):
            raise WecomError(40005)
        url = f"{PICTURE_HOST}{uuid4().hex}/0"
        self._keep(url, call, "picture", name, len(content), None)
        return {"url": url}

    def _keep(self, id_: str, call: Call, kind: str, name: str, size: int, until: float | None) -> None:
        self._store.run("insert into wecom_media values (?, ?, ?, ?, ?, ?)", id_, call.corp_id, kind, name, size, until)

    def check(self, corp_id: str, kind: str, part: dict[str, Any]) -> None:
        """Raise WecomError unless a part of a message names what has been uploaded as such, and is known still."""
        if kind == "image" and part.get("pic_url") and not part.get("media_id"):
            if self._known(corp_id, str(part["pic_url"])) != "picture":
                raise WecomError(40058, "field `pic_url` is no picture of this corporation")
            return
        named, wanted = ("pic_media_id", "image") if kind == "miniprogram" else ("media_id", kind)
        if self._known(corp_id, str(part.get(named) or "")) != wanted:
            raise WecomError(40007)

    def _known(self, corp_id: str, id_: str) -> str:
        rows = self._store.rows(
            "select kind from wecom_media where id = ? and corp = ? and (until is null or until >= ?)",
            id_,
            corp_id,
            time.time(),
        )
        return str(rows[0]["kind"]) if rows else ""

    def forget(self, corp_id: str) -> None:
        """End every temporary file before its time."""
        self._store.run("delete from wecom_media where corp = ? and until is not null", corp_id)

    def uploads(self, corp_id: str) -> list[dict[str, Any]]:
        return self._store.rows("select kind, name, size from wecom_media where corp = ?", corp_id)
