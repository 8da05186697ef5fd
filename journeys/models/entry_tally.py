from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class EntryTally(WorkspaceOwned):
    """How many runs of a journey with an entry limit have begun. Its row is locked by whoever lets people in.

    A journey without a limit has none: its admissions must not wait for each other.
    """

    journey = models.OneToOneField("journeys.Journey", on_delete=models.CASCADE, related_name="+")
    version_id = models.UUIDField(null=True, help_text=_("The version that is counted for; another one counts anew."))
    total = models.BigIntegerField(default=0)
    day = models.DateField(null=True, help_text=_("In the journey's zone."))
    today = models.BigIntegerField(default=0, help_text=_("Runs that began on that day."))

    class Meta:
        verbose_name = _("entry tally")
        verbose_name_plural = _("entry tallies")

    def __str__(self) -> str:
        return f"{self.journey_id}: {self.total}"
