"""Scheduled reports: by real mail through a real mail server, and by signed calls to a real HTTP server."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import orjson
import pytest

from channels_app.models import ChannelAccount
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from channels_app.webhooks.signing import signing_keys, verified
from journeys.models import Journey, ReviewReport, ReviewReportRun
from journeys.review.worth.refreshing import refresh_worth
from journeys.review.worth.reports import SILENCE, advance_report, overdue, plan
from journeys.temporal import files
from tests.fixtures import graphs
from tests.fixtures.http_server import Server, http_server
from tests.fixtures.world import DAY, HOUR, T0, World
from tests.integration.channels_app.fixtures import simulator, simulator_url
from tests.integration.channels_app.mailing import box, make_email_account, set_up
from tests.integration.journeys.review.worth_rows import began_at, message, run_of

__all__ = ["simulator", "simulator_url"]

pytestmark = pytest.mark.django_db

# Nine in the morning of the next day in Shanghai.
DUE = T0 + 23 * HOUR


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def journey(world: World) -> Journey:
    template = world.sms()
    journey = began_at(world.journey(graphs.graph({"hi": graphs.send()}, ["start -> hi"], goals=[graphs.GOAL])))
    Journey.objects.filter(pk=journey.pk).update(name="新客 ${name} & 你好")
    message(template, journey, run_of(world, journey, world.person()), T0 + HOUR, "clicked")
    refresh_worth(journey.pk, T0 + 2 * HOUR)
    return journey


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    with http_server() as server:
        yield server


def make_report(world: World, **fields: Any) -> ReviewReport:
    wanted = {"name": "日报", "every": "day", "time": time(9), "days": 7}
    report = ReviewReport(workspace=world.workspace, **{**wanted, **fields})
    plan(report, T0)
    report.save()
    return report


def serve(report: ReviewReport, now: datetime) -> ReviewReportRun:
    while advance_report(report.pk, now):
        pass
    return ReviewReportRun.objects.filter(report=report).latest("due_at")


def states(run: ReviewReportRun) -> list[tuple[str, str, int]]:
    return [(one["state"], one["reason"], one["tries"]) for one in run.receivers]


@pytest.fixture(autouse=True)
def _no_connection_is_left() -> Iterator[None]:
    yield
    open_providers.close_all()


def email_account(world: World, simulator: SimulatorClient) -> ChannelAccount:
    account = make_email_account(set_up(simulator), name="邮件")
    account.workspace = world.workspace
    account.save()
    return account


def test_a_mail_has_the_sentences_and_leaves_when_it_is_due(
    world: World, journey: Journey, simulator: SimulatorClient
) -> None:
    account = email_account(world, simulator)
    report = make_report(world, account=account, emails=["boss@example.com", "li@example.com"])
    assert report.next_at == DUE
    assert overdue(DUE - HOUR) == []
    assert not advance_report(report.pk, DUE - HOUR)
    assert overdue(DUE) == [report.pk]

    run = serve(report, DUE)

    assert (run.state, states(run)) == ("done", [("done", "", 1), ("done", "", 1)])
    (mail,) = box(simulator, "boss@example.com")
    assert mail["subject"] == "复盘报告：日报（2026-02-24 至 2026-03-02）"
    assert "新客 ${name} & 你好" in mail["text"]
    for sentence in run.body["journeys"][0]["sentences"]:
        assert f"- {sentence['zh']}" in mail["text"]
    assert len(box(simulator, "li@example.com")) == 1
    report.refresh_from_db()
    assert report.next_at == DUE + DAY
    assert overdue(DUE + HOUR) == []


def test_an_address_that_is_refused_does_not_stop_the_others(
    world: World, journey: Journey, simulator: SimulatorClient
) -> None:
    report = make_report(
        world, account=email_account(world, simulator), emails=["nobody@example.com", "li@example.com"]
    )
    run = serve(report, DUE)
    assert run.state == "failed"
    assert [one["state"] for one in run.receivers] == ["failed", "done"]
    assert len(box(simulator, "li@example.com")) == 1


def test_a_call_is_signed_and_repeated_under_its_id(world: World, journey: Journey, server: Server) -> None:
    server.answer = lambda handler, asked: handler.reply(503 if len(server.asked) == 1 else 200)
    report = make_report(world, url=f"{server.url}/hook", language="en")
    run = serve(report, DUE)
    assert (run.state, states(run)) == ("running", [("retry", "status_503", 1)])
    assert run.not_before == DUE + timedelta(seconds=10)
    assert overdue(DUE + timedelta(seconds=5)) == []
    later = DUE + SILENCE + timedelta(seconds=1)
    assert overdue(later) == [report.pk]

    run = serve(report, later)

    assert (run.state, states(run)) == ("done", [("done", "", 2)])
    keys = signing_keys(world.workspace.pk, DUE)
    first, second = server.asked
    assert verified(keys, first.headers, first.body, DUE) == verified(keys, second.headers, second.body, later)
    body = orjson.loads(second.body)
    assert body["journeys"][0]["id"] == str(journey.pk)
    assert body["journeys"][0]["sentences"][0]["figure"]["sent"] == 1


def test_a_mail_whose_fate_nobody_knows_is_not_sent_again(
    world: World, journey: Journey, simulator: SimulatorClient
) -> None:
    report = make_report(world, account=email_account(world, simulator), emails=["boss@example.com"])
    advance_report(report.pk, DUE)
    run = ReviewReportRun.objects.get(report=report)
    # As a worker leaves it that is killed while the server thinks.
    run.receivers[0] |= {"state": "sending"}
    run.state, run.finished_at = "running", None
    run.save()
    assert not advance_report(report.pk, DUE + timedelta(seconds=1)), "another worker may be at it"

    run = serve(report, DUE + SILENCE)

    assert (run.state, states(run)) == ("failed", [("unknown", "cut_off", 1)])
    assert len(box(simulator, "boss@example.com")) == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_that_were_missed_the_last_is_sent_by_the_worker(
    world: World, journey: Journey, server: Server
) -> None:
    server.answer = lambda handler, asked: handler.reply(200)
    report = make_report(world, url=f"{server.url}/hook")
    more = files._turn(files.FileJobRequest(files.FileJob("report", str(report.pk)), DUE + 5 * DAY + HOUR))
    assert not more
    report.refresh_from_db()
    assert len(server.asked) == 1
    assert report.next_at == DUE + 6 * DAY
