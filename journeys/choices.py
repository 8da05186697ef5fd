from django.db import models
from django.utils.translation import gettext_lazy as _


class JourneyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")
    ARCHIVED = "archived", _("Archived")


class EnrollmentState(models.TextChoices):
    ACTIVE = "active", _("Active")
    WAITING = "waiting", _("Waiting")
    COMPLETED = "completed", _("Completed")
    EXITED = "exited", _("Exited")
    CONVERTED_EXIT = "converted_exit", _("Converted")
    FAILED = "failed", _("Failed")
    HELD_OUT = "held_out", _("Held out")


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    OVERDUE = "overdue", _("Overdue")
    CANCELLED = "cancelled", _("Cancelled")


class ApprovalState(models.TextChoices):
    ASKED = "asked", _("Asked")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class ChangeKind(models.TextChoices):
    """Every act of a journey's life that its change log names."""

    CREATED = "created", _("Created")
    SAVED = "saved", _("Saved")
    PUBLISHED = "published", _("Published")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    STOPPED = "stopped", _("Stopped")
    ARCHIVED = "archived", _("Archived")
    APPROVAL_ASKED = "approval_asked", _("Approval asked")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    MIGRATED = "migrated", _("People moved")
    COMMENTED = "commented", _("Commented")
    EXITED = "exited", _("People ended")
    RETRIED = "retried", _("People retried")


class LaunchState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class ForecastState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class ActKind(models.TextChoices):
    """What is done to many people of a journey at once."""

    MIGRATION = "migration", _("Move to the live version")
    RESUME = "resume", _("Resume, shifted by the pause")
    STOP = "stop", _("Stop, everybody exits")
    EXIT = "exit", _("End runs")
    RETRY = "retry", _("Retry failed steps")


class ActState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ReviewState(models.TextChoices):
    """What the figures of a journey's review are waiting for."""

    WAITING = "waiting", _("Not read yet")
    READING = "reading", _("Being read")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class CreditRule(models.TextChoices):
    """Whose an order is that several runs could claim."""

    LAST_ENTRY = "last_entry_before", _("The run that began last before it")
    FIRST_ENTRY = "first_entry", _("The run that began first")
    EACH = "each", _("Every journey's")


class RepeatRule(models.TextChoices):
    """How often one run can meet one goal."""

    EACH = "each", _("Every conversion counts")
    ONCE = "once", _("The first conversion of a run counts")


class ReviewGroup(models.TextChoices):
    """Whom a review compares: by what reached a person since they entered."""

    TOUCHED = "touched", _("Got a message")
    HELD_OUT = "held_out", _("Held out")
    UNTOUCHED = "untouched", _("Got none")


class ReviewMeasureKind(models.TextChoices):
    RETENTION = "retention", _("Retention")
    SALES = "sales", _("Sales before and after")


class ReportEvery(models.TextChoices):
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")


class ReportRunState(models.TextChoices):
    RUNNING = "running", _("Being sent")
    DONE = "done", _("Sent")
    FAILED = "failed", _("Failed")
