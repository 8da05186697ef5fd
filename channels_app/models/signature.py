from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.choices import TemplateState
from workspaces.models.base import WorkspaceOwned


class Signature(WorkspaceOwned):
    """The name that stands before an SMS (【…】), as its vendor has reviewed it."""

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="signatures")
    name = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=TemplateState.choices, default=TemplateState.PENDING)
    reason = models.CharField(
        max_length=500, default="", blank=True, help_text=_("Why the provider has rejected it, in its words.")
    )
    synced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="signature_once")]

    def __str__(self) -> str:
        return self.name
