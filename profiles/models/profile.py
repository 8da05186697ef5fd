from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import ConflictReason
from workspaces.models.base import WorkspaceOwned


class Profile(WorkspaceOwned):
    """One person in one workspace."""

    attributes = models.JSONField(
        default=dict, blank=True, help_text=_("Facts about the person; dotted keys name nested values.")
    )
    tags = models.JSONField(default=dict, blank=True, help_text=_("Tag → value, or null for a tag without a value."))
    history_since = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_(
            "Since when their changes are on record; empty: none is, and what is known counts from updated_at."
        ),
    )
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
    home_id = models.UUIDField(
        null=True, help_text=_("Whose it was before a merge brought it here; empty: it has always been this person's.")
    )

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

    The rules did not merge them; whether they are one is for a person to say.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="identity_conflicts")
    type = models.CharField(max_length=64)
    value = models.CharField(max_length=255)
    seen_at = models.DateTimeField(auto_now_add=True)
    with_type = models.CharField(max_length=64, blank=True, default="", help_text=_("What it was seen with."))
    with_value = models.CharField(max_length=255, blank=True, default="")
    reason = models.CharField(max_length=24, choices=ConflictReason.choices, default=ConflictReason.SHARED_TYPE)
    dismissed_at = models.DateTimeField(null=True, help_text=_("When somebody said that they are two."))

    class Meta:
        verbose_name = _("identity conflict")
        verbose_name_plural = _("identity conflicts")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "profile", "type", "value"], name="identity_conflict_once")
        ]
        # How many people a value was seen with is asked whenever it may join some.
        indexes = [
            models.Index(fields=["workspace", "type", "value"], name="conflict_by_identity"),
            models.Index(fields=["workspace", "with_type", "with_value"], name="conflict_by_company"),
        ]

    def __str__(self) -> str:
        return f"{self.type}={self.value}"
