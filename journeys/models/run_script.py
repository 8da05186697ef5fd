from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class RunScript(WorkspaceOwned):
    """A named script of a journey's test runs: who walks through, how they come in, and what happens to them."""

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="scripts")
    name = models.CharField(max_length=100)
    script = models.JSONField(help_text=_("The body of a simulation without its graph."))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("script of a test run")
        verbose_name_plural = _("scripts of test runs")
        constraints = [models.UniqueConstraint(fields=["journey", "name"], name="script_name_once")]

    def __str__(self) -> str:
        return self.name
