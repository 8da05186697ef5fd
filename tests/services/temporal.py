"""Temporal servers for tests: one that skips time, and the development server that `manage.py up` runs."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from config.embedded.ports import free_port
from config.embedded.server import RunningServer
from config.embedded.temporal import TemporalServer, binary


@pytest_asyncio.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """Server whose clock jumps while a result is awaited, or by `sleep`.

    It is the test's own: any workflow that another test has left there without a worker would make every jump of the
    clock a walk in steps of ten seconds, the time-out of a workflow task.
    """
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(binary("temporal-test-server"))
    )
    async with environment:
        yield environment


@pytest.fixture(scope="session")
def temporal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    """Development server in memory, on real time."""
    server = TemporalServer(free_port())
    with RunningServer(server, tmp_path_factory.mktemp("temporal") / "temporal.log"):
        yield server


@pytest_asyncio.fixture(scope="session")
async def temporal_client(temporal_server: TemporalServer) -> Client:
    return await Client.connect(temporal_server.address)
