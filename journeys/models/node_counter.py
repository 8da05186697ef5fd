from django.db import models
from django.utils.translation import gettext_lazy as _


class NodeCounter(models.Model):
    """How often something happened at a node; one row a lane, so that lanes never wait for each other.

    `metric` is `entered`, `left:<outcome>`, `ended`, `moved_in`, `moved_out`, `stuck`, `held_out`, `sent`,
    `delivered`, `clicked`, `failed`, `blocked` or `converted`.
    """

    workspace_id = models.UUIDField()
    version_id = models.UUIDField()
    node = models.CharField(max_length=64)
    lane = models.SmallIntegerField()
    metric = models.CharField(max_length=80)
    value = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("node counter")
        verbose_name_plural = _("node counters")
        constraints = [
            models.UniqueConstraint(fields=["version_id", "node", "lane", "metric"], name="node_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.metric}: {self.value}"
