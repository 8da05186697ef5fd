"""Replay on several processes. Nothing here needs Django before `set_up` has run in a new process."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from journeys.runtime.replay import Range
    from journeys.runtime.replay_stream import Tally


def replay_in_processes(ranges: "Sequence[Range]", processes: int) -> "Iterator[Tally]":
    """Yield the tally of each range, in order. Every process has a connection of its own."""
    # Started afresh and not forked: a connection must not be shared.
    context = multiprocessing.get_context("spawn")
    database = connection.settings_dict["NAME"]
    size = min(processes, len(ranges))
    with ProcessPoolExecutor(size, context, initializer=_set_up, initargs=(database,)) as pool:
        yield from pool.map(_replay, ranges)


def _set_up(database: str) -> None:
    import django

    django.setup()
    # That of the process which asks, whatever the settings say: a test's, for one.
    connection.settings_dict["NAME"] = database


def _replay(part: "Range") -> "Tally":
    from journeys.runtime.replay import replay_range

    return replay_range(part)
