from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class PrivacySettings(WorkspaceOwned):
    """A workspace's own privacy rules, as `workspaces.privacy` reads them; without a row the defaults hold."""

    rules = models.JSONField(default=dict)
    salt = models.BinaryField(help_text=_("Of the hashes that stand for erased people; it never leaves the database."))
    changed_at = models.DateTimeField()
    enforced_on = models.DateField(null=True, help_text=_("The last day (UTC) on which retention was enforced."))

    class Meta:
        verbose_name = _("privacy settings")
        verbose_name_plural = _("privacy settings")
        constraints = [models.UniqueConstraint(fields=["workspace"], name="privacy_settings_once")]

    def __str__(self) -> str:
        return f"privacy of {self.workspace_id}"


class RetentionRun(WorkspaceOwned):
    """One day's enforcement of the retention rules: what was older than its rule allows, and is gone."""

    day = models.DateField()
    rules = models.JSONField(help_text=_("Category → days, as they were in force."))
    removed = models.JSONField(default=dict, help_text=_("Category → rows removed or emptied."))
    done = models.JSONField(default=list, help_text=_("Categories that are finished."))
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        constraints = [models.UniqueConstraint(fields=["workspace", "day"], name="retention_once_a_day")]
        indexes = [models.Index(fields=["workspace", "-id"], name="retention_recent")]

    def __str__(self) -> str:
        return f"{self.day}"
