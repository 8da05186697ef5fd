from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class Segment(WorkspaceOwned):
    """A saved rule over people. Who is in it is what the rule says now; see SegmentMember for what is kept."""

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    rule = models.JSONField()
    is_kept = models.BooleanField(
        default=False, help_text=_("Its members are kept, because somebody wants to know who enters and leaves.")
    )
    refreshed_at = models.DateTimeField(
        null=True, help_text=_("When all its members were last judged; empty: they must be, for its rule has changed.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = [models.Index(fields=["workspace", "-created_at"], name="segment_recent")]

    def __str__(self) -> str:
        return self.name


class SegmentMember(models.Model):
    """Somebody who was in a kept segment when they were last judged."""

    pk = models.CompositePrimaryKey("segment_id", "profile_id")
    workspace_id = models.UUIDField()
    segment_id = models.UUIDField()
    profile_id = models.UUIDField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("segment member")
        verbose_name_plural = _("segment members")

    def __str__(self) -> str:
        return f"{self.profile_id} in {self.segment_id}"


class SegmentCheck(models.Model):
    """Somebody who has changed, or to whom something has happened, since the kept segments were last asked."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    profile_id = models.UUIDField()
    at = models.DateTimeField(
        null=True, help_text=_("When an event was received: they are judged as of then, or later.")
    )

    class Meta:
        verbose_name = _("segment check")
        verbose_name_plural = _("segment checks")
        indexes = [models.Index(fields=["workspace_id", "id"], name="segment_check_of_workspace")]

    def __str__(self) -> str:
        return str(self.profile_id)
