from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.choices import SyncState
from workspaces.models.base import WorkspaceOwned


class FollowerSync(WorkspaceOwned):
    """One reading of all followers of an account. `position` is the last follower who has been taken in.

    WeChat gives followers in a fixed order and goes on after any of them, so whoever continues needs no more.
    """

    account = models.ForeignKey("channels_app.ChannelAccount", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=16, choices=SyncState.choices, default=SyncState.RUNNING)
    position = models.CharField(max_length=64, default="", blank=True)
    taken = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0, help_text=_("How often in a row WeChat could not be asked."))
    error = models.CharField(max_length=500, default="", blank=True)
    started_at = models.DateTimeField()
    not_before = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("follower sync")
        verbose_name_plural = _("follower syncs")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="running"), name="follower_sync_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.taken}/{self.total} {self.state}"
