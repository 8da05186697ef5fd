from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.choices import Channel
from workspaces.models.base import WorkspaceOwned


class Suppression(WorkspaceOwned):
    """An address that gets nothing more on a channel, whoever has it now or later, until the entry is lifted."""

    channel = models.CharField(max_length=32, choices=Channel.choices)
    address = models.CharField(
        max_length=255, help_text=_("`hash:…` where the person was erased and the refusal stays.")
    )
    source = models.CharField(max_length=64, help_text=_("E.g. sms_reply, operator, import."))
    reason = models.CharField(max_length=200, default="", blank=True, help_text=_("Why it was entered."))
    added_by = models.CharField(
        max_length=200,
        default="",
        blank=True,
        help_text=_("Who entered it; empty: the person's own refusal, or a bounce."),
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it lifts itself; empty: it stays until somebody lifts it.")
    )
    proof = models.JSONField(default=dict, blank=True, help_text=_("What the refusal was, e.g. the words of a reply."))
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lift_reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel", "address"],
                condition=models.Q(lifted_at=None),
                name="suppression_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="suppression_expiring",
                condition=models.Q(lifted_at=None, expires_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.source}"
