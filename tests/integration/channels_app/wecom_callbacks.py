"""Fixtures of callbacks of the simulated WeCom: a corporation that calls this process back, and what it tells of people."""

from collections.abc import Iterator
from typing import Any

import pytest

from channels_app.ports import ports
from channels_app.providers.inbound import InboundEvent
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered
from tests.integration.channels_app.wecom_corp import SimulatedCorp


class Sink:
    """Remembers events as profiles would: one whose id is known has no effect."""

    def __init__(self) -> None:
        self.events: dict[str, InboundEvent] = {}

    def take(self, workspace_id: object, events: Any, now: object) -> None:
        for event in events:
            self.events.setdefault(event.event_id, event)

    def named(self, name: str) -> list[InboundEvent]:
        return [event for event in self.events.values() if event.name == name]


@pytest.fixture
def sink(registered: Registered) -> Sink:
    sink = Sink()
    ports.events = sink
    return sink


@pytest.fixture
def corp(
    db: None, simulator_url: str, simulator: SimulatorClient, live_server: Any, sink: Sink
) -> Iterator[SimulatedCorp]:
    corp = SimulatedCorp(simulator, simulator_url)
    corp.call_back_to(live_server.url)
    yield corp
    simulator.reset()
    open_providers.close_all()
