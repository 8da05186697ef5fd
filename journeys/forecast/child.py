"""A process of a forecast, or of other work in virtual time. It is loaded before Django is set up, so what needs Django is
imported inside.
"""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

REPORT_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Task:
    """What a process needs to run its part. `database` is the name: a test's is not the one of the settings.

    `run` is the dotted name of a function of `arguments`, the part, how many there are, and whom to tell the share that is
    done; what it returns is sent back.
    """

    run: str
    arguments: tuple[Any, ...]
    part: int
    parts: int
    database: str


def work(task: Task, news: Connection) -> None:
    """The whole life of a process. It ends when nobody listens any more."""
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


def _counted(task: Task, report: Callable[[float], None]) -> Any:
    import gc

    from django.db import connections

    # As in a worker: what a walk makes is in no cycle, and looking for cycles would take a third of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    connections["default"].settings_dict["NAME"] = task.database
    module, _, name = task.run.rpartition(".")
    return getattr(import_module(module), name)(*task.arguments, task.part, task.parts, report)


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
