from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import ActKind, ActState
from workspaces.models.base import WorkspaceOwned

OPEN_ACTS = (ActState.QUEUED, ActState.RUNNING)


class MassAct(WorkspaceOwned):
    """Something that is done to many people of a journey: moved, shifted, ended, retried.

    It goes through them in the order of their ids, a batch a transaction. Where it is, is written with each batch, so that
    whoever goes on with it, after a worker was killed, neither leaves anybody out nor does anybody twice.
    """

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=16, choices=ActKind.choices)
    state = models.CharField(max_length=16, choices=ActState.choices, default=ActState.QUEUED)
    request = models.JSONField(default=dict, help_text=_("What was asked."))
    result = models.JSONField(null=True)
    error = models.TextField(blank=True, default="")
    total = models.BigIntegerField(help_text=_("How many people it was for when it was asked for."))
    done = models.BigIntegerField(default=0, help_text=_("How many it has dealt with so far."))
    changed = models.BigIntegerField(default=0, help_text=_("For how many of them something changed."))
    cursor = models.UUIDField(null=True, help_text=_("The last enrollment of the newest page."))
    pending = ArrayField(
        models.UUIDField(), default=list, help_text=_("Those of that page who have not been dealt with.")
    )
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("Failed tries of the present batch."))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty when a program with a key asked."),
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(help_text=_("When it was asked for, or its newest batch was written."))
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mass act")
        verbose_name_plural = _("mass acts")
        constraints = [
            # Two of a kind would only be in each other's way; and the state of a journey follows from one.
            models.UniqueConstraint(
                fields=["journey", "kind"], name="act_open_once", condition=models.Q(state__in=["queued", "running"])
            )
        ]
        indexes = [
            models.Index(fields=["journey", "-id"], name="act_of_journey"),
            models.Index(fields=["beat_at"], name="act_open", condition=models.Q(state__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
