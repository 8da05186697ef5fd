from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.secrets import EncryptedJSONField
from workspaces.models.base import WorkspaceOwned


class CallState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SUCCESS = "success", _("Success")
    FAILURE = "failure", _("Failure")


class WebhookCall(WorkspaceOwned):
    """A request to somebody else's server: the outbox, and afterwards the record of its fate.

    A call that is under way is queued for a time after its time-out (`not_before`), so that one whose worker dies is
    made again, under the same id. What it says is forgotten when its fate is known, and
    the rest some weeks later. No relation carries a constraint
    or an index, for the reasons that `Message` gives.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    profile_id = models.UUIDField()
    journey_id = models.UUIDField()
    version_id = models.UUIDField()
    enrollment_id = models.UUIDField()
    node = models.CharField(max_length=64)

    method = models.CharField(max_length=8)
    host = models.CharField(max_length=253)
    request = models.JSONField(
        help_text=_("URL, headers, body, time-out in seconds and save_as; empty once the fate is known.")
    )

    state = models.CharField(max_length=16, choices=CallState.choices, default=CallState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text=_("The HTTP status of the last answer."))
    reason = models.CharField(max_length=64, default="", blank=True, help_text=_("Why the last attempt failed."))
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("webhook call")
        verbose_name_plural = _("webhook calls")
        indexes = [
            models.Index(
                fields=["workspace", "host", "not_before", "id"],
                name="webhook_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(fields=["workspace", "enrollment_id"], name="webhook_of_enrollment"),
            models.Index(fields=["workspace", "-id"], name="webhook_recent"),
            models.Index(
                fields=["finished_at"], name="webhook_finished", condition=models.Q(finished_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.host} {self.id}"


class WebhookSecret(WorkspaceOwned):
    """What a workspace's calls are signed with, as Standard Webhooks writes secrets (`whsec_` and base64)."""

    secrets = EncryptedJSONField(help_text=_("`current` and `previous`; encrypted at rest."))
    rotated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook secret")
        verbose_name_plural = _("webhook secrets")
        constraints = [models.UniqueConstraint(fields=["workspace"], name="webhook_secret_once")]

    def __str__(self) -> str:
        return f"webhooks of {self.workspace_id}"
