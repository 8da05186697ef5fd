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
