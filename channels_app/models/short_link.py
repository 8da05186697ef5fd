from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class ShortLink(WorkspaceOwned):
    """One message's own address for where an operator's link leads; its code says nothing about the person."""

    code = models.CharField(max_length=16, unique=True)
    target = models.URLField(max_length=2000)
    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    # As in Message: thousands are written at once, so no constraint and no index but the one that is asked for.
    message_id = models.UUIDField()
    param = models.CharField(max_length=64, help_text=_("The template's variable that carries the code."))
    address = models.CharField(max_length=255)
    enrollment_id = models.UUIDField(null=True)
    journey_id = models.UUIDField(null=True)
    node = models.CharField(max_length=64, default="", blank=True)
    test = models.BooleanField(default=False, help_text=_("Of a tester's message: a click counts for nobody."))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")
        constraints = [models.UniqueConstraint(fields=["message_id", "param"], name="short_link_once")]

    def __str__(self) -> str:
        return self.code
