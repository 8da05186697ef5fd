from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class AuditAction(models.TextChoices):
    """What is written down when it is done to somebody's personal data, or to the rules about it, or to who may get at it."""

    VIEWED = "viewed", _("Seen in the clear")
    UNMASKED = "unmasked", _("Unmasked")
    EXPORTED = "exported", _("Exported")
    EXPORT_ASKED = "export_asked", _("Export asked for")
    EXPORT_DOWNLOADED = "export_downloaded", _("Export downloaded")
    IMPORT_ERRORS_DOWNLOADED = "import_errors_downloaded", _("Refused rows downloaded")
    IDENTITY_RULES_CHANGED = "identity_rules_changed", _("Rules of an identity type changed")
    ERASE_ASKED = "erase_asked", _("Erasure asked for")
    ERASED = "erased", _("Erased")
    LINK_MADE = "link_made", _("Preference link made")
    LINKS_REVOKED = "links_revoked", _("Preference links revoked")
    CONSENT_WRITTEN = "consent_written", _("Consent written")
    TEXT_PUBLISHED = "text_published", _("Consent text published")
    SUPPRESSED = "suppressed", _("Address suppressed")
    SUPPRESSION_LIFTED = "suppression_lifted", _("Suppression lifted")
    RULES_CHANGED = "rules_changed", _("Privacy rules changed")
    RETENTION = "retention", _("Retention enforced")
    REVIEW_RULES_CHANGED = "review_rules_changed", _("Rules of reviews changed")
    REVIEW_DEFINITION_CHANGED = "review_definition_changed", _("Definition of a review changed")
    REVIEW_COSTS_CHANGED = "review_costs_changed", _("Costs of reviews changed")
    REVIEW_REPORT_CHANGED = "review_report_changed", _("Report of reviews changed")
    WORKSPACE_CHANGED = "workspace_changed", _("Workspace changed")
    MEMBER_ADDED = "member_added", _("Member added")
    MEMBER_CHANGED = "member_changed", _("Member changed")
    PASSWORD_CHANGED = "password_changed", _("Own password changed")
    KEY_MADE = "key_made", _("API key made")
    KEY_REVOKED = "key_revoked", _("API key revoked")


class AuditEntry(WorkspaceOwned):
    """Who did what to whose data, when and why. Append-only: a trigger in the database refuses changes.

    It names people by their profile's id and never by what identifies them: an erasure need not touch it.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=200, help_text=_("A user's name, `key zt_…`, `person` or `system`."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        help_text=_("Empty for a program, the person themselves, or the system."),
    )
    action = models.CharField(max_length=32, choices=AuditAction.choices)
    profile_id = models.UUIDField(null=True, help_text=_("Whose data it was, where it was one person's."))
    subject = models.CharField(max_length=64, blank=True, default="", help_text=_("What else it was about: an id."))
    reason = models.CharField(max_length=500, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["workspace", "-id"], name="audit_recent"),
            models.Index(fields=["workspace", "profile_id", "-id"], name="audit_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action}"
