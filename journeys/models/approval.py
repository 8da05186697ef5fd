from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import ApprovalState
from workspaces.models.base import WorkspaceOwned


class JourneyApproval(WorkspaceOwned):
    """One request that a second person look at one revision of a draft, and what they said. The newest counts."""

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="approvals")
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=ApprovalState.choices, default=ApprovalState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True, default="", help_text=_("What the asker said."))
    answer = models.TextField(blank=True, default="", help_text=_("What the one who decided said."))

    class Meta:
        verbose_name = _("journey approval")
        verbose_name_plural = _("journey approvals")
        indexes = [models.Index(fields=["journey", "-id"], name="approval_of_journey")]

    def __str__(self) -> str:
        return f"{self.journey_id} r{self.revision} {self.state}"
