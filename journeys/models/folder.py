from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class JourneyFolder(WorkspaceOwned):
    """A folder of the list of journeys. A journey is in one or in none."""

    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("journey folder")
        verbose_name_plural = _("journey folders")
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="folder_name_once")]

    def __str__(self) -> str:
        return self.name
