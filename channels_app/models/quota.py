from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class Interaction(WorkspaceOwned):
    """When a person last turned to an account in some way, which opens a window for messages to them."""

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=255)
    kind = models.CharField(max_length=32, help_text=_("E.g. message, menu, follow, scan."))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        constraints = [models.UniqueConstraint(fields=["account", "address", "kind"], name="interaction_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class CreditEntry(WorkspaceOwned):
    """One entry of the ledger of permissions to send one message of a template: granted (+1), used (-1), withdrawn.

    The vendor tells nobody how many are left, so the balance is the sum of these.
    """

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=255)
    template_code = models.CharField(max_length=100)
    change = models.IntegerField()
    at = models.DateTimeField()
    dedup_key = models.CharField(max_length=255)

    class Meta:
        verbose_name = _("credit entry")
        verbose_name_plural = _("credit entries")
        constraints = [models.UniqueConstraint(fields=["account", "dedup_key"], name="credit_once")]
        indexes = [models.Index(fields=["account", "address", "template_code"], name="credit_of_person")]

    def __str__(self) -> str:
        return f"{self.change:+} {self.template_code}"


class SendingStop(WorkspaceOwned):
    """The kill switch: nothing leaves the workspace on this channel (empty: on any) until it is lifted."""

    channel = models.CharField(max_length=32, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("sending stop")
        verbose_name_plural = _("sending stops")
        constraints = [models.UniqueConstraint(fields=["workspace", "channel"], name="sending_stop_once")]

    def __str__(self) -> str:
        return self.channel or "*"


class SendingRules(WorkspaceOwned):
    """One version of the workspace's own caps and hours, read by `channels_app.policy.own`; the latest is in force.

    Versions are kept: the log names the one that a verdict rested on.
    """

    rules = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("sending rules")
        verbose_name_plural = _("sending rules")
        constraints = [models.UniqueConstraint(fields=["workspace", "version"], name="sending_rules_once")]

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.version}"


class Alert(WorkspaceOwned):
    """Something that a person must look at: opened once, closed when it is over."""

    kind = models.CharField(max_length=32, help_text=_("E.g. account_stopped."))
    subject = models.CharField(max_length=64, help_text=_("The id of what it is about."))
    code = models.CharField(max_length=128, default="", blank=True)
    detail = models.TextField(default="", blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When somebody said that they see to it; it stays open until it is over.")
    )
    acknowledged_by = models.CharField(max_length=200, default="", blank=True)
    note = models.CharField(max_length=500, default="", blank=True, help_text=_("What they said."))

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "subject"], condition=models.Q(closed_at=None), name="alert_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
