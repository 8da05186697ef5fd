"""A process of a forecast. It is loaded before Django is set up, so what needs Django is imported inside."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from journeys.forecast.tally import Tally

REPORT_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Task:
    """What a process needs to run its part. `database` is the name: a test's is not the one of the settings."""

    workspace: UUID
    journey: UUID
    request: Mapping[str, Any]
    part: int
    parts: int
    database: str


def work(task: Task, news: Connection) -> None:
    """The whole life of a forecast's process. It ends when nobody listens any more."""
    # Ctrl-C at a terminal reaches every process of the group; whoever started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What it does can wait for what people wait for.
    os.nice(5)
    import django

    django.setup()
    try:
        news.send(_counted(task, _Reports(news)))
    except BrokenPipeError:
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, the forecast shows it
        news.send(f"{type(error).__name__}: {error}")


def _counted(task: Task, report: Callable[[float], None]) -> "Tally":
    import gc

    from django.db import connections

    from journeys.forecast.run import Run
    from journeys.forecast.setup import prepare

    # As in a worker: what a walk makes is in no cycle, and looking for cycles would take a third of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    connections["default"].settings_dict["NAME"] = task.database
    setup = prepare(task.workspace, task.journey, task.request)
    return Run(setup.workspace, setup.plan, setup.request, task.part, task.parts).go(report)


class _Reports:
    """Sends shares, but not each of them."""

    def __init__(self, news: Connection) -> None:
        self._news = news
        self._last = 0.0

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now - self._last >= REPORT_EVERY:
            self._last = now
            self._news.send(float(share))
