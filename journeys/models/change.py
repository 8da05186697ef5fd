from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import ChangeKind
from workspaces.models.base import WorkspaceOwned


class JourneyChange(WorkspaceOwned):
    """One entry of a journey's change log: who did what to it, and when. Written with the act.

    Never changed, but for the autosaves of one sitting, which are one entry (`journeys.runtime.changes.note_autosave`).
    """

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty when a program with a key did it."),
    )
    kind = models.CharField(max_length=16, choices=ChangeKind.choices)
    version = models.PositiveIntegerField(null=True, help_text=_("The number of the version it is about, if of one."))
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("journey change")
        verbose_name_plural = _("journey changes")
        indexes = [models.Index(fields=["journey", "-id"], name="change_of_journey")]

    def __str__(self) -> str:
        return f"{self.journey_id} {self.kind}"
