"""One staff task on a phone: read, done or failed with a note, or handed to a colleague."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from channels_app.models import Staff
from journeys.choices import TaskState
from journeys.models import StaffTask
from journeys.runtime import task_links, task_staff, tasks
from journeys.web.texts import texts_for
from profiles.models import Profile
from workspaces.errors import DomainError

MOST_NOTE = 2000
MOST_COLLEAGUES = 200


# The signed link is the only credential, and no cookie is read: there is nothing that another site could borrow.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
class TaskPage(View):
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            task = _task(token)
        except DomainError as error:
            return _page(request, {"problem": error.code}, error.status)
        if task.seen_at is None:
            task.seen_at = timezone.now()
            task.save(update_fields=["seen_at"])
        return _page(request, _shown(task))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            task = _task(token)
            self._act(task, request.POST.get("act", ""), request)
        except DomainError as error:
            return _page(request, {"problem": error.code}, error.status)
        return _page(request, _shown(task))

    @staticmethod
    def _act(task: StaffTask, act: str, request: HttpRequest) -> None:
        now, note = timezone.now(), request.POST.get("note", "").replace("\0", "").strip()[:MOST_NOTE]
        if act in ("done", "failed"):
            tasks.close(task, "done" if act == "done" else "failed", note, None, now, userid=task.assigned_to)
        elif act == "reassign":
            task_staff.reassign(task, request.POST.get("to", "").replace("\0", "")[:64], now)
            raise DomainError("handed_over", "The task is somebody else's now.", status=200)
        else:
            raise DomainError("unknown_act", "There is no such act.", status=400)


def _task(token: str) -> StaffTask:
    """Return the task of a link. Raises DomainError."""
    opened = task_links.read(token, timezone.now())
    task = StaffTask.objects.select_related("workspace").filter(pk=opened.task).first()
    if task is None:
        raise DomainError("invalid_link", "There is no such task.", status=404)
    if task.assigned_to != opened.userid:
        raise DomainError("handed_over", "The task is somebody else's now.", status=410)
    return task


def _shown(task: StaffTask) -> dict[str, Any]:
    profile = Profile.objects.filter(pk=task.profile_id).first()
    attributes = profile.attributes if profile else {}
    account = task_staff.account_of(task.workspace_id)
    colleagues = Staff.objects.none()
    if account is not None:
        colleagues = Staff.objects.filter(account=account, active=True).exclude(userid=task.assigned_to)
    return {
        "task": task,
        "open": task.state == TaskState.OPEN,
        "customer": task_staff.masked(attributes.get("name") or attributes.get("wecom_name")),
        "due": task.due_at.astimezone(ZoneInfo(task.workspace.timezone)).strftime("%Y-%m-%d %H:%M"),
        "materials": [
            {"text": text, "link": text if text.startswith(("https://", "http://")) else ""} for text in task.materials
        ],
        "colleagues": colleagues[:MOST_COLLEAGUES],
    }


def _page(request: HttpRequest, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    language, texts = texts_for(request)
    problem = texts["problems"].get(shown.get("problem", ""), texts["problems"]["other"])
    state = texts["states"].get(shown["task"].state, "") if "task" in shown else ""
    context = {**shown, "t": texts, "language": language, "problem_text": problem, "state_text": state}
    response = render(request, "journeys/task.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
    )
    return response
