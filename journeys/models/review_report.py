from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.choices import ReportEvery, ReportRunState
from workspaces.models.base import WorkspaceOwned


class ReviewReport(WorkspaceOwned):
    """A summary of journeys' reviews that is sent again and again, by mail, to a server, or both."""

    name = models.CharField(max_length=100)
    journeys = models.JSONField(default=list, blank=True, help_text=_("Their ids; empty: every live journey."))
    every = models.CharField(max_length=8, choices=ReportEvery.choices, default=ReportEvery.WEEK)
    on_day = models.PositiveSmallIntegerField(
        default=1, help_text=_("1 = Monday of a week, or the day of a month (its last if it has no such day).")
    )
    time = models.TimeField(help_text=_("By the clocks of the workspace's zone."))
    days = models.PositiveSmallIntegerField(default=7, help_text=_("Runs that began in the so many days before."))
    language = models.CharField(max_length=8, default="zh-CN")
    account = models.ForeignKey(
        "channels_app.ChannelAccount",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The email account that sends it."),
    )
    emails = models.JSONField(default=list, blank=True)
    url = models.CharField(max_length=2000, default="", blank=True, help_text=_("Which address is called."))
    enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, help_text=_("When it is sent next; empty: it is switched off."))
    created_by = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("report of the review")
        verbose_name_plural = _("reports of the review")
        indexes = [
            models.Index(fields=["next_at"], name="review_report_due", condition=models.Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name


class ReviewReportRun(WorkspaceOwned):
    """One sending of a report: what it said, and what became of it at each receiver."""

    report = models.ForeignKey(ReviewReport, on_delete=models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ReportRunState.choices, default=ReportRunState.RUNNING)
    body = models.JSONField(default=dict)
    receivers = models.JSONField(
        default=list, help_text=_("[{kind, to, state, tries, reason}] in the order in which they are served.")
    )
    not_before = models.DateTimeField(null=True, help_text=_("When the next try is."))
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sending of a report")
        verbose_name_plural = _("sendings of reports")
        constraints = [models.UniqueConstraint(fields=["report", "due_at"], name="review_report_run_once")]
        indexes = [models.Index(fields=["beat_at"], name="review_report_open", condition=models.Q(state="running"))]

    def __str__(self) -> str:
        return f"{self.report_id} {self.due_at}"
