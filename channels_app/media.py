"""Files that messages carry: kept here, given to a vendor when a message that carries one is sent."""

import hashlib
from uuid import UUID

from channels_app.models import MediaFile
from channels_app.providers.base import MediaRef
from channels_app.tokens import connection_of_this_call
from workspaces.errors import DomainError
from workspaces.models import Workspace

# The least and the most that enterprise WeChat takes of each kind, in bytes.
# https://developer.work.weixin.qq.com/document/path/90253
SMALLEST = 6
LARGEST = {"image": 10 * 1024 * 1024, "video": 10 * 1024 * 1024, "file": 20 * 1024 * 1024}
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class WorkspaceFiles:
    """`channels_app.providers.base.Files`, for threads that hold no database connection of their own."""

    def __init__(self, workspace_id: UUID) -> None:
        self._workspace_id = workspace_id

    def find(self, key: str) -> MediaRef | None:
        with connection_of_this_call():
            row = MediaFile.objects.filter(workspace_id=self._workspace_id, key=key).defer("content").first()
        return MediaRef(row.key, row.name, row.kind, row.digest) if row else None

    def content(self, ref: MediaRef) -> bytes:
        with connection_of_this_call():
            return bytes(MediaFile.objects.get(workspace_id=self._workspace_id, key=ref.key).content)


def keep(workspace: Workspace, *, key: str, name: str, kind: str, content: bytes) -> MediaFile:
    """Keep a file. Raises DomainError if the key is in use or no vendor would take the file."""
    if not SMALLEST <= len(content) <= LARGEST[kind]:
        raise DomainError("size", f"It must have {SMALLEST} to {LARGEST[kind]} bytes.", "content")
    if kind == "image" and not content.startswith(PICTURES):
        raise DomainError("no_picture", "A picture is a PNG or a JPEG.", "content")
    if MediaFile.objects.filter(workspace=workspace, key=key).exists():
        raise DomainError("unique", "Another file has this key.", "key")
    return MediaFile.objects.create(
        workspace=workspace,
        key=key,
        name=name,
        kind=kind,
        content=content,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
    )
