"""Replay on several processes. Nothing here needs Django before `set_up` has run in a new process."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journeys.runtime.replay import Range
    from journeys.runtime.replay_stream import Tally


def replay_in_processes(ranges: "Sequence[Range]", processes: int) -> "Iterator[Tally]":
    """Yield the tally of each range, in order. Every process has a connection of its own."""
    # Started afresh and not forked: a connection must not be shared.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(ranges)), context, initializer=_set_up) as pool:
        yield from pool.map(_replay, ranges)


def _set_up() -> None:
    import django

    django.setup()


def _replay(part: "Range") -> "Tally":
    from journeys.runtime.replay import replay_range

    return replay_range(part)
