from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import JobState
from workspaces.models.base import WorkspaceOwned


class BatchJob(WorkspaceOwned):
    """Something asked for of many rows: done batch by batch (`profiles.batch_jobs`), where it is is kept here."""

    by = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    cursor = models.UUIDField(null=True, help_text=_("The last one that was looked at."))
    done = models.PositiveIntegerField(default=0, help_text=_("How many have been looked at."))
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("How often in a row a batch could not be done."))
    error = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
