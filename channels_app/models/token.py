from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.secrets import EncryptedJSONField
from workspaces.models.base import WorkspaceOwned


class AccessToken(WorkspaceOwned):
    """A token that a vendor has given for an account; `name` tells an account's several apps apart."""

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=64)
    value = EncryptedJSONField()
    good_until = models.DateTimeField()

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="access_token_once")]

    def __str__(self) -> str:
        return self.name
