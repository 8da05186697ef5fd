from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class VariantChoice(WorkspaceOwned):
    """How an A/B test ended: made once for a node of a journey, whatever versions the journey has had."""

    journey_id = models.UUIDField()
    node = models.CharField(max_length=64)
    variant = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, help_text=_("`winner`, or `fallback` if the difference may be chance."))
    statistics = models.JSONField()
    chosen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("variant choice")
        verbose_name_plural = _("variant choices")
        constraints = [models.UniqueConstraint(fields=["journey_id", "node"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.node}: {self.variant}"
