"""The life of scheduled reports: due, written, sent to each receiver, done.

What is sent is stored before anything leaves, and so is each try. A mail whose answer was lost is not sent again; a call
is, under the same id.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from journeys.choices import ReportRunState
from journeys.models import ReviewReport, ReviewReportRun
from journeys.review.worth.report_sending import Sent, send
from journeys.review.worth.report_text import body_of
from journeys.review.worth.report_times import next_time

# Longer than any server is given to answer.
SILENCE: Final = timedelta(minutes=2)
OPEN: Final = ("waiting", "retry")


def plan(report: ReviewReport, now: datetime) -> None:
    """Set when it is sent next (unsaved); a report that is switched off is never due."""
    zone = report.workspace.timezone
    report.next_at = next_time(report.every, report.on_day, report.time, zone, now) if report.enabled else None


def overdue(now: datetime) -> Sequence[UUID]:
    """Reports that are due, or whose sending nobody is at."""
    due = ReviewReport.objects.filter(next_at__lte=now).values_list("pk", flat=True)
    silent = ReviewReportRun.objects.filter(state=ReportRunState.RUNNING, beat_at__lt=now - SILENCE)
    silent = silent.filter(Q(not_before=None) | Q(not_before__lte=now))
    return sorted({*due, *silent.values_list("report_id", flat=True)})


def send_now(report: ReviewReport, now: datetime) -> ReviewReportRun:
    """Begin a sending besides the schedule."""
    return _begin(report, now, now)


def advance_report(report_id: UUID, now: datetime) -> bool:
    """Do the next thing for a report: begin a sending, write it, or serve one receiver. Tells whether there is more."""
    with transaction.atomic():
        found = ReviewReport.objects.select_for_update(of=("self",)).select_related("workspace", "account")
        report = found.filter(pk=report_id).first()
        if report is None:
            return False
        if report.next_at is not None and report.next_at <= now:
            # Of several that were missed only the last is sent: its days are the newest.
            _begin(report, report.next_at, now)
            plan(report, now)
            report.save(update_fields=["next_at"])
        run = _open_run(report, now)
        if run is None:
            return False
        if not run.body:
            run.body, run.beat_at = body_of(report, run.due_at), now
            run.save(update_fields=["body", "beat_at"])
        if _is_busy(run, now):
            return False
        number = _next_receiver(run)
        if number is None:
            _end(run, now)
            return _open_run(report, now) is not None
        receiver = run.receivers[number]
        receiver["state"], receiver["tries"] = "sending", receiver["tries"] + 1
        run.beat_at, run.not_before = now, None
        run.save(update_fields=["receivers", "beat_at", "not_before"])
    # Nobody waits for the row while somebody else's server thinks.
    sent = send(report, run, receiver, now)
    _settle(run.pk, number, sent, now)
    return True


def _begin(report: ReviewReport, due_at: datetime, now: datetime) -> ReviewReportRun:
    receivers = [{"kind": "email", "to": one} for one in report.emails]
    receivers += [{"kind": "webhook", "to": report.url}] if report.url else []
    return ReviewReportRun.objects.get_or_create(
        report=report,
        due_at=due_at,
        defaults={
            "workspace": report.workspace,
            "beat_at": now,
            "receivers": [{**one, "state": "waiting", "tries": 0, "reason": ""} for one in receivers],
        },
    )[0]


def _open_run(report: ReviewReport, now: datetime) -> ReviewReportRun | None:
    runs = ReviewReportRun.objects.select_for_update().filter(report=report, state=ReportRunState.RUNNING)
    runs = runs.filter(Q(not_before=None) | Q(not_before__lte=now))
    return runs.order_by("due_at").first()


def _is_busy(run: ReviewReportRun, now: datetime) -> bool:
    """Whether another worker waits for a receiver's answer."""
    return run.beat_at > now - SILENCE and any(receiver["state"] == "sending" for receiver in run.receivers)


def _next_receiver(run: ReviewReportRun) -> int | None:
    """Who is served next. Whoever was being served when a worker died: a call is made again, a mail is not."""
    for receiver in run.receivers:
        if receiver["state"] == "sending":
            receiver["state"] = "retry" if receiver["kind"] == "webhook" else "unknown"
            receiver["reason"] = "cut_off"
    states: list[Any] = [receiver["state"] for receiver in run.receivers]
    # Those who have had no try come first.
    for state in OPEN:
        if state in states:
            return states.index(state)
    return None


def _settle(run_id: UUID, number: int, sent: Sent, now: datetime) -> None:
    with transaction.atomic():
        run = ReviewReportRun.objects.select_for_update().get(pk=run_id)
        run.receivers[number] |= {"state": sent.state, "reason": sent.reason}
        run.beat_at = now
        states = [receiver["state"] for receiver in run.receivers]
        if "waiting" not in states and "retry" in states:
            run.not_before = now + (sent.again_after or SILENCE)
        run.save(update_fields=["receivers", "beat_at", "not_before"])


def _end(run: ReviewReportRun, now: datetime) -> None:
    failed = any(receiver["state"] != "done" for receiver in run.receivers)
    run.state = ReportRunState.FAILED if failed else ReportRunState.DONE
    run.finished_at, run.beat_at = now, now
    run.save(update_fields=["receivers", "state", "finished_at", "beat_at"])
