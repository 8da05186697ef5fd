from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import RejectedState
from workspaces.models.base import WorkspaceOwned


class Event(WorkspaceOwned):
    """Something a person did or that happened to them: an append-only fact.

    The table is partitioned by the month (UTC) of `occurred_at`; see profiles/partitions.py. Its key in the database is
    (id, occurred_at), because every key of a partitioned table holds what it is partitioned by.
    """

    # No constraint in the database: the log is partitioned by time and must stay distributable by workspace. No index of
    # their own: nobody reads a workspace's events without naming people, and people come first in `event_of_person`.
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    event_id = models.CharField(max_length=255, help_text=_("The sender's id: the same id twice is one event."))
    profile = models.ForeignKey(
        "profiles.Profile", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="events"
    )
    name = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    properties = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        # What a person did of one name, for rules; whatever they did, newest first; and what a whole workspace did,
        # without the rows themselves.
        indexes = [
            models.Index(fields=["profile", "name", "occurred_at"], name="event_of_person"),
            models.Index(fields=["profile", "occurred_at", "id"], name="event_timeline"),
            models.Index(fields=["workspace", "name", "occurred_at"], name="event_by_name", include=["profile", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class EventKey(models.Model):
    """The id of an event that was taken: what makes the same id twice one event, whatever month each falls in.

    `key` is the beginning of SHA-256 over the sender's id, so that a row is narrow and says nothing about anybody.
    """

    pk = models.CompositePrimaryKey("workspace_id", "key")
    workspace_id = models.UUIDField()
    key = models.UUIDField()
    month = models.DateField(help_text=_("The month (UTC) of the event: with it the key is forgotten."))

    class Meta:
        verbose_name = _("event key")
        verbose_name_plural = _("event keys")

    def __str__(self) -> str:
        return str(self.key)


class RejectedEvent(WorkspaceOwned):
    """An item of a batch that could not be taken, kept with its reason where an operator finds it and sends it again."""

    code = models.CharField(max_length=64)
    detail = models.TextField()
    attr = models.CharField(max_length=255, blank=True, default="", help_text=_("The field at fault, dotted."))
    payload = models.JSONField()
    reader = models.JSONField(
        default=dict, help_text=_("How the payload is read: the interface it came by, and what came with it.")
    )
    received_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=16, choices=RejectedState.choices, default=RejectedState.OPEN)
    settled_at = models.DateTimeField(null=True, help_text=_("When it was taken after all, or discarded."))
    tries = models.PositiveIntegerField(default=0, help_text=_("How often it was replayed."))

    class Meta:
        verbose_name = _("rejected event")
        verbose_name_plural = _("rejected events")
        indexes = [
            models.Index(fields=["workspace", "-received_at"], name="rejected_recent"),
            models.Index(fields=["workspace", "state", "code", "id"], name="rejected_by_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.id}"
