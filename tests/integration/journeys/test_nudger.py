"""Nudges of one workflow are merged: few people wait a moment, a crowd a little longer."""

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from journeys.store.lane import Lane
from journeys.temporal.nudger import CROWD, CROWD_SPACING, SPACING, Nudger

LANE = Lane(uuid4(), 0)
WITHIN = 20.0


class Client:
    """Takes nudges and says when each was delivered."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self._delivered = threading.Condition()

    async def start_workflow(self, *_: Any, **__: Any) -> None:
        with self._delivered:
            self.at.append(time.monotonic())
            self._delivered.notify_all()

    def after(self, count: int) -> None:
        with self._delivered:
            assert self._delivered.wait_for(lambda: len(self.at) >= count, WITHIN)


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def nudger(client: Client) -> Iterator[Nudger]:
    async def connected() -> Client:
        return client

    nudger = Nudger(connected)
    yield nudger
    nudger.close()


def gap(nudger: Nudger, client: Client, people: int) -> float:
    """How long the next nudge waits behind one of so many people."""
    before = len(client.at)
    nudger.lane(LANE, people)
    client.after(before + 1)
    nudger.lane(LANE, 1)
    client.after(before + 2)
    return client.at[-1] - client.at[-2]


def test_behind_a_crowd_the_next_nudge_waits_longer(nudger: Nudger, client: Client) -> None:
    assert gap(nudger, client, CROWD) > CROWD_SPACING - 0.02


def test_behind_a_few_it_waits_a_moment(nudger: Nudger, client: Client) -> None:
    gaps = [gap(nudger, client, 1) for _ in range(5)]
    # A busy machine may be late; it is never early, and not always late.
    assert min(gaps) > SPACING - 0.02
    assert min(gaps) < CROWD_SPACING


def test_people_who_come_meanwhile_are_counted_together(nudger: Nudger, client: Client) -> None:
    all_are_there = threading.Event()
    nudger._loop.call_soon_threadsafe(all_are_there.wait, WITHIN)
    for _ in range(CROWD):
        nudger.lane(LANE, 1)
    all_are_there.set()
    client.after(1)
    nudger.lane(LANE, 1)
    client.after(2)
    assert client.at[1] - client.at[0] > CROWD_SPACING - 0.02
    assert len(client.at) == 2
