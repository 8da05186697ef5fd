from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class Conversion(WorkspaceOwned):
    """A goal met by one enrollment: a projection of its `converted` events."""

    journey_id = models.UUIDField()
    version_id = models.UUIDField()
    enrollment_id = models.UUIDField()
    profile_id = models.UUIDField()
    goal = models.CharField(max_length=64)
    event_id = models.UUIDField(null=True, help_text=_("The event that met the goal; empty for a goal node."))
    node = models.CharField(max_length=64, help_text=_("Where the person was."))
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    occurred_at = models.DateTimeField()

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment_id", "goal", "event_id"], name="conversion_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["journey_id", "occurred_at"], name="conversion_of_journey")]

    def __str__(self) -> str:
        return f"{self.goal} {self.enrollment_id}"
