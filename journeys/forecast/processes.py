"""Work in virtual time in processes of its own: the parts of the people side by side, and whoever asked stays free."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, TypeVar

from django.db import connection

from journeys.forecast.child import Task, work

MOST_PROCESSES = 2
# Fewer people than this are through before a second process has started.
WORTH_A_PROCESS = 20_000
LOOK_EVERY = 0.2  # seconds between two looks at whether it is still wanted


class ForecastCancelled(Exception):
    """Nobody wants the forecast any more; its processes have been ended."""

    code = "cancelled"


class ForecastFailed(Exception):
    """A process of the forecast raised, or ended without a word."""

    code = "forecast_failed"


class Counts(Protocol):
    """What a part counts."""

    def add(self, other: Any) -> None: ...


C = TypeVar("C", bound=Counts)


class _Part:
    """A process, the pipe on which it reports, and what it has reported: a share, its tally, or why it failed."""

    def __init__(self, task: Task) -> None:
        context = multiprocessing.get_context("spawn")
        self.news, its_end = context.Pipe(duplex=False)
        # Not a daemon: those may not be started by one, and this one ends by itself when its pipe breaks.
        self.process = context.Process(target=work, args=(task, its_end), name=f"forecast {task.part}")
        self.process.start()
        its_end.close()
        self.share = 0.0
        self.tally: Any = None

    def hear(self) -> None:
        """Take in one report. Raises ForecastFailed."""
        try:
            report = self.news.recv()
        except EOFError:
            self.process.join()
            raise ForecastFailed(f"A process ended with status {self.process.exitcode}.") from None
        if isinstance(report, float):
            self.share = report
        elif isinstance(report, str):
            raise ForecastFailed(report)
        else:
            self.tally, self.share = report, 1.0

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.news.close()


def parts_for(people: int) -> int:
    """How many processes share so many people."""
    return max(1, min(MOST_PROCESSES, os.cpu_count() or 1, people // WORTH_A_PROCESS))


def run_in_processes(run: str, arguments: tuple[Any, ...], people: int, total: C, report: Callable[[float], bool]) -> C:
    """Have `run` (see `child.Task`) work on about `people` people, and add to `total` what its parts count.

    `report` is told the share that is done, a few times a second, and answers whether it is still wanted.
    Raises ForecastCancelled if not, and ForecastFailed.
    """
    parts = parts_for(people)
    database = str(connection.settings_dict["NAME"])
    running: list[_Part] = []
    try:
        for part in range(parts):
            # One by one, so that a start that fails ends those before it.
            running.append(_Part(Task(run, arguments, part, parts, database)))  # noqa: PERF401
        _gather(running, report)
    finally:
        for one in running:
            one.end()
    for one in running:
        total.add(one.tally)
    return total


def _gather(running: list[_Part], report: Callable[[float], bool]) -> None:
    while any(part.tally is None for part in running):
        by_news = {part.news: part for part in running if part.tally is None}
        for found in wait(list(by_news), timeout=LOOK_EVERY):
            assert isinstance(found, Connection)
            by_news[found].hear()
        if not report(sum(part.share for part in running) / len(running)):
            raise ForecastCancelled
