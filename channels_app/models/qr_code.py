from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class QrCode(WorkspaceOwned):
    """A QR code of a WeChat account: who scans it comes with `scene`, which says where the code hangs."""

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="qr_codes")
    scene = models.CharField(max_length=64, help_text=_("What WeChat sends with a scan or a follow."))
    name = models.CharField(max_length=100)
    attribution = models.CharField(
        max_length=100, blank=True, default="", help_text=_("To what its scans are attributed.")
    )
    tags = models.JSONField(default=list, blank=True, help_text=_("What comes with an event of a scan, e.g. a store."))
    ticket = models.CharField(max_length=255)
    url = models.CharField(max_length=500, help_text=_("What the picture says."))
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty: it does not expire."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("QR code")
        verbose_name_plural = _("QR codes")
        constraints = [models.UniqueConstraint(fields=["account", "scene"], name="qr_code_scene_once")]

    @property
    def is_expired(self) -> bool:
        """Whether WeChat, which has let the code end at `expires_at`, tells of its scans no more."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def __str__(self) -> str:
        return self.name
