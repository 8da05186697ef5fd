from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class CallTry(WorkspaceOwned):
    """One try of an outbound call that has ended: a message may be called several times, each has an end of its own.

    Reports name a try and come late, twice and corrected, so what they say is kept where it belongs: a try that is not
    the message's present one changes nothing of the message any more.
    """

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    message_id = models.UUIDField()
    attempt = models.UUIDField()
    number = models.PositiveSmallIntegerField(help_text=_("1 is the first try."))
    address = models.CharField(max_length=255)
    provider_id = models.CharField(max_length=128, default="", blank=True)
    result = models.CharField(max_length=32)
    code = models.CharField(max_length=128, default="", blank=True)
    reported_at = models.DateTimeField(help_text=_("Of the report that says so; an older one does not overrule it."))

    class Meta:
        verbose_name = _("call try")
        verbose_name_plural = _("call tries")
        constraints = [models.UniqueConstraint(fields=["message_id", "attempt"], name="call_try_once")]
        indexes = [
            models.Index(fields=["account", "address"], name="call_try_to_address"),
            models.Index(fields=["account", "provider_id"], name="call_try_of_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.number} {self.result}"
