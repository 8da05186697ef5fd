from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class SavedPlay(WorkspaceOwned):
    """A journey that the workspace keeps as a play of its own. Its graph is a copy: the journey may change."""

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    category = models.CharField(max_length=16)
    graph = models.JSONField()
    parameters = models.JSONField(default=list, help_text=_("What is asked when it is used."))
    evidence = models.JSONField(default=dict, help_text=_("What the review of the journey found, by figure."))
    journey = models.ForeignKey(
        "journeys.Journey", null=True, on_delete=models.SET_NULL, related_name="+", help_text=_("Where it comes from.")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        indexes = [models.Index(fields=["workspace", "-created_at"], name="saved_play_recent")]

    def __str__(self) -> str:
        return self.name
