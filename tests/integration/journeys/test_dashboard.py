"""The dashboard's numbers against a slow and obvious count, and the number of its statements."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Message, QrCode
from journeys.choices import ApprovalState
from journeys.dashboard.dashboard import Dashboard, dashboard
from journeys.models import Conversion, Enrollment, Journey, JourneyApproval
from profiles.models import Event
from tests.fixtures.graphs import GOAL, graph, leave, send, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World
from tests.integration.journeys.dashboard_rows import conversion, credit, message, sums, trouble
from workspaces.models import ApiKey
from workspaces.notices import Notice

SHANGHAI = ZoneInfo("Asia/Shanghai")
# T0 is Monday, 10:00 in Shanghai; its week began ten hours before.
MONDAY = T0 - 10 * HOUR


def look(world: World, at: datetime = T0) -> Dashboard:
    return dashboard(world.workspace, at)


def told(notices: Any) -> dict[str, Notice]:
    return {notice.kind: notice for notice in notices}


def test_people_inside_are_those_whose_run_has_not_ended(world: World) -> None:
    world.sms()
    bad = "{{ profile.visits | divided_by: profile.none }}"
    nodes = {"sms": send(params={"n": bad}), "long": wait("P30D")}
    stuck = world.journey(graph(nodes, ["start -> sms", "sms -> long"]))
    short = world.journey(graph({"long": wait("P2D"), "end": leave("done")}, ["start -> long", "long -> end"]))
    held = world.journey(graph({"long": wait("P2D")}, ["start -> long"], holdout={"percent": 50}))
    world.enrolled(stuck, *(world.person(phone=f"1380000000{n}", visits=4, none=n % 2) for n in range(4)))
    world.enroll(short, *world.people(3))
    world.enroll(held, *world.people(20))
    for at in (T0, T0 + MINUTE, T0 + HOUR, T0 + 6 * HOUR, T0 + DAY):
        world.tick(at)
    world.enroll(short, *world.people(2), at=T0 + DAY)
    world.tick(T0 + DAY + HOUR)
    world.tick(T0 + 2 * DAY)

    inside = Enrollment.objects.filter(workspace=world.workspace, state__in=["active", "waiting", "failed"])
    failed = Enrollment.objects.filter(workspace=world.workspace, state="failed")
    assert failed.count() == 2
    now = look(world, T0 + 2 * DAY)
    for one in now.journeys:
        assert (one.inside, one.failed) == (
            inside.filter(journey=one.id).count(),
            failed.filter(journey=one.id).count(),
        )
    assert now.totals.inside == inside.count()
    [item] = told(now.wrong)["failed_enrollments"].items
    assert (item.id, item.count) == (str(stuck.pk), 2)


def test_what_was_sent_is_counted_from_local_midnight(world: World) -> None:
    template = world.sms()
    journey = world.journey(graph({"long": wait("P2D")}, ["start -> long"]))
    other = World()
    states = [
        "queued",
        "sending",
        "accepted",
        "delivered",
        "read",
        "clicked",
        "replied",
        "failed",
        "unknown",
        "blocked",
    ]
    for hours in (-11, -10, -1, 0):
        for state in states:
            for owner, test in ((world, False), (world, True), (other, False)):
                message(owner, template, state, T0 + hours * HOUR, journey=journey.pk, test=test)
        message(world, template, "delivered", T0 + hours * HOUR, journey=None)
    message(world, template, "delivered", MONDAY - SECOND, journey=journey.pk)

    expected: defaultdict[str, int] = defaultdict(int)
    for row in Message.objects.filter(workspace=world.workspace, test=False):
        if row.attempted_at is not None and row.attempted_at >= MONDAY:
            expected[row.state] += 1
    left = sum(expected[state] for state in ("sending", "accepted", "delivered", "read", "clicked", "replied"))
    now = look(world)
    assert (now.totals.sent, now.totals.failed, now.totals.unknown) == (left, expected["failed"], expected["unknown"])
    assert left == 3 * 7
    assert [one.sent_today for one in now.journeys] == [left - 3]


def test_conversions_of_the_week_by_day_and_by_journey(world: World) -> None:
    journeys = [world.journey(graph({"long": wait("P90D")}, ["start -> long"], goals=[GOAL])) for _ in range(3)]
    people = world.people(4)
    moments = [
        MONDAY - 7 * DAY,
        MONDAY - 6 * DAY,
        MONDAY - SECOND,
        MONDAY,
        MONDAY + 13 * HOUR,
        MONDAY + DAY,
        MONDAY + 3 * DAY,
    ]
    world.happen(people[0], "bought", MONDAY + HOUR, currency=" usd ")
    dollars = Event.objects.get(profile_id=people[0], name="bought").pk
    for number, journey in enumerate(journeys):
        for at in moments:
            for person in people[: number + 1]:
                conversion(world, journey, person, at, Decimal("10.25") * (number + 1))
        # The same person, the same day: in dollars, and what is no price.
        conversion(world, journey, people[0], MONDAY + HOUR, Decimal(7), dollars)
        conversion(world, journey, people[0], MONDAY + HOUR, Decimal(-5))
    other = World()
    foreign = other.journey(graph({"long": wait("P90D")}, ["start -> long"], goals=[GOAL]))
    conversion(other, foreign, other.person(), MONDAY, Decimal(1))

    now_at = MONDAY + 2 * DAY
    found = look(world, now_at).converted
    rows = [row for row in world.conversions() if MONDAY <= row.occurred_at <= now_at]
    assert sums(rows) == found.total
    assert found.total.value["USD"] == 21
    for day in found.days:
        of_day = [row for row in rows if row.occurred_at.astimezone(SHANGHAI).date() == day.day]
        assert sums(of_day) == day.sum, day.day
    for one in found.journeys:
        of_journey = [row for row in rows if row.journey_id == one.id]
        assert sums(of_journey) == one.sum
    assert [one.id for one in found.journeys] == [journey.pk for journey in reversed(journeys)]
    before = [row for row in world.conversions() if MONDAY - 7 * DAY <= row.occurred_at <= now_at - 7 * DAY]
    assert sums(before) == found.before
    # They stand in no log, and the world is compared with it.
    Conversion.objects.all().delete()


def test_every_kind_of_trouble_is_told_once_and_leads_to_its_cause(world: World) -> None:
    world.sms(state="rejected")
    journey = world.journey(graph({"sms": send()}, ["start -> sms"]))
    trouble(world, journey)
    now = look(world)
    wrong = told(now.wrong)
    assert {kind: notice.count for kind, notice in wrong.items()} == {
        "overdue_tasks": 2,
        "failed_launches": 1,
        "failed_forecasts": 1,
        "sending_stops": 1,
        "alerts": 1,
        "templates": 2,
        "rejected_events": 3,
        "failed_segments": 1,
        "failed_imports": 1,
    }
    assert [item.id for item in wrong["overdue_tasks"].items] == [str(journey.pk)]
    # The one that a live journey sends comes first.
    assert [(item.name, item.count, item.code) for item in wrong["templates"].items] == [
        ("您好", 1, "rejected"),
        ("新的", 0, "pending"),
    ]
    assert [(item.code, item.count) for item in wrong["rejected_events"].items] == [
        ("invalid_name", 2),
        ("no_identity", 1),
    ]
    assert told(look(World()).wrong) == {}


def test_what_runs_out_is_told_before_it_has(world: World) -> None:
    template = world.sms()
    journey = world.journey(graph({"sms": send()}, ["start -> sms"]))
    template.channel = "wechat_subscribe"
    template.save()
    account = template.account
    account.rate = 1
    account.save()
    for number in range(10):
        credit(template, f"o{number}", 1, number)
    for number in range(7):
        credit(template, f"o{number}", -1, 100 + number)
    assert "credits" not in told(look(world).running_out)
    credit(template, "o7", -1, 107)
    for _ in range(600):
        message(world, template, "queued", None)
    assert "queues" not in told(look(world).running_out)
    message(world, template, "queued", None)
    for days in (-1, 1, 7, 8):
        QrCode.objects.create(
            workspace=world.workspace, account=account, scene=f"s{days}", name=f"{days}", expires_at=T0 + days * DAY
        )
        ApiKey.objects.create(
            workspace=world.workspace, name=f"{days}", hash=uuid4().hex, scopes=["read"], expires_at=T0 + 2 * days * DAY
        )
    JourneyApproval.objects.create(
        workspace=world.workspace, journey=journey, revision=journey.revision, asked_at=T0, state=ApprovalState.ASKED
    )
    heavy, near = world.people(2)
    for _ in range(31):
        message(world, template, "delivered", T0, profile=heavy, channel="wecom_customer")
    for _ in range(25):
        message(world, template, "delivered", T0, profile=near, channel="wecom_customer")
    now = told(look(world).running_out)
    assert {kind: notice.count for kind, notice in now.items()} == {
        "approvals": 1,
        "queues": 1,
        "credits": 1,
        "wecom_quota": 2,
        "qr_codes": 2,
        "api_keys": 2,
    }
    assert [(item.name, item.count) for item in now["credits"].items] == [("您好", 2)]
    assert [(item.count, item.code) for item in now["queues"].items] == [(601, "1")]
    assert [(item.code, item.count) for item in now["wecom_quota"].items] == [("reached", 1), ("near", 1)]
    Journey.objects.filter(pk=journey.pk).update(revision=journey.revision + 1)
    assert "approvals" not in told(look(world).running_out)


@pytest.mark.parametrize("many", [1, 12])
def test_the_number_of_statements_does_not_grow(world: World, many: int) -> None:
    world.sms()
    for _ in range(many):
        journey = world.journey(graph({"long": wait("P2D")}, ["start -> long"], goals=[GOAL]))
        conversion(world, journey, world.person(), T0, Decimal(1))
        trouble(world, journey)
    with CaptureQueriesContext(connection) as queries:
        look(world)
    # `store.postgres.query` goes past Django's cursors: there are eleven such statements, whatever there is.
    assert len(queries) <= 16
    # They stand in no log, and the world is compared with it.
    Conversion.objects.all().delete()
