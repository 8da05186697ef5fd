from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import LaunchState
from workspaces.models.base import WorkspaceOwned


class Launch(WorkspaceOwned):
    """One time at which a version lets many people in: by its schedule, on a date of theirs, or those already inside.

    It goes through its audience in the order of their ids, a batch a transaction; `cursor` is how far it has come.
    """

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="launches")
    version = models.ForeignKey("journeys.JourneyVersion", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=LaunchState.choices, default=LaunchState.PLANNED)
    people = models.BigIntegerField(default=0, help_text=_("The audience so far."))
    admitted = models.BigIntegerField(default=0)
    refused = models.JSONField(default=dict, help_text=_("Code → how many."))
    error = models.TextField(blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("Failed tries of the present batch."))
    cursor = models.UUIDField(null=True, help_text=_("The last person who has been dealt with."))

    class Meta:
        verbose_name = _("launch")
        verbose_name_plural = _("launches")
        constraints = [models.UniqueConstraint(fields=["version", "due_at"], name="launch_once")]
        indexes = [
            models.Index(fields=["journey", "-due_at"], name="launch_of_journey"),
            models.Index(fields=["due_at"], name="launch_open", condition=models.Q(state__in=["planned", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.due_at.isoformat()}"
