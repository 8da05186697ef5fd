"""MassActWorkflow: an act whose worker was killed goes on where it was, with nobody left out and nobody done twice."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import connection, transaction

from journeys.models import EnrollmentEvent, Journey, MassAct
from journeys.runtime import leaving, publish
from journeys.runtime.leaving import Filters
from journeys.temporal.mass_acts import workflow_id
from tests.fixtures.graphs import graph, wait
from tests.fixtures.lanes import Lanes, in_thread
from tests.fixtures.world import DAY, SECOND, World

ROOT = Path(__file__).parents[2]
PEOPLE = 30
REST = graph({"rest": wait("P9D")}, ["start -> rest"])


def waiting(world: World, at: datetime) -> Journey:
    journey = world.journey(REST, at)
    world.enrolled(journey, *world.people(PEOPLE), at=at)
    world.tick(at)
    return journey


@contextmanager
def held(enrollment: UUID, table: str = "journeys_enrollment") -> Iterator[None]:
    """Somebody else has locked this person's row, and nobody can deal with them meanwhile."""
    locked, free = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"select id from {table} where id = %s for update", [enrollment])
                locked.set()
                assert free.wait(60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(hold)
        try:
            assert locked.wait(30)
            yield
        finally:
            free.set()
            future.result(30)


@contextmanager
def worker_process(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own, which can be killed."""
    # The test's database has a name of its own.
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": url, "TEMPORAL_ADDRESS": address, "WORKER_PROCESSES": "1"}
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_an_act_whose_worker_was_killed_half_way_goes_on_with_the_others(
    real_lanes: Lanes, forgetful_server: object
) -> None:
    world = real_lanes.world
    now = await real_lanes.now()
    journey = await in_thread(lambda: waiting(world, now))

    def ask() -> MassAct:
        publish.pause(journey, now=now)
        act = publish.ask_resume(journey, "shift", None, now + 2 * DAY)
        assert act is not None
        return act

    act = await in_thread(ask)
    last = (await in_thread(lambda: world.runs(journey)))[-1].id
    with held(last):
        with worker_process(forgetful_server.address) as worker:  # type: ignore[attr-defined]  # a TemporalServer
            real_lanes.nudger.act(act.pk)
            await real_lanes.until(lambda: MassAct.objects.get(pk=act.pk).done == PEOPLE - 1)
            worker.kill()
        assert await in_thread(lambda: Journey.objects.get(pk=journey.pk).state) == "paused"
    await real_lanes.client.get_workflow_handle("sweep").terminate()
    async with real_lanes.worker():
        await real_lanes.until(lambda: MassAct.objects.get(pk=act.pk).state == "done")
        await real_lanes.client.get_workflow_handle(workflow_id(act.pk)).result()
    runs = await in_thread(lambda: world.runs(journey))
    assert await in_thread(lambda: {run.due_at for run in runs}) == {now + 11 * DAY}
    assert await in_thread(lambda: Journey.objects.get(pk=journey.pk).state) == "live"
    done = await in_thread(lambda: MassAct.objects.get(pk=act.pk))
    assert (done.done, done.changed, done.result) == (PEOPLE, PEOPLE, {"shifted": PEOPLE})
    assert await in_thread(lambda: times_of("resumed")) == [1] * PEOPLE


def times_of(kind: str) -> list[int]:
    """How often it happened to each person to whom it did."""
    return list(Counter(EnrollmentEvent.objects.filter(kind=kind).values_list("enrollment_id", flat=True)).values())


@pytest.mark.parametrize("cut_off", [False, True])
async def test_the_sweep_has_an_act_done_whose_nudge_was_lost(lanes: Lanes, cut_off: bool) -> None:
    """Or one that a web server began in a request, and did not end."""
    now = await lanes.now()

    def ask() -> MassAct:
        journey = waiting(lanes.world, now)
        act = leaving.ask_exit(journey, Filters(), now, None)
        if cut_off:
            MassAct.objects.filter(pk=act.pk).update(state="running", started_at=now)
        return act

    act = await in_thread(ask)
    async with lanes.worker():
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{act.pk}", task_queue="zhitu")
        await lanes.pass_time(25 * SECOND)
        await lanes.until(lambda: MassAct.objects.get(pk=act.pk).state == "done")
        await sweep.terminate()
        # While there is a worker that ends it.
        await lanes.client.get_workflow_handle(workflow_id(act.pk)).result()
    assert await in_thread(lambda: times_of("exited")) == [1] * PEOPLE
