from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fixtures.http_server import Server
    from tests.fixtures.world import World


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A world whose projections are compared with its log after every test."""
    from tests.fixtures.world import World

    world = World()
    yield world
    world.verify()


@pytest.fixture
def committed_world(transactional_db: None) -> Iterator[World]:
    """The same, with real commits: for tests with several connections."""
    from tests.fixtures.world import World

    world = World()
    yield world
    world.verify()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """An HTTP server that webhooks may call although it is on loopback."""
    from tests.fixtures.http_server import http_server

    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    with http_server() as server:
        yield server
