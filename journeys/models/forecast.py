from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import ForecastState
from workspaces.models.base import WorkspaceOwned


class InVirtualTime(WorkspaceOwned):
    """Something that a worker runs in virtual time: what was asked, how far it is, and what came out."""

    state = models.CharField(max_length=16, choices=ForecastState.choices, default=ForecastState.QUEUED)
    progress = models.FloatField(default=0, help_text=_("From 0 to 1."))
    error = models.CharField(max_length=500, default="", blank=True)
    request = models.JSONField(help_text=_("As it was asked, with the graph and the start that it uses."))
    result = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("How often a worker has begun it."))
    created_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True, help_text=_("When a worker last said that it is at it."))
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)


def open_index(name: str) -> models.Index:
    """Of the few rows that have not ended."""
    return models.Index(fields=["created_at"], name=name, condition=models.Q(state__in=["queued", "running"]))


class Forecast(InVirtualTime):
    """One launch forecast."""

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="forecasts")

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        indexes = [open_index("forecast_open")]
