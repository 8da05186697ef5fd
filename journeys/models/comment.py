from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.models.base import WorkspaceOwned


class JourneyComment(WorkspaceOwned):
    """What a colleague says about a journey, or about one of its nodes."""

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    node_id = models.CharField(
        max_length=64, blank=True, default="", help_text=_("Empty: about the journey. The node may be gone meanwhile.")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("journey comment")
        verbose_name_plural = _("journey comments")
        indexes = [models.Index(fields=["journey", "-id"], name="comment_of_journey")]

    def __str__(self) -> str:
        return self.text[:50]
