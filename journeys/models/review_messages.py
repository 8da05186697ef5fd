from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewMessageBlock(models.Model):
    """A range of the ids of a workspace's messages whose fates are counted together, and again when one changes.

    Ids are ordered by time, so that a range is a stretch of the table: the log of messages needs no index on journeys.
    """

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    first = models.UUIDField()
    last = models.UUIDField(help_text=_("The first id that is no longer in it."))
    zone = models.CharField(max_length=64, help_text=_("By whose clocks its hours and days were told."))
    as_of = models.DateTimeField(null=True, help_text=_("What was committed before is in its tallies."))
    is_open = models.BooleanField(default=True, help_text=_("A message in it has yet to leave, or to be refused."))

    class Meta:
        verbose_name = _("block of messages")
        verbose_name_plural = _("blocks of messages")
        constraints = [models.UniqueConstraint(fields=["workspace_id", "first"], name="review_block_once")]

    def __str__(self) -> str:
        return str(self.id)


class ReviewMessageTally(models.Model):
    """How many messages of a block had one fate: by node, account, template, day of the run's entry and hour of sending."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.UUIDField()
    block_id = models.BigIntegerField()
    journey_id = models.UUIDField()
    version_id = models.UUIDField(null=True)
    node = models.CharField(max_length=64)
    account_id = models.UUIDField()
    template_id = models.UUIDField()
    channel = models.CharField(max_length=32)
    day = models.DateField(help_text=_("On which the run began, in the workspace's zone."))
    hour = models.SmallIntegerField(help_text=_("In which it was sent or refused, in the workspace's zone."))
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=128, default="", blank=True)
    messages = models.BigIntegerField()
    opted_out = models.BigIntegerField(default=0)
    priced = models.BigIntegerField(default=0, help_text=_("Those whose cost is known."))
    cost = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    currency = models.CharField(max_length=3, default="CNY")

    class Meta:
        verbose_name = _("tally of messages")
        verbose_name_plural = _("tallies of messages")
        indexes = [
            models.Index(fields=["journey_id", "day"], name="review_message_of_journey"),
            models.Index(fields=["block_id"], name="review_message_of_block"),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.state}: {self.messages}"
