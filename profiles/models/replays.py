from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.models.jobs import BatchJob


class RejectedReplay(BatchJob):
    """Refused items that are being sent again, all that were open when it was asked for: done batch by batch.

    `cursor` is the last item that was looked at, `until` the last one that was there: what is refused meanwhile, also by
    this replay, is not sent again by it.
    """

    code = models.CharField(max_length=64, blank=True, default="", help_text=_("Of this reason; empty: of any."))
    received_from = models.DateTimeField(null=True)
    received_to = models.DateTimeField(null=True)
    patch = models.JSONField(null=True, help_text=_("A JSON Merge Patch that puts each payload right first."))
    until = models.UUIDField()
    total = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text=_("They stay open, with their newest reason."))

    class Meta:
        verbose_name = _("replay of rejected events")
        verbose_name_plural = _("replays of rejected events")
        indexes = [
            models.Index(
                fields=["workspace", "id"], condition=models.Q(state__in=["queued", "running"]), name="replay_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.done}/{self.total}"
