"""Several worker processes under one: an interpreter keeps one core busy, and a tick is mostly work for it."""

import logging
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from types import FrameType

logger = logging.getLogger(__name__)


class WorkerEnded(Exception):
    """A worker process ended without being asked to; the others have been stopped."""

    code = "worker_ended"


class _Child:
    """A worker process, and the pipe on which it says that it polls."""

    def __init__(self, number: int) -> None:
        # Started afresh and not forked: what Temporal's core has running in threads would not survive a fork.
        context = multiprocessing.get_context("spawn")
        self.news, its_end = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(its_end,), name=f"worker {number}")
        self.process.start()
        its_end.close()


def run_processes(count: int, ready: Callable[[], None]) -> None:
    """Run `count` workers until SIGINT or SIGTERM, which end them in their own orderly way.

    `ready` is called once when all of them poll. Raises WorkerEnded if one ends by itself: whoever keeps this
    process running then starts them all again.
    """
    children = [_Child(number) for number in range(1, count + 1)]
    asked = False

    def stop(_number: int = 0, _frame: FrameType | None = None) -> None:
        nonlocal asked
        asked = True
        for child in children:
            child.process.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    running = {child.process.sentinel: child for child in children}
    starting: list[Connection] = [child.news for child in children]
    ended: list[str] = []
    while running:
        for found in wait([*running, *starting]):
            if isinstance(found, Connection):
                starting.remove(found)
                if _polls(found) and not starting:
                    ready()
            elif isinstance(found, int):
                process = running.pop(found).process
                # Its end of the pipe closes a moment before it can be asked how it ended.
                process.join()
                if not asked:
                    ended.append(f"{process.name} ended with status {process.exitcode}")
                    stop()
    if ended:
        raise WorkerEnded("; ".join(ended))


def _polls(news: Connection) -> bool:
    try:
        return bool(news.recv())
    except EOFError:
        return False  # it has ended, which its sentinel tells too


def _work(news: Connection) -> None:
    """The whole life of a worker process. It ends with its parent, even where that is killed."""
    import asyncio

    import django

    django.setup()
    from journeys.temporal.worker import run

    parent = multiprocessing.parent_process()
    assert parent is not None
    asyncio.run(run(lambda: news.send(True), until=parent.sentinel))
