"""Staff tasks and the members they are for: found by rule, told at enterprise WeChat, reminded, replaced."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from channels_app.choices import Channel, MessageState, TemplateState
from channels_app.models import ChannelAccount, Message, Staff, Template
from journeys.choices import TaskState
from journeys.engine.nodes.assignee import read_assignee
from journeys.models import StaffTask
from journeys.runtime import nudges, task_links
from profiles.models import Profile
from workspaces.errors import DomainError
from workspaces.models import Workspace

PROVIDER = "wecom.corp"
TEMPLATE_KEY = "staff-task"
PURPOSE = "service"
# A text card's description has 512 bytes, a Chinese character three.
LONGEST_CONTENT = 100
PRIORITY = 80
MOST_REMINDED = 500
TITLES = {
    "new": {"zh": "新任务", "en": "New task"},
    "remind": {"zh": "任务提醒", "en": "Task reminder"},
    "reassign": {"zh": "转交给您的任务", "en": "Task handed to you"},
}
BODY = {"zh": "客户：${customer}\n${content}\n截止：${due}", "en": "Customer: ${customer}\n${content}\nDue: ${due}"}
BUTTON = {"zh": "处理任务", "en": "Open"}


def assign(tasks: Sequence[StaffTask]) -> None:
    """Find the member for each new task, before the tasks are stored."""
    people = dict(Profile.objects.filter(pk__in={t.profile_id for t in tasks}).values_list("pk", "attributes"))
    turns: dict[tuple[UUID, str], int] = {}
    for task in tasks:
        try:
            rule = read_assignee(task.assignee)
        except ValueError:
            # Published before rules were checked: the task is there, and nobody is told of it.
            continue
        place = task.journey_id, task.node
        if rule.staff and place not in turns:
            turns[place] = StaffTask.objects.filter(journey_id=task.journey_id, node=task.node).count()
        task.assigned_to = rule.find(people.get(task.profile_id) or {}, turns.get(place, 0))[:64]
        turns[place] = turns.get(place, 0) + 1


def tell(tasks: Sequence[StaffTask], why: str, now: datetime) -> None:
    """Write to the members at enterprise WeChat. `why` is new, remind or reassign.

    A workspace without an app of enterprise WeChat tells nobody; its tasks are in the console and the API.
    """
    told = [task for task in tasks if task.assigned_to]
    if not told:
        return
    people = dict(Profile.objects.filter(pk__in={t.profile_id for t in told}).values_list("pk", "attributes"))
    for workspace_id in {task.workspace_id for task in told}:
        account = account_of(workspace_id)
        if account is None:
            continue
        template = _template(account)
        zone = ZoneInfo(Workspace.objects.get(pk=workspace_id).timezone)
        messages = [
            _message(account, template, task, why, people.get(task.profile_id) or {}, zone, now)
            for task in told
            if task.workspace_id == workspace_id
        ]
        Message.objects.bulk_create(messages)
        nudges.accounts_after_commit({account.pk})


def account_of(workspace_id: UUID) -> ChannelAccount | None:
    """The workspace's app at enterprise WeChat; one that was made for app messages goes first."""
    accounts = ChannelAccount.objects.filter(workspace=workspace_id, provider=PROVIDER, enabled=True).order_by("pk")
    return min(accounts, key=lambda account: account.channel != Channel.WECOM_APP, default=None)


def _language(account: ChannelAccount) -> str:
    return "en" if account.settings.get("language") == "en" else "zh"


def _template(account: ChannelAccount) -> Template:
    language = _language(account)
    card = {"title": "${title}", "url": "${link}", "btntxt": BUTTON[language]}
    template, _ = Template.objects.get_or_create(
        workspace_id=account.workspace_id,
        key=f"{TEMPLATE_KEY}-{account.key}"[:50],
        defaults={
            "account": account,
            "name": TITLES["new"][language],
            "channel": Channel.WECOM_APP,
            "provider_code": TEMPLATE_KEY,
            "body": BODY[language],
            "purpose": PURPOSE,
            "state": TemplateState.APPROVED,
            "settings": {"msgtype": "textcard", "textcard": card},
        },
    )
    return template


def _message(
    account: ChannelAccount,
    template: Template,
    task: StaffTask,
    why: str,
    attributes: dict[str, object],
    zone: ZoneInfo,
    now: datetime,
) -> Message:
    content = task.content.strip()
    shown = content if len(content) <= LONGEST_CONTENT else f"{content[: LONGEST_CONTENT - 1]}…"
    params = {
        "title": TITLES[why][_language(account)],
        "customer": masked(attributes.get("name") or attributes.get("wecom_name")),
        "content": shown or "—",
        "due": task.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "link": task_links.link_of(task),
    }
    return Message(
        workspace_id=task.workspace_id,
        account=account,
        template=template,
        # Of the member, not of the customer: limits of messages to a person are the member's.
        profile_id=uuid5(account.pk, task.assigned_to),
        node=task.node,
        channel=Channel.WECOM_APP,
        purpose=PURPOSE,
        address=task.assigned_to,
        params=params,
        policy={"zone": str(zone), "on_blocked": "continue", "quiet_hours": None},
        priority=PRIORITY,
        state=MessageState.QUEUED,
        not_before=now,
        expires_at=task.due_at,
        requested_at=now,
        updated_at=now,
    )


def masked(name: object) -> str:
    """Show of a name what a colleague needs to recognise it: 李*, 欧阳* for more than two characters the first."""
    text = name.strip() if isinstance(name, str) else ""
    return f"{text[0]}{'*' * min(len(text) - 1, 2) or '*'}" if text else "—"


def remind_due(now: datetime) -> int:
    """Remind the members of open tasks whose time to be reminded has come; return how many tasks."""
    with transaction.atomic():
        due = list(
            StaffTask.objects.select_for_update(skip_locked=True)
            .filter(state=TaskState.OPEN, reminded_at=None, remind_at__lte=now)
            .order_by("remind_at")[:MOST_REMINDED]
        )
        StaffTask.objects.filter(pk__in=[task.pk for task in due]).update(reminded_at=now)
        tell([task for task in due if task.due_at > now], "remind", now)
    return len(due)


def reassign(task: StaffTask, userid: str, now: datetime) -> None:
    """Hand an open task to another member; the link of the member before ends.

    Raises DomainError: `wrong_state` for a closed task, `unknown_staff` for somebody whom the corporation does not have.
    """
    account = account_of(task.workspace_id)
    staff = Staff.objects.filter(account=account, active=True) if account else Staff.objects.none()
    if staff.exists() and not staff.filter(userid=userid).exists():
        raise DomainError("unknown_staff", "The corporation has no such member.", "assignee")
    with transaction.atomic():
        changed = StaffTask.objects.filter(pk=task.pk, state=TaskState.OPEN).update(assigned_to=userid, seen_at=None)
        task.refresh_from_db()
        if not changed:
            raise DomainError("wrong_state", f"The task is closed: it is {task.state}.", status=409)
        tell([task], "reassign", now)
