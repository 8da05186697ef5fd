from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import ConsentStatus, Purpose
from workspaces.models.base import WorkspaceOwned


class Consent(WorkspaceOwned):
    """One entry of the consent ledger: append-only, the newest entry of (person, channel, purpose) holds.

    PIPL articles 14 and 15 ask for proof of each consent and for a withdrawal as easy as the grant; an entry
    therefore keeps where it came from and which text the person saw.
    """

    profile = models.ForeignKey("profiles.Profile", on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=32)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    status = models.CharField(max_length=16, choices=ConsentStatus.choices)
    at = models.DateTimeField(help_text=_("When the person said so."))
    source = models.CharField(max_length=64, help_text=_("Where they said it: api, import, sms_reply, admin, ..."))
    text_version = models.CharField(max_length=64, blank=True)
    proof = models.JSONField(default=dict, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["profile", "channel", "purpose", "-at", "-id"], name="consent_current")]

    def __str__(self) -> str:
        return f"{self.channel}/{self.purpose}: {self.status}"
