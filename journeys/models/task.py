from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import TaskState
from workspaces.models.base import WorkspaceOwned


class StaffTask(WorkspaceOwned):
    """Something that a journey asks a member of staff to do for one person."""

    journey_id = models.UUIDField()
    enrollment_id = models.UUIDField()
    node = models.CharField(max_length=64)
    profile_id = models.UUIDField()
    assignee = models.JSONField(default=str, help_text=_("A member of staff, or the rule by which one is found."))
    assigned_to = models.CharField(
        max_length=64, blank=True, default="", help_text=_("The userid at enterprise WeChat of the member found by it.")
    )
    content = models.TextField()
    materials = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=TaskState.choices, default=TaskState.OPEN)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text=_("When the member first opened it."))
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_by_staff = models.CharField(max_length=64, blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("staff task")
        verbose_name_plural = _("staff tasks")
        indexes = [
            models.Index(fields=["workspace", "state", "due_at"], name="task_open_first"),
            models.Index(fields=["enrollment_id"], name="task_of_enrollment"),
            models.Index(fields=["journey_id", "node"], name="task_of_node"),
            models.Index(
                fields=["remind_at"], name="task_to_remind", condition=models.Q(state="open", reminded_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"
