from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from config.embedded.ports import free_port
from config.embedded.server import RunningServer
from config.embedded.temporal import TemporalServer

if TYPE_CHECKING:
    from tests.fixtures.lanes import Lanes
    from tests.fixtures.world import World


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    """A world with real commits: the activities have connections of their own."""
    from tests.fixtures.world import World

    world = World()
    yield world
    world.verify()


@pytest.fixture(autouse=True)
def _no_connection_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # The threads of a worker keep theirs for its life; here they outlive neither the worker nor the test's database.
    from django.db import connections

    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest_asyncio.fixture
async def lanes(world: World, time_skipping: WorkflowEnvironment) -> AsyncIterator[Lanes]:
    """A worker on a server that skips time, with every workflow and activity as in production."""
    from tests.fixtures.lanes import Lanes

    lanes = Lanes(world, time_skipping.client, time_skipping)
    yield lanes
    await lanes.close()


@pytest.fixture(scope="session")
def forgetful_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    """The development server, on real time, which wants histories of a few dozen events."""
    options = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40")
    server = TemporalServer(free_port(), options=options)
    with RunningServer(server, tmp_path_factory.mktemp("temporal") / "temporal.log"):
        yield server


@pytest_asyncio.fixture
async def real_lanes(world: World, forgetful_server: TemporalServer) -> AsyncIterator[Lanes]:
    """A world's lanes on that server."""
    from tests.fixtures.lanes import Lanes

    lanes = Lanes(world, await Client.connect(forgetful_server.address))
    yield lanes
    await lanes.close()
