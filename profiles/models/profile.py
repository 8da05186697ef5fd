from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class Profile(WorkspaceOwned):
    """One person in one workspace."""

    attributes = models.JSONField(
        default=dict, blank=True, help_text=_("Facts about the person; dotted keys name nested values.")
    )
    tags = models.JSONField(default=dict, blank=True, help_text=_("Tag → value, or null for a tag without a value."))
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        # The second is the order in which an audience is read, batch by batch.
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="profile_recent"),
            models.Index(fields=["workspace", "id"], name="profile_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Identity(WorkspaceOwned):
    """(type, value) that names one profile: phone, email, wechat_openid, member_id, ..."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="identities")
    type = models.CharField(max_length=64)
    value = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.UniqueConstraint(fields=["workspace", "type", "value"], name="identity_once")]
        # For search by value, or its beginning, whatever the type.
        indexes = [
            models.Index(
                fields=["workspace", "value"], name="identity_search", opclasses=["uuid_ops", "varchar_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.type}={self.value}"


class IdentityConflict(WorkspaceOwned):
    """One person was seen with an identity that belongs to another: perhaps the two are one, perhaps it is shared.

    Nothing is merged by itself; this is what a merge, by rule or by hand, is decided on.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="identity_conflicts")
    type = models.CharField(max_length=64)
    value = models.CharField(max_length=255)
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("identity conflict")
        verbose_name_plural = _("identity conflicts")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "profile", "type", "value"], name="identity_conflict_once")
        ]

    def __str__(self) -> str:
        return f"{self.type}={self.value}"
