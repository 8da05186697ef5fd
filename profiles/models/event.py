from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class Event(WorkspaceOwned):
    """Something a person did or that happened to them: an append-only fact."""

    event_id = models.CharField(max_length=255, help_text=_("The sender's id: the same id twice is one event."))
    # No constraint in the database: the log must stay partitionable by time and distributable by workspace.
    profile = models.ForeignKey(
        "profiles.Profile", on_delete=models.DO_NOTHING, db_constraint=False, related_name="events"
    )
    name = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    properties = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["workspace", "event_id"], name="event_once")]
        indexes = [models.Index(fields=["profile", "name", "occurred_at"], name="event_of_person")]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class RejectedEvent(WorkspaceOwned):
    """An item of a batch that could not be taken, kept with its reason where an operator finds it."""

    code = models.CharField(max_length=64)
    detail = models.TextField()
    payload = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("rejected event")
        verbose_name_plural = _("rejected events")
        indexes = [models.Index(fields=["workspace", "-received_at"], name="rejected_recent")]

    def __str__(self) -> str:
        return f"{self.code} {self.id}"
