"""What every table of Zhitu has in common: a time-ordered id and a workspace."""

from datetime import datetime
from uuid import UUID

from django.db import models
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Make a UUID version 7: unique anywhere, and ordered by time, so that inserts stay at the end of an index."""
    return uuid7()


def first_id(at: datetime) -> UUID:
    """Return the smallest id that `new_id` can make at `at`: rows since then are a range of the primary key."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


class WorkspaceOwned(models.Model):
    """A row that belongs to one workspace; nothing crosses from one workspace into another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True
