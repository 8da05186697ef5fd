"""What the workflows of work beside the lanes have just done replays; test_histories.py says how it is recorded."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from channels_app import temporal as dispatch
from channels_app.models import Message
from journeys.forecast import jobs
from journeys.models import Counterfactual, CounterfactualRun
from journeys.review.counterfactual import jobs as counterfactuals
from journeys.temporal.counterfactual import fail_counterfactual, run_counterfactual
from journeys.temporal.counterfactual import workflow_id as counterfactual_id
from journeys.temporal.files import FILE_WORKFLOW, FileJob, make_files_worker
from journeys.temporal.files import workflow_id as file_id
from journeys.temporal.forecast import make_forecast_worker, workflow_id
from journeys.temporal.matching import fail_search, search_matches
from journeys.temporal.matching import workflow_id as matching_id
from journeys.temporal.messages import NUDGE, TASK_QUEUE
from journeys.temporal.privacy import ERASURE, PRIVACY_WORKFLOW, PrivacyRef
from journeys.temporal.privacy import workflow_id as privacy_id
from journeys.temporal.upkeep import UPKEEP_WORKFLOW
from journeys.temporal.upkeep import workflow_id as upkeep_id
from journeys.temporal.worker import GRACE
from profiles.computed import catalogue
from profiles.imports import jobs as imports
from profiles.imports.preparing import upload
from profiles.merging import matching
from profiles.models import Computed, Erasure, Import, Profile
from profiles.privacy import erasure
from tests.fixtures.graphs import graph, leave, wait, webhook
from tests.fixtures.http_server import http_server
from tests.fixtures.imports import csv_file, suggested
from tests.fixtures.lanes import Lanes, in_thread, poll
from tests.fixtures.world import Run
from tests.temporal.replaying import checked


async def test_a_job_of_a_file_replays_what_it_did(lanes: Lanes, tmp_path: Path, settings: Any) -> None:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "files": files}
    now = await lanes.now()

    def ask() -> Import:
        job = upload(lanes.world.workspace, "people", "a.csv", csv_file([["会员号"], ["m1"], ["m2"]]), None, now)
        return imports.start(job, suggested(job), now, dry=False)

    job = await in_thread(ask)
    async with lanes.worker(nudging=False), make_files_worker(lanes.client, GRACE):
        handle = await lanes.client.start_workflow(
            FILE_WORKFLOW,
            FileJob("import", str(job.pk)),
            id=file_id("import", job.pk),
            task_queue=TASK_QUEUE,
            start_signal=NUDGE,
        )
        await handle.result()
    await checked(handle, "file-1")
    assert await in_thread(lambda: Import.objects.get(pk=job.pk).created) == 2


async def test_dispatch_replays_what_it_did(lanes: Lanes) -> None:
    """A message that is not due yet, the sleep until it is, and its block for want of an approved template."""
    template = await in_thread(lambda: lanes.world.sms(state="pending"))

    at = await lanes.now()

    def queue() -> None:
        Message.objects.create(
            workspace=lanes.world.workspace,
            account_id=template.account_id,
            template=template,
            profile_id=uuid4(),
            channel="sms",
            purpose="service",
            address="+8613800000000",
            not_before=at + timedelta(seconds=2),
            requested_at=at,
            updated_at=at,
        )

    await in_thread(queue)
    async with lanes.worker(nudging=False):
        handle = await dispatch.nudge_dispatch(lanes.client, TASK_QUEUE, template.account_id)
        await handle.result()
    await checked(handle, "dispatch-1")
    assert [message.state for message in await in_thread(lanes.world.messages)] == ["blocked"]


async def test_webhooks_replay_what_they_did(lanes: Lanes, settings: Any) -> None:
    """A call that its server refuses for now, the sleep until the next try, an answer, and a minute without a nudge."""
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    at = await lanes.now()
    with http_server(lambda handler, _: handler.reply(200 if len(handler.ours.asked) == 2 else 503)) as server:

        def enroll() -> Run:
            nodes = {"call": webhook(url=server.url), "end": leave("done")}
            journey = lanes.world.journey(graph(nodes, ["start -> call", "call.success -> end"]))
            (run,) = lanes.world.enrolled(journey, lanes.world.person(), at=at)
            lanes.world.tick(at)
            return run

        run = await in_thread(enroll)
        async with lanes.worker(nudging=False):
            workspace = lanes.world.workspace.id
            handle = await lanes.client.start_workflow(
                dispatch.WebhooksWorkflow.run,
                dispatch.WebhooksInput(str(workspace)),
                id=dispatch.webhooks_id(workspace),
                task_queue=TASK_QUEUE,
                start_signal="nudge",
            )
            await handle.result()
    await checked(handle, "webhooks-1")
    await in_thread(lambda: lanes.world.tick(at + timedelta(hours=1)))
    assert await in_thread(lambda: run.node) == "end"


async def test_a_forecast_replays_what_it_did(real_lanes: Lanes) -> None:
    def ask() -> str:
        journey = real_lanes.world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
        return workflow_id(jobs.ask(journey, {}, datetime.now(UTC)).pk)

    async with real_lanes.worker(), make_forecast_worker(real_lanes.client, timedelta(seconds=5)):
        handle = real_lanes.client.get_workflow_handle(await in_thread(ask))

        async def started() -> bool:
            return await real_lanes.status(handle.id) is not None

        await poll(started)
        await handle.result()
    await checked(handle, "forecast-1")


async def test_a_counterfactual_replays_what_it_did(real_lanes: Lanes) -> None:
    """Asked for, run in a process of its own, and stored with the runs that differ."""
    world = real_lanes.world

    def ask() -> UUID:
        journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
        now = datetime.now(UTC)
        world.enroll(journey, world.person(), at=now - timedelta(days=2))
        world.tick(now - timedelta(days=2))
        shorter = graph({"rest": wait("PT1H")}, ["start -> rest"])
        return counterfactuals.ask(journey, {"graph": shorter}, now).pk

    grace = timedelta(seconds=5)
    work = (run_counterfactual, fail_counterfactual)
    async with real_lanes.worker(), make_forecast_worker(real_lanes.client, grace, *work):
        id_ = await in_thread(ask)
        handle = real_lanes.client.get_workflow_handle(counterfactual_id(id_))

        async def started() -> bool:
            return await real_lanes.status(handle.id) is not None

        await poll(started)
        await handle.result()
    await checked(handle, "counterfactual-1")
    row = await in_thread(lambda: Counterfactual.objects.get(pk=id_))
    assert (row.state, row.error, row.attempts) == ("done", "", 1)
    assert row.result is not None
    assert (row.result["people"], row.result["changed"]["people"]) == (1, 1)
    kept = await in_thread(lambda: CounterfactualRun.objects.get(counterfactual_id=id_))
    assert (kept.change, kept.simulated["end"]) == ("path", "completed")


async def test_a_search_for_matches_replays_what_it_did(real_lanes: Lanes) -> None:
    def ask() -> str:
        return matching_id(matching.ask(real_lanes.world.workspace, 0.9, datetime.now(UTC)).pk)

    grace = timedelta(seconds=5)
    async with real_lanes.worker(), make_forecast_worker(real_lanes.client, grace, search_matches, fail_search):
        handle = real_lanes.client.get_workflow_handle(await in_thread(ask))

        async def started() -> bool:
            return await real_lanes.status(handle.id) is not None

        await poll(started)
        await handle.result()
    await checked(handle, "matching-1")


async def test_upkeep_replays_what_it_did(lanes: Lanes) -> None:
    """A computed attribute has its first pass, and nothing more is due."""
    world, now = lanes.world, await lanes.now()

    def define() -> Computed:
        world.happen(world.person(), "visit", now)
        definition = {"kind": "count", "event": "visit"}
        return catalogue.create(world.workspace, "attribute", "visits", "到访", "", definition, now)

    computed = await in_thread(define)
    workspace = str(world.workspace.pk)
    async with lanes.worker(nudging=False):
        handle = await lanes.client.start_workflow(
            UPKEEP_WORKFLOW, workspace, id=upkeep_id(workspace), task_queue=TASK_QUEUE
        )
        await handle.result()
    await checked(handle, "upkeep-1")
    assert (await in_thread(lambda: Computed.objects.get(pk=computed.pk))).with_value == 1


async def test_an_erasure_replays_what_it_did(lanes: Lanes) -> None:
    """Every step of it, to the certificate."""
    world, now = lanes.world, await lanes.now()

    def ask() -> PrivacyRef:
        person = world.person(phone="+8613911112222")
        return PrivacyRef(ERASURE, str(erasure.ask(world.workspace, person, "", None, "小李", now).pk))

    ref = await in_thread(ask)
    async with lanes.worker(nudging=False):
        handle = await lanes.client.start_workflow(PRIVACY_WORKFLOW, ref, id=privacy_id(ref), task_queue=TASK_QUEUE)
        await handle.result()
    await checked(handle, "privacy-1")
    assert await in_thread(lambda: Erasure.objects.get(pk=ref.id).state) == "done"
    assert await in_thread(Profile.objects.count) == 0
