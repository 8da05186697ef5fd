from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import JourneyState
from workspaces.models.base import WorkspaceOwned


class Journey(WorkspaceOwned):
    """A journey: the draft an operator edits, and which published version runs."""

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, default="")
    state = models.CharField(max_length=16, choices=JourneyState.choices, default=JourneyState.DRAFT)
    draft = models.JSONField(default=dict, help_text=_("The graph as it is edited; it may be saved with errors."))
    revision = models.PositiveIntegerField(
        default=1, help_text=_("Grows with every save of the draft, to detect a conflict.")
    )
    live_version = models.ForeignKey(
        "journeys.JourneyVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    folder = models.ForeignKey(
        "journeys.JourneyFolder", null=True, blank=True, on_delete=models.SET_NULL, related_name="journeys"
    )
    paused_at = models.DateTimeField(null=True, help_text=_("Since when it is paused; empty unless it is."))
    approval_required = models.BooleanField(
        default=False, help_text=_("Publishing asks for the approval of a second person.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        indexes = [models.Index(fields=["workspace", "-created_at"], name="journey_recent")]

    def __str__(self) -> str:
        return self.name


class JourneyVersion(WorkspaceOwned):
    """A published graph: immutable. People stay on the version they entered."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    graph = models.JSONField()
    trigger_event = models.CharField(
        max_length=200, blank=True, default="", help_text=_("The event that enrolls people, if one does.")
    )
    trigger_segment = models.UUIDField(
        null=True, help_text=_("The segment that enrolls people who enter or leave it, if one does.")
    )
    listens = ArrayField(
        models.CharField(max_length=200),
        default=list,
        help_text=_("Every event name that waits, goals or exit rules of this version name."),
    )
    watches_person = models.BooleanField(
        default=False,
        help_text=_("It has exit rules over the person's data: whoever is inside is judged when they change."),
    )
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("journey version")
        verbose_name_plural = _("journey versions")
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="version_number_once")]
        indexes = [
            models.Index(fields=["workspace", "trigger_event"], name="version_trigger"),
            GinIndex(fields=["listens"], name="version_listens"),
        ]

    def __str__(self) -> str:
        return f"{self.journey} v{self.number}"
