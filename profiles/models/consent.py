from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import ConsentStatus, Purpose
from workspaces.models.base import WorkspaceOwned


class Consent(WorkspaceOwned):
    """One entry of the consent ledger: append-only, the newest entry of (person, channel, purpose) holds.

    PIPL articles 14 and 15 ask for proof of each consent and for a withdrawal as easy as the grant; an entry
    therefore keeps where it came from and which text the person saw.
    """

    # No constraint in the database: the proof outlives an erased person, whom then only this id stands for.
    profile = models.ForeignKey(
        "profiles.Profile", on_delete=models.DO_NOTHING, db_constraint=False, related_name="consents"
    )
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
        indexes = [
            models.Index(fields=["profile", "channel", "purpose", "-at", "-id"], name="consent_current"),
            models.Index(fields=["workspace", "-id"], name="consent_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}/{self.purpose}: {self.status}"


class ConsentText(WorkspaceOwned):
    """One version of the words that people agree to, in both languages. Published, it never changes again.

    The ledger names it by `code`, so that whoever asks what somebody agreed to reads exactly this (PIPL art. 14, 17).
    """

    code = models.CharField(max_length=64, help_text=_("The text version that the ledger names, e.g. sms-2026-01."))
    channel = models.CharField(max_length=32, blank=True, default="", help_text=_("Empty: for every channel."))
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    zh = models.TextField()
    en = models.TextField(blank=True, default="")
    digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text=_("SHA-256 of channel, purpose and both texts, since published."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        constraints = [models.UniqueConstraint(fields=["workspace", "code"], name="consent_text_once")]
        indexes = [models.Index(fields=["workspace", "-id"], name="consent_text_recent")]

    def __str__(self) -> str:
        return self.code
