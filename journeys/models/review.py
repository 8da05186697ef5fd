from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import ReviewState
from workspaces.models.base import WorkspaceOwned


class ReviewProgress(models.Model):
    """How far the review of one journey has read the logs, and by which definition it counts."""

    journey_id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    definition = models.JSONField(
        default=dict, help_text=_("The goals, windows and rules of credit that its figures go by.")
    )
    state = models.CharField(max_length=16, choices=ReviewState.choices, default=ReviewState.WAITING)
    progress = models.FloatField(default=0, help_text=_("The share of the runs that is read, from 0 to 1."))
    as_of = models.DateTimeField(null=True, help_text=_("What was committed before is in the figures."))
    revision = models.BigIntegerField(default=0, help_text=_("Grows with every change of the figures."))
    error = models.TextField(default="", blank=True)
    began_at = models.DateTimeField(null=True, help_text=_("When the reading that is under way, or broke off, began."))
    basis = models.CharField(
        max_length=80,
        default="",
        blank=True,
        help_text=_("The rules and the zone that its rows are by; by others, all is read anew."),
    )
    mark = models.CharField(
        max_length=32, default="", blank=True, help_text=_("A digest of the journey's counters when it was read.")
    )
    repeats = models.BigIntegerField(default=0, help_text=_("How many runs are not the first of their person."))

    class Meta:
        verbose_name = _("progress of a review")
        verbose_name_plural = _("progress of reviews")

    def __str__(self) -> str:
        return f"{self.journey_id} {self.state}"


class ReviewPath(models.Model):
    """A way that runs of a journey took, with what became of its messages: each distinct one once."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    journey_id = models.UUIDField()
    version_id = models.UUIDField()
    digest = models.BinaryField(max_length=32, help_text=_("SHA-256 of the body, canonically written."))
    body = models.JSONField()

    class Meta:
        verbose_name = _("path of a review")
        verbose_name_plural = _("paths of reviews")
        constraints = [models.UniqueConstraint(fields=["journey_id", "version_id", "digest"], name="review_path_once")]

    def __str__(self) -> str:
        return str(self.id)


class ReviewRun(models.Model):
    """Which path one run took so far: a projection of its stream and its messages."""

    enrollment_id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    journey_id = models.UUIDField()
    profile_id = models.UUIDField()
    day = models.DateField(help_text=_("On which it began, in the workspace's zone."))
    path_id = models.BigIntegerField()
    seq = models.IntegerField(help_text=_("The last entry of its stream that is in it."))
    several = models.BooleanField(
        default=False, db_default=False, help_text=_("Its person has other runs of the journey.")
    )

    class Meta:
        verbose_name = _("run of a review")
        verbose_name_plural = _("runs of reviews")
        indexes = [
            models.Index(fields=["journey_id", "path_id"], name="review_run_of_path"),
            models.Index(fields=["journey_id"], name="review_run_of_several", condition=models.Q(several=True)),
        ]

    def __str__(self) -> str:
        return str(self.enrollment_id)


class ReviewTally(models.Model):
    """How many runs that began on a day took a path."""

    workspace_id = models.UUIDField()
    journey_id = models.UUIDField()
    path_id = models.BigIntegerField()
    day = models.DateField()
    runs = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("tally of a review")
        verbose_name_plural = _("tallies of reviews")
        constraints = [models.UniqueConstraint(fields=["journey_id", "path_id", "day"], name="review_tally_once")]

    def __str__(self) -> str:
        return f"{self.path_id} {self.day}: {self.runs}"


class ReviewStay(models.Model):
    """How often a stay at a node took so long, for runs that began on a day."""

    workspace_id = models.UUIDField()
    journey_id = models.UUIDField()
    version_id = models.UUIDField()
    node = models.CharField(max_length=64)
    day = models.DateField()
    seconds = models.BigIntegerField(help_text=_("Whole seconds, of which the first three digits are kept."))
    times = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("stay of a review")
        verbose_name_plural = _("stays of reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["journey_id", "version_id", "node", "day", "seconds"], name="review_stay_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.seconds} s: {self.times}"


class ReviewAnswer(models.Model):
    """A figure of a review that took long, as it was answered at a revision."""

    workspace_id = models.UUIDField()
    journey_id = models.UUIDField()
    key = models.BinaryField(max_length=32, help_text=_("SHA-256 of what was asked."))
    revision = models.BigIntegerField()
    body = models.TextField(help_text=_("JSON."))

    class Meta:
        verbose_name = _("answer of a review")
        verbose_name_plural = _("answers of reviews")
        constraints = [models.UniqueConstraint(fields=["journey_id", "key"], name="review_answer_once")]

    def __str__(self) -> str:
        return f"{self.journey_id} at {self.revision}"


class Credit(WorkspaceOwned):
    """An event that met a goal of a run by the review's present definition, with what it is worth now.

    Unlike `Conversion`, which is what the engine decided at the time, it is computed again when a goal, a window or the
    workspace's rule changes, and when a refund comes. One that is not `counted` belongs to another run or journey.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    journey_id = models.UUIDField()
    version_id = models.UUIDField()
    enrollment_id = models.UUIDField()
    profile_id = models.UUIDField()
    goal = models.CharField(max_length=64)
    event_id = models.UUIDField(null=True, help_text=_("Empty for a goal node that was passed."))
    order = models.CharField(
        max_length=255, default="", blank=True, help_text=_("What refunds and other events name the order by.")
    )
    occurred_at = models.DateTimeField()
    value = models.DecimalField(
        max_digits=20, decimal_places=4, null=True, help_text=_("As the event said, if that can be believed.")
    )
    refunded = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    currency = models.CharField(max_length=3, default="CNY")
    counted = models.BooleanField(default=True)
    note = models.CharField(
        max_length=32, default="", blank=True, help_text=_("A code: why it is not counted; empty if it is.")
    )
    odd = ArrayField(models.CharField(max_length=32), default=list, help_text=_("Codes: what was odd about it."))

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment_id", "goal", "event_id"], name="review_credit_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["journey_id", "occurred_at"], name="review_credit_of_journey"),
            models.Index(fields=["workspace", "occurred_at"], name="review_credit_of_workspace"),
            models.Index(fields=["workspace", "order"], name="review_credit_of_order", condition=~models.Q(order="")),
        ]

    def __str__(self) -> str:
        return f"{self.goal} {self.enrollment_id}"
