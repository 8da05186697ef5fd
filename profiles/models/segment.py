from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class SegmentKind(models.TextChoices):
    RULE = "rule", _("rule")
    LIST = "list", _("list")


class SegmentPhase(models.TextChoices):
    COMPUTING = "computing", _("computing")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class Segment(WorkspaceOwned):
    """A saved rule over people, or a list of them. Its members are kept current: see SegmentMember."""

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=8, choices=SegmentKind.choices, default=SegmentKind.RULE)
    rule = models.JSONField(help_text=_("Of a list: that it is one."))
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = [models.Index(fields=["workspace", "-created_at"], name="segment_recent")]

    def __str__(self) -> str:
        return self.name


class SegmentState(models.Model):
    """How far a segment's members are current. Apart from the segment, because every judgement writes it."""

    segment = models.OneToOneField(Segment, on_delete=models.CASCADE, primary_key=True, related_name="state")
    workspace_id = models.UUIDField()
    phase = models.CharField(max_length=16, choices=SegmentPhase.choices, default=SegmentPhase.COMPUTING)
    cursor = models.UUIDField(null=True, help_text=_("Who was judged last, by the order of ids, while computing."))
    done = models.BigIntegerField(default=0, help_text=_("People judged since computing began."))
    total = models.BigIntegerField(default=0, help_text=_("People when computing began."))
    filled_at = models.DateTimeField(
        null=True, help_text=_("When its members were first known; before, nobody who is found in it has entered it.")
    )
    judged_at = models.DateTimeField(null=True, help_text=_("When somebody was last judged by it."))
    size = models.BigIntegerField(default=0, help_text=_("How many members it has."))
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("How often in a row it could not be judged."))
    error = models.TextField(blank=True, default="", help_text=_("Why it could not be judged the last time."))
    retry_at = models.DateTimeField(null=True, help_text=_("When everybody is judged by it anew, after a failure."))

    class Meta:
        verbose_name = _("segment state")
        verbose_name_plural = _("segment states")
        indexes = [models.Index(fields=["workspace_id", "phase", "cursor"], name="segment_state_of_workspace")]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.phase}"


class SegmentMember(models.Model):
    """Somebody who is in a segment, and since when."""

    pk = models.CompositePrimaryKey("segment_id", "profile_id")
    workspace_id = models.UUIDField()
    segment_id = models.UUIDField()
    profile_id = models.UUIDField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("segment member")
        verbose_name_plural = _("segment members")
        indexes = [models.Index(fields=["profile_id"], name="segments_of_person")]

    def __str__(self) -> str:
        return f"{self.profile_id} in {self.segment_id}"


class SegmentStay(models.Model):
    """A time in a segment that is over, [entered_at, left_at): appended when somebody leaves, never changed.

    The key holds `left_at`, so that the table can be partitioned by it.
    """

    pk = models.CompositePrimaryKey("segment_id", "left_at", "profile_id", "entered_at")
    workspace_id = models.UUIDField()
    segment_id = models.UUIDField()
    profile_id = models.UUIDField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stay in a segment")
        verbose_name_plural = _("stays in segments")
        indexes = [models.Index(fields=["profile_id"], name="stays_of_person")]

    def __str__(self) -> str:
        return f"{self.profile_id} in {self.segment_id} until {self.left_at}"


class SegmentWatch(models.Model):
    """The index of dependencies: a change of this name can change who is in this segment."""

    pk = models.CompositePrimaryKey("workspace_id", "name", "is_prefix", "segment_id")
    workspace_id = models.UUIDField()
    name = models.CharField(max_length=300)
    is_prefix = models.BooleanField()
    segment_id = models.UUIDField()

    class Meta:
        verbose_name = _("watch of a segment")
        verbose_name_plural = _("watches of segments")
        indexes = [
            models.Index(fields=["segment_id"], name="watches_of_segment"),
            models.Index(fields=["workspace_id"], name="watched_prefixes", condition=models.Q(is_prefix=True)),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} watches {self.name}"


class SegmentDue(models.Model):
    """The next instant at which time alone may change whether somebody is in a segment; it may be early, never late."""

    pk = models.CompositePrimaryKey("segment_id", "profile_id")
    workspace_id = models.UUIDField()
    segment_id = models.UUIDField()
    profile_id = models.UUIDField()
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("due judgement")
        verbose_name_plural = _("due judgements")
        indexes = [models.Index(fields=["segment_id", "due_at"], name="segment_next_due")]

    def __str__(self) -> str:
        return f"{self.profile_id} in {self.segment_id} at {self.due_at}"


class SegmentCheck(models.Model):
    """Somebody who has changed, or to whom something has happened, since the segments were last asked."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    profile_id = models.UUIDField()
    at = models.DateTimeField(
        null=True, help_text=_("When an event was received: they are judged as of then, or later.")
    )
    changed = models.JSONField(null=True, help_text=_("Names of the changes that segments watch; empty: any."))

    class Meta:
        verbose_name = _("segment check")
        verbose_name_plural = _("segment checks")
        indexes = [models.Index(fields=["workspace_id", "id"], name="segment_check_of_workspace")]

    def __str__(self) -> str:
        return str(self.profile_id)
