from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.models.forecast import InVirtualTime, open_index


class Counterfactual(InVirtualTime):
    """The recorded entries of a period through an edited graph. Simulated."""

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="counterfactuals")

    class Meta:
        verbose_name = _("counterfactual")
        verbose_name_plural = _("counterfactuals")
        indexes = [open_index("counterfactual_open")]


class CounterfactualRun(models.Model):
    """A run whose simulated path is another than the recorded one, with both. They go with the counterfactual."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    counterfactual = models.ForeignKey(Counterfactual, on_delete=models.CASCADE, db_index=False, related_name="runs")
    enrollment_id = models.UUIDField()
    profile_id = models.UUIDField(db_index=True)
    change = models.CharField(max_length=16, help_text=_("What is different: gained, lost, both, path or kept_out."))
    gained = models.IntegerField(default=0, help_text=_("Messages that only the simulated path has."))
    lost = models.IntegerField(default=0, help_text=_("Messages that only the recorded path has."))
    refusal = models.CharField(max_length=32, default="", blank=True, help_text=_("Why the run would not begin."))
    recorded = models.JSONField()
    simulated = models.JSONField()

    class Meta:
        verbose_name = _("run of a counterfactual")
        verbose_name_plural = _("runs of counterfactuals")
        indexes = [
            models.Index(fields=["counterfactual", "id"], name="counterfactual_runs"),
            models.Index(fields=["counterfactual", "change", "id"], name="counterfactual_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.change}"
