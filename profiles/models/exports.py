from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class ExportState(models.TextChoices):
    RUNNING = "running", _("Being written")
    DONE = "done", _("Written")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class ExportTarget(models.TextChoices):
    FILE = "file", _("A file")
    WEBHOOK = "webhook", _("Calls to a server")


class Export(WorkspaceOwned):
    """A file, or calls to somebody's server, of people, of a segment's members, of messages or events.

    What was asked, and how far it is.

    It is written, or sent, part by part; where the next begins is noted with each, so that a killed worker's work goes on.
    """

    kind = models.CharField(max_length=16)
    format = models.CharField(max_length=8, choices=ExportFormat.choices)
    state = models.CharField(max_length=16, choices=ExportState.choices, default=ExportState.RUNNING)
    target = models.CharField(max_length=8, choices=ExportTarget.choices, default=ExportTarget.FILE)
    url = models.CharField(max_length=2000, blank=True, default="", help_text=_("Which address is called."))
    names = models.JSONField(default=list, help_text=_("What the receiver calls the columns, in their order."))
    columns = models.JSONField(help_text=_("What is written, in this order."))
    filters = models.JSONField(default=dict)
    masked = models.BooleanField(help_text=_("Phones, emails and other addresses are shown in part only."))
    total = models.BigIntegerField(null=True, help_text=_("How many rows there were when it was asked for."))
    done = models.BigIntegerField(default=0, help_text=_("Rows written so far."))
    cursor = models.CharField(max_length=100, blank=True, default="", help_text=_("After which row it goes on."))
    parts = models.PositiveIntegerField(default=0)
    packed = models.JSONField(
        null=True, help_text=_("The call under way: how many rows it has, and after which row the next begins.")
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text=_("Of the call under way."))
    not_before = models.DateTimeField(null=True, help_text=_("When the call under way is tried again."))
    file = models.CharField(max_length=300, blank=True, default="")
    size = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty when a program with a key asked."),
    )
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text=_("When the file is deleted."))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [
            models.Index(fields=["workspace", "-id"], name="export_of_workspace"),
            models.Index(fields=["beat_at"], name="export_open", condition=models.Q(state="running")),
            models.Index(fields=["expires_at"], name="export_to_expire", condition=models.Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
