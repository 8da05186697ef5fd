from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class ImportKind(models.TextChoices):
    PEOPLE = "people", _("People")
    EVENTS = "events", _("Events")


class ImportState(models.TextChoices):
    PREPARING = "preparing", _("Being read")
    READY = "ready", _("Waiting for its mapping")
    CHECKING = "checking", _("Dry run")
    CHECKED = "checked", _("Dry run done")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


# A worker has something to do.
OPEN_IMPORTS = (ImportState.PREPARING, ImportState.CHECKING, ImportState.RUNNING)


class Import(WorkspaceOwned):
    """A file of people or events, and how far it is.

    Its rows are read in their order, a batch a transaction. How far it is, is written with each batch, so that whoever
    goes on with it, after a worker was killed, neither leaves a row out nor takes one twice.
    """

    kind = models.CharField(max_length=16, choices=ImportKind.choices)
    state = models.CharField(max_length=16, choices=ImportState.choices, default=ImportState.PREPARING)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField(help_text=_("Bytes of the file."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file: the proof of what it says."))
    source = models.CharField(max_length=300, help_text=_("The file, in the storage."))
    rows_file = models.CharField(
        max_length=300, blank=True, default="", help_text=_("Its rows as CSV in UTF-8, where it is not read itself.")
    )
    layout = models.JSONField(default=dict, help_text=_("Encoding, delimiter, where the rows begin and end."))
    columns = models.JSONField(default=list, help_text=_("Header, samples and what is suggested for each column."))
    preview = models.JSONField(default=list, help_text=_("The first rows."))
    mapping = models.JSONField(null=True)
    offset = models.BigIntegerField(default=0, help_text=_("Bytes of the rows that have been dealt with."))
    line = models.BigIntegerField(default=0, help_text=_("The line of the file at which it goes on."))
    done = models.BigIntegerField(default=0, help_text=_("Rows that have been dealt with."))
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict, help_text=_("Code → rows that were rejected for it."))
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("Failed tries of the present batch."))
    error_code = models.CharField(max_length=64, blank=True, default="")
    error = models.TextField(blank=True, default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty when a program with a key asked."),
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text=_("When the present dry run or run began."))
    beat_at = models.DateTimeField(help_text=_("When it was asked for, or its newest batch was written."))
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["workspace", "-id"], name="import_of_workspace"),
            models.Index(
                fields=["beat_at"],
                name="import_open",
                condition=models.Q(state__in=["preparing", "checking", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class ImportRejection(models.Model):
    """A row that was not taken, as it was, and why."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejections", db_index=False)
    line = models.BigIntegerField(help_text=_("Where the row begins in the file; the first line is 1."))
    code = models.CharField(max_length=64)
    column = models.CharField(max_length=200, blank=True, default="")
    value = models.CharField(max_length=200, blank=True, default="")
    cells = models.JSONField()

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        indexes = [models.Index(fields=["job", "line"], name="import_rejection_in_order")]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"


class ImportKey(models.Model):
    """Who has come up so far in a dry run: hashes of identities, gone at its end."""

    pk = models.CompositePrimaryKey("job_id", "key")
    workspace_id = models.UUIDField()
    job_id = models.UUIDField()
    key = models.BigIntegerField()

    class Meta:
        verbose_name = _("key of a dry run")
        verbose_name_plural = _("keys of a dry run")

    def __str__(self) -> str:
        return str(self.key)
