"""FileJobWorkflow: an import whose worker was killed goes on where it was: no row is left out, and none is taken twice."""

import io
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from journeys.temporal.files import make_files_worker, workflow_id
from journeys.temporal.worker import GRACE
from profiles.exports import jobs as export_jobs
from profiles.imports import jobs, storage
from profiles.imports.preparing import upload
from profiles.models import Export, Identity, Import, ImportState, Profile
from tests.fixtures.imports import csv_file, suggested
from tests.fixtures.lanes import Lanes, in_thread
from tests.temporal.test_mass_acts import worker_process
from workspaces.models import Workspace

ROWS = 12_000  # more than two batches


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For this process and for the workers that it starts."""
    monkeypatch.setenv("ZHITU_VAR", str(tmp_path))
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": Path(os.environ["ZHITU_VAR"]) / "files"},
    }
    settings.STORAGES = {**settings.STORAGES, "files": files}


def running_import(workspace: Workspace, now: datetime, rows: int = ROWS) -> Import:
    table = [["会员号", "姓名"], *([f"m{number}", f"客户{number}"] for number in range(rows))]
    job = upload(workspace, "people", "people.csv", csv_file(table), None, now)
    return jobs.start(job, suggested(job), now, dry=False)


@contextmanager
def held(member: str, workspace: Workspace) -> Iterator[None]:
    """Somebody else is just creating this person and has not committed: the batch that names them waits."""
    written, free = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                person = Profile.objects.create(workspace=workspace)
                Identity.objects.create(workspace=workspace, profile=person, type="member_id", value=member)
                written.set()
                assert free.wait(60)
                transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(hold)
        try:
            assert written.wait(30)
            yield
        finally:
            free.set()
            future.result(30)


async def test_an_import_whose_worker_was_killed_in_a_batch_goes_on_with_it(
    real_lanes: Lanes, forgetful_server: object
) -> None:
    workspace = real_lanes.world.workspace
    now = await real_lanes.now()
    job = await in_thread(lambda: running_import(workspace, now))
    address = forgetful_server.address  # type: ignore[attr-defined]  # a TemporalServer
    with held("m11999", workspace), worker_process(address) as worker:
        real_lanes.nudger.file_job("import", job.pk)
        await real_lanes.until(lambda: Import.objects.get(pk=job.pk).done == 10_000)
        worker.kill()
    await real_lanes.client.get_workflow_handle("sweep").terminate()
    async with real_lanes.worker(), make_files_worker(real_lanes.client, GRACE):
        await real_lanes.until(lambda: Import.objects.get(pk=job.pk).state == ImportState.DONE)
        await real_lanes.client.get_workflow_handle(workflow_id("import", job.pk)).result()
    done = await in_thread(lambda: Import.objects.get(pk=job.pk))
    assert (done.done, done.created, done.rejected, done.error) == (ROWS, ROWS, 0, "")
    times = await in_thread(lambda: Counter(Identity.objects.values_list("value", flat=True)))
    assert times == Counter(f"m{number}" for number in range(ROWS))
    assert await in_thread(Profile.objects.count) == ROWS


@pytest.mark.parametrize("kind", ["import", "export"])
async def test_the_sweep_has_a_job_done_whose_nudge_was_lost(lanes: Lanes, kind: str) -> None:
    workspace = lanes.world.workspace
    now = await lanes.now()

    def ask() -> Import | Export:
        job = running_import(workspace, now, rows=3)
        if kind == "import":
            return job
        while jobs.advance_import(job.pk, now):
            pass
        columns = ["identity.member_id", "attribute.name"]
        return export_jobs.ask(workspace, "people", "csv", columns, {}, masked=False, user=None, now=now)

    job = await in_thread(ask)
    async with lanes.worker(), make_files_worker(lanes.client, GRACE):
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{job.pk}", task_queue="zhitu")
        await lanes.environment.sleep(30)  # type: ignore[union-attr]  # this server skips time
        await lanes.until(lambda: type(job).objects.get(pk=job.pk).state == "done")
        await sweep.terminate()
        await lanes.client.get_workflow_handle(workflow_id(kind, job.pk)).result()
    if kind == "export":
        text = await in_thread(lambda: content_of(Export.objects.get(pk=job.pk)))
        assert text.splitlines() == ["identity.member_id,attribute.name", "m0,客户0", "m1,客户1", "m2,客户2"]


def content_of(job: Export) -> str:
    with storage.opened(job.file) as file:
        return io.TextIOWrapper(io.BytesIO(file.read()), "utf-8-sig").read()
