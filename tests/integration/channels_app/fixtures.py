"""Fixtures of every kind of test of channels_app. Django is imported inside, because conftest files come before settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from channels_app.models import ChannelAccount
    from channels_app.simulator.client import SimulatorClient
    from tests.integration.channels_app.simulated import Registered


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from channels_app.simulator.running import running_simulator

    with running_simulator(Path(tmp_path_factory.mktemp("simulator")) / "state.sqlite3") as url:
        yield url


@pytest.fixture
def simulator(simulator_url: str) -> Iterator[SimulatorClient]:
    from channels_app.simulator.client import SimulatorClient
    from tests.integration.channels_app.simulated import KEY_ID, SECRET, SIGN, TEMPLATES

    client = SimulatorClient(simulator_url)
    client.reset()
    client.put_access_key(KEY_ID, {"secret": SECRET, "signs": [SIGN], "templates": TEMPLATES, "delivery_ms": 0})
    yield client
    # A callback that came later would find the next test's database.
    client.reset()
    client.close()


@pytest.fixture
def registered() -> Iterator[Registered]:
    """Only what the test registers hears of changes and knows of consents."""
    from tests.integration.channels_app.simulated import registered_ports

    with registered_ports() as registered:
        yield registered


@pytest.fixture
def account(db: None, simulator_url: str, simulator: SimulatorClient) -> ChannelAccount:
    from tests.integration.channels_app.simulated import make_account

    return make_account(simulator_url)
