from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.choices import TagAction, TagEnd, TagKind, TagSource, TagValueType
from profiles.models.jobs import BatchJob
from profiles.models.segment import Segment
from workspaces.models.base import WorkspaceOwned


class Tag(WorkspaceOwned):
    """What a tag means, who gives it, and which values it may have. A tag in use need not have a definition."""

    key = models.CharField(max_length=100, help_text=_("Its name in rules and in Profile.tags."))
    name = models.CharField(max_length=100)
    group = models.CharField(max_length=100, blank=True, default="")
    kind = models.CharField(max_length=16, choices=TagKind.choices)
    value_type = models.CharField(max_length=16, choices=TagValueType.choices, default=TagValueType.NONE)
    allowed_values = models.JSONField(default=list, blank=True, help_text=_("Empty: any value of the type."))
    description = models.TextField(blank=True, default="")
    owner = models.CharField(max_length=100, blank=True, default="", help_text=_("Who answers for it."))
    expires_after = models.CharField(
        max_length=40, blank=True, default="", help_text=_("ISO 8601; how long it is had where nothing else is said.")
    )
    segment = models.ForeignKey(
        Segment,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("Of a rule tag: who is to have it."),
    )
    value = models.JSONField(null=True, help_text=_("Of a rule tag: the value that it is given with."))
    is_ending = models.BooleanField(default=False, help_text=_("It is being taken from everybody, and then deleted."))
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="tag_once")]

    def __str__(self) -> str:
        return self.key


class TagAssignment(models.Model):
    """That somebody has, or had, a tag with a value, since when, from whom, and until when.

    Open ones (`ended_at` is null) say the same as Profile.tags; the others are the history.
    """

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    profile_id = models.UUIDField()
    key = models.CharField(max_length=100)
    value = models.JSONField(null=True, help_text=_("Null: without a value."))
    source = models.CharField(max_length=16, choices=TagSource.choices)
    by = models.CharField(max_length=200, blank=True, default="", help_text=_("The user, key, segment or model."))
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=16, choices=TagEnd.choices, blank=True, default="")
    ended_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("tag assignment")
        verbose_name_plural = _("tag assignments")
        constraints = [
            models.UniqueConstraint(fields=["profile_id", "key"], condition=Q(ended_at=None), name="tag_open_once")
        ]
        indexes = [
            models.Index(fields=["workspace_id", "key"], condition=Q(ended_at=None), name="tag_people"),
            models.Index(
                fields=["workspace_id", "expires_at"],
                condition=Q(ended_at=None, expires_at__isnull=False),
                name="tag_expiry_due",
            ),
            models.Index(fields=["profile_id", "-id"], name="tag_history"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.profile_id}"


class TagJob(BatchJob):
    """A tag given to, or taken from, everybody of a segment: done batch by batch, where it is is kept here."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="jobs")
    action = models.CharField(max_length=16, choices=TagAction.choices)
    segment = models.ForeignKey(
        Segment,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("Empty: everybody who has the tag."),
    )
    value = models.JSONField(null=True)
    expires_at = models.DateTimeField(null=True)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tag job")
        verbose_name_plural = _("tag jobs")
        indexes = [
            models.Index(fields=["workspace", "id"], condition=Q(state__in=["queued", "running"]), name="tag_job_open")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.tag_id}"
