"""UpkeepWorkflow: what is due for tags and computed attributes is done, also where the worker was killed or a nudge lost."""

from uuid import UUID

from django.db import connection

from profiles import tag_definitions, tag_jobs, tags
from profiles.choices import TagAction, TagKind, TagSource
from profiles.computed import catalogue, passes
from profiles.models import Computed, TagAssignment, TagJob
from profiles.segments import create_segment
from tests.fixtures.computing import computed_of, tags_of
from tests.fixtures.lanes import Lanes, in_thread
from tests.fixtures.world import MINUTE, SECOND
from tests.temporal.test_mass_acts import held, worker_process

PEOPLE = 12
SHANGHAI = {"op": "attribute", "key": "city", "value": "上海"}


async def test_the_sweep_finds_what_an_event_marked_and_what_expires(lanes: Lanes) -> None:
    now = await lanes.now()

    def begin() -> UUID:
        person = lanes.world.person()
        catalogue.create(
            lanes.world.workspace, "attribute", "visits", "到访", "", {"kind": "count", "event": "visit"}, now
        )
        lanes.world.happen(person, "visit", now)
        until = now + MINUTE
        tags.assign(lanes.world.workspace, tags.Giving("vip", None, TagSource.MANUAL, "li", until), [person], now)
        return person

    person = await in_thread(begin)
    async with lanes.worker():
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{person}", task_queue="zhitu")
        await lanes.pass_time(25 * SECOND)
        await lanes.until(lambda: computed_of(person) == {"visits": 1})
        assert await in_thread(lambda: tags_of(person)) == {"vip": None}
        await lanes.pass_time(MINUTE)
        await lanes.until(lambda: tags_of(person) == {})
        await sweep.terminate()


async def test_a_job_whose_worker_was_killed_goes_on_and_does_nobody_twice(
    real_lanes: Lanes, forgetful_server: object
) -> None:
    world, now = real_lanes.world, await real_lanes.now()

    def begin() -> tuple[TagJob, list[UUID]]:
        people = [world.person(city="上海") for _ in range(PEOPLE)]
        segment = create_segment(world.workspace, "上海", "", SHANGHAI)
        fields = {"key": "vip", "name": "vip", "kind": TagKind.MANUAL}
        tag = tag_definitions.create(world.workspace, fields, None, "li", now)
        job = tag_jobs.ask(tag, TagAction.ASSIGN, "li", now, segment=segment)
        tag_jobs.advance(world.workspace, now, limit=PEOPLE // 2)
        return job, sorted(people)

    job, people = await in_thread(begin)
    # Somebody else has locked the last person's row: the worker that is killed is in the middle of its batch.
    with held(people[-1], "profiles_profile"):
        with worker_process(forgetful_server.address) as worker:  # type: ignore[attr-defined]  # a TemporalServer
            real_lanes.nudger.upkeep(world.workspace.id)
            await real_lanes.until(is_waiting_for_a_lock)
            worker.kill()
        assert await in_thread(TagAssignment.objects.count) == PEOPLE // 2
    await real_lanes.client.get_workflow_handle("sweep").terminate()
    async with real_lanes.worker():
        await real_lanes.until(lambda: TagJob.objects.get(pk=job.pk).state == "done")
    done = await in_thread(lambda: TagJob.objects.get(pk=job.pk))
    assert (done.done, done.changed) == (PEOPLE, PEOPLE)
    assert await in_thread(TagAssignment.objects.count) == PEOPLE, "nobody was given it twice"


def is_waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


async def test_a_pass_under_way_is_ended_by_whoever_comes_next(lanes: Lanes) -> None:
    world, now = lanes.world, await lanes.now()

    def begin() -> Computed:
        for _ in range(PEOPLE):
            world.happen(world.person(), "visit", now)
        row = catalogue.create(world.workspace, "attribute", "n", "n", "", {"kind": "count", "event": "visit"}, now)
        passes.advance_pass(world.workspace, now, limit=5)
        return row

    row = await in_thread(begin)
    async with lanes.worker():
        lanes.nudger.upkeep(world.workspace.id)
        await lanes.until(lambda: Computed.objects.get(pk=row.pk).computed_at is not None)
    done = await in_thread(lambda: Computed.objects.get(pk=row.pk))
    assert (done.passed, done.with_value) == (PEOPLE, PEOPLE)
