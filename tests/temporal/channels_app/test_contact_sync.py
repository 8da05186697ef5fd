import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from channels_app.models import ContactSync
from channels_app.ports import ports
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from channels_app.temporal import ACTIVITIES, WORKFLOWS, ContactSyncInput, ContactSyncWorkflow, contact_sync_id
from channels_app.wecom import contact_sync
from tests.integration.channels_app.simulated import Registered
from tests.integration.channels_app.wecom_callbacks import Sink
from tests.integration.channels_app.wecom_corp import SimulatedCorp
from tests.temporal.replaying import checked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def corp(db: None, simulator_url: str, simulator: SimulatorClient, registered: Registered) -> Iterator[SimulatedCorp]:
    yield SimulatedCorp(simulator, simulator_url)
    open_providers.close_all()


async def test_a_synchronisation_survives_a_vendor_that_is_busy(
    time_skipping: WorkflowEnvironment, corp: SimulatedCorp, simulator: SimulatorClient
) -> None:
    ports.events = sink = Sink()

    def prepared() -> Any:
        try:
            corp.customers(230)
            simulator.put_faults(http_500_rate=0.3)
            return contact_sync.start(corp.account, timezone.now()).pk
        finally:
            connections.close_all()

    sync = await asyncio.to_thread(prepared)
    queue = f"test-{uuid4().hex}"
    with ThreadPoolExecutor(1) as pool:
        async with Worker(
            time_skipping.client, task_queue=queue, workflows=WORKFLOWS, activities=ACTIVITIES, activity_executor=pool
        ):
            handle = await time_skipping.client.start_workflow(
                ContactSyncWorkflow.run, ContactSyncInput(str(sync)), id=contact_sync_id(sync), task_queue=queue
            )
            await asyncio.wait_for(handle.result(), 60)
        await asyncio.wrap_future(pool.submit(connections.close_all))

    def ended() -> ContactSync:
        try:
            return ContactSync.objects.get(pk=sync)
        finally:
            connections.close_all()

    row = await asyncio.to_thread(ended)
    assert (row.state, row.customers) == ("done", 230)
    assert len(sink.events) == 230
    await checked(handle, "contact-sync-1")
