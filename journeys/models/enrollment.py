from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from journeys.choices import EnrollmentState
from workspaces.models.base import WorkspaceOwned, new_id


class Enrollment(WorkspaceOwned):
    """One profile's one run through one version: a projection of its stream, and what a lane claims.

    `journey`, `version` and `profile_id` carry no constraint in the database: admissions come by the thousand,
    and the table must stay distributable by workspace and profile. Nor has a relation an index of its own: a new
    `due_at` writes an entry into every index, three times for a journey with two waits.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    journey = models.ForeignKey(
        "journeys.Journey",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="enrollments",
    )
    version = models.ForeignKey(
        "journeys.JourneyVersion",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="enrollments",
    )
    profile_id = models.UUIDField()
    lane = models.SmallIntegerField(null=True, help_text=_("Empty for an enrollment with a workflow of its own."))
    state = models.CharField(max_length=16, choices=EnrollmentState.choices, default=EnrollmentState.ACTIVE)
    node = models.CharField(max_length=64)
    seq = models.IntegerField(default=0, help_text=_("The number of the last entry of its stream."))
    due_at = models.DateTimeField(
        null=True, help_text=_("When it wants to move again; empty when only an event can wake it, or never.")
    )
    context = models.JSONField(
        default=dict, help_text=_("What the engine must remember between ticks: the wait, sends, goals, attempts.")
    )
    properties = models.JSONField(
        default=dict, help_text=_("What the trigger brought: the entry event's or the API call's properties.")
    )
    # Null and not empty: an enrollment without a key is not one with the same key as the others.
    idempotency_key = models.CharField(  # noqa: DJ001
        max_length=255, null=True, help_text=_("The same key of one journey and person twice is one enrollment.")
    )
    entry_key = models.CharField(  # noqa: DJ001
        max_length=255, null=True, help_text=_("In a keyed journey the value of its key; re-entry is judged for each.")
    )
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    goals_until = models.DateTimeField(null=True, help_text=_("Until when its goals still count, also after its end."))

    class Meta:
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "profile_id", "idempotency_key"],
                name="enrollment_once",
                condition=models.Q(idempotency_key__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "lane", "due_at"], name="enrollment_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["profile_id"], name="enrollment_of_person"),
            models.Index(fields=["journey", "id"], name="enrollment_of_journey"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EnrollmentEvent(models.Model):
    """One entry of an enrollment's stream. A trigger in the database refuses update and delete."""

    pk = models.CompositePrimaryKey("enrollment_id", "seq")
    workspace_id = models.UUIDField()
    enrollment_id = models.UUIDField()
    seq = models.IntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=24)
    node = models.CharField(max_length=64)
    data = models.JSONField()
    schema = models.SmallIntegerField(
        db_default=1, help_text=_("The shape of `data` when it was written; see engine/upcast.py.")
    )

    class Meta:
        verbose_name = _("enrollment event")
        verbose_name_plural = _("enrollment events")

    def __str__(self) -> str:
        return f"{self.enrollment_id}#{self.seq} {self.kind}"


class InboxEntry(models.Model):
    """Something that may wake an enrollment: an event of the person, or news of a message. A tick consumes it."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    lane = models.SmallIntegerField(null=True)
    enrollment_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200, help_text=_("The event's name, or the message's new state."))
    ref = models.UUIDField(default=new_id, help_text=_("The event's or the message's id."))
    occurred_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    not_before = models.DateTimeField(
        null=True, help_text=_("Set when the step it woke has failed and will be tried again.")
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("inbox entry")
        verbose_name_plural = _("inbox entries")
        indexes = [
            models.Index(fields=["workspace_id", "lane", "id"], name="inbox_of_lane"),
            models.Index(fields=["enrollment_id"], name="inbox_of_enrollment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} → {self.enrollment_id}"
