"""Members of staff: found by rule, told of their task at enterprise WeChat, and closing it on their phone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from channels_app import dispatch
from channels_app.choices import Channel
from channels_app.models import Message, Staff
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from journeys.models import StaffTask
from journeys.runtime import task_links, task_staff, tasks
from journeys.runtime.publish import InvalidGraph
from tests.fixtures.graphs import graph, leave
from tests.fixtures.world import Run, World
from tests.integration.channels_app.fixtures import simulator, simulator_url
from tests.integration.channels_app.wecom_corp import SimulatedCorp

__all__ = ["simulator", "simulator_url"]

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
ENDS = {name: leave(name) for name in ("done", "overdue", "failed")}
EDGES = ["start -> call", *(f"call.{name} -> {name}" for name in ENDS)]


def journey(world: World, assignee: Any, **config: Any) -> Any:
    wanted = {"assignee": assignee, "content": "请联系{{ profile.name }}，送<b>券</b>", "due": "P2D", "remind": "PT4H"}
    return world.journey(graph({"call": ("task", {**wanted, **config}), **ENDS}, EDGES))


@pytest.fixture
def corp(world: World, simulator_url: str, simulator: SimulatorClient) -> Iterator[SimulatedCorp]:
    corp = SimulatedCorp(simulator, simulator_url, channel=Channel.WECOM_APP, workspace=world.workspace)
    yield corp
    open_providers.close_all()


def task_of(run: Run) -> StaffTask:
    return StaffTask.objects.get(enrollment_id=run.id)


def started(world: World, assignee: Any, *people: UUID, **config: Any) -> list[StaffTask]:
    now = timezone.now()
    runs = world.enrolled(journey(world, assignee, **config), *people, at=now)
    world.tick(now)
    return [task_of(run) for run in runs]


def test_the_customers_owner_gets_the_task(world: World) -> None:
    mine, nobodys = started(
        world, {"by": "owner", "else": "boss"}, world.person(wecom_owner="zhangsan"), world.person()
    )
    assert (mine.assigned_to, nobodys.assigned_to) == ("zhangsan", "boss")


def test_another_attribute_may_name_the_member(world: World) -> None:
    (task,) = started(world, {"by": "attribute", "key": "guide"}, world.person(guide="LiSi"))
    assert task.assigned_to == "LiSi"


def test_members_take_turns_also_in_the_next_tick(world: World) -> None:
    now, one = timezone.now(), journey(world, {"by": "rotation", "staff": ["a", "b", "c"]})
    runs = []
    for _ in range(2):
        runs += world.enrolled(one, world.person(), world.person(), at=now)
        world.tick(now)
    assert sorted(task_of(run).assigned_to for run in runs) == ["a", "a", "b", "c"]


@pytest.mark.parametrize(
    "assignee", [{"by": "moon"}, {"by": "rotation"}, {"by": "rotation", "staff": [1]}, {"by": "attribute"}]
)
def test_a_rule_that_finds_nobody_cannot_be_published(world: World, assignee: Any) -> None:
    with pytest.raises(InvalidGraph) as error:
        journey(world, assignee)
    assert "task_assignee_unknown" in [issue.code for issue in error.value.issues]


def test_without_enterprise_wechat_the_task_is_there_and_nobody_is_told(world: World) -> None:
    started(world, "zhangsan", world.person())
    assert not Message.objects.exists()


def test_a_task_done_on_the_phone_moves_the_journey_on(world: World, corp: SimulatedCorp) -> None:
    (task,) = started(world, {"by": "owner"}, world.person(name="李小明", wecom_owner="zhangsan"))
    dispatch.drain(corp.account.pk, timezone.now())
    (shown,) = corp.screen["app_messages"]
    assert shown["userid"] == "zhangsan"
    assert "李**" in shown["text"]
    path = urlsplit(shown["url"]).path
    page = Client().get(path, headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "李**" in text
    assert "&lt;b&gt;券" in text
    task.refresh_from_db()
    assert task.seen_at is not None
    done = Client(enforce_csrf_checks=True).post(path, {"act": "done", "note": "已联系"})
    assert done.status_code == 200
    assert 'data-state="done"' in done.content.decode()
    task.refresh_from_db()
    assert (task.state, task.note, task.closed_by_staff) == ("done", "已联系", "zhangsan")
    world.tick(timezone.now())
    assert Run(task.enrollment_id).node == "done"
    again = Client().post(path, {"act": "failed"})
    assert (again.status_code, 'data-problem="wrong_state"' in again.content.decode()) == (409, True)


def test_the_page_speaks_english_to_an_english_phone(world: World, corp: SimulatedCorp) -> None:
    (task,) = started(world, "zhangsan", world.person(name="Ann"), materials=["https://example.com/a", "话术"])
    path = urlsplit(task_links.link_of(task)).path
    text = Client().get(path, headers={"accept-language": "en"}).content.decode()
    assert "What to do" in text
    assert '<a href="https://example.com/a"' in text
    assert "客户任务" in Client().get(f"{path}?lang=zh", headers={"accept-language": "en"}).content.decode()


def test_a_member_is_reminded_once_before_the_task_is_due(world: World, corp: SimulatedCorp) -> None:
    (task,) = started(world, "zhangsan", world.person())
    early, late = task.due_at - 5 * HOUR, task.due_at - 3 * HOUR
    assert task_staff.remind_due(early) == 0
    assert task_staff.remind_due(late) == 1
    assert task_staff.remind_due(late) == 0
    assert [m.params["title"] for m in Message.objects.order_by("id")] == ["新任务", "任务提醒"]


def test_a_closed_task_is_not_reminded(world: World, corp: SimulatedCorp) -> None:
    (task,) = started(world, "zhangsan", world.person())
    tasks.close(task, "done", "", None, timezone.now())
    assert task_staff.remind_due(task.due_at - HOUR) == 0


def test_a_colleague_takes_over_and_the_old_link_ends(world: World, corp: SimulatedCorp) -> None:
    for userid in ("zhangsan", "LiSi"):
        Staff.objects.create(
            workspace=world.workspace, account=corp.account, userid=userid, name=userid, synced_at=timezone.now()
        )
    (task,) = started(world, "zhangsan", world.person())
    path = urlsplit(task_links.link_of(task)).path
    refused = Client().post(path, {"act": "reassign", "to": "nobody"})
    assert 'data-problem="unknown_staff"' in refused.content.decode()
    assert 'value="LiSi"' in Client().get(path).content.decode()
    handed = Client().post(path, {"act": "reassign", "to": "LiSi"})
    assert 'data-problem="handed_over"' in handed.content.decode()
    assert Client().get(path).status_code == 410
    assert Client().post(path, {"act": "done"}).status_code == 410
    task.refresh_from_db()
    assert (task.assigned_to, task.state) == ("LiSi", "open")
    assert Client().get(urlsplit(task_links.link_of(task)).path).status_code == 200
    dispatch.drain(corp.account.pk, timezone.now())
    assert sorted(row["userid"] for row in corp.screen["app_messages"]) == ["LiSi", "zhangsan"]


def test_a_link_that_is_forged_or_old_opens_nothing(world: World, corp: SimulatedCorp) -> None:
    (task,) = started(world, "zhangsan", world.person())
    path = urlsplit(task_links.link_of(task)).path
    forged = Client().get(f"{path[:-3]}xx/")
    assert (forged.status_code, 'data-problem="invalid_link"' in forged.content.decode()) == (404, True)
    StaffTask.objects.filter(pk=task.pk).update(due_at=timezone.now() - 4 * 24 * HOUR)
    task.refresh_from_db()
    old = Client().get(urlsplit(task_links.link_of(task)).path)
    assert (old.status_code, 'data-problem="link_expired"' in old.content.decode()) == (410, True)


def test_the_page_lets_no_referrer_and_no_script_out(world: World, corp: SimulatedCorp) -> None:
    (task,) = started(world, "zhangsan", world.person())
    page = Client().get(urlsplit(task_links.link_of(task)).path)
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Content-Security-Policy"].startswith("default-src 'none'")
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "shown"), [("李", "李*"), ("李四", "李*"), ("欧阳小明", "欧**"), ("", "—"), (None, "—"), (7, "—")]
)
def test_names_are_masked(name: object, shown: str) -> None:
    assert task_staff.masked(name) == shown
