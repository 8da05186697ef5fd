"""What happens next in virtual time: entries by instant, taken out an instant at a time."""

import heapq
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


class Agenda(Generic[T]):
    """Entries of the same instant come out together, so that their facts are asked in one go. Nothing after `end` is kept."""

    def __init__(self, end: datetime) -> None:
        self._end = end
        self._instants: list[datetime] = []
        self._entries: dict[datetime, list[T]] = {}

    def add(self, at: datetime, entry: T) -> None:
        if at > self._end:
            return
        entries = self._entries.get(at)
        if entries is None:
            self._entries[at] = [entry]
            heapq.heappush(self._instants, at)
        else:
            entries.append(entry)

    @property
    def next_at(self) -> datetime | None:
        return self._instants[0] if self._instants else None

    def take(self) -> tuple[datetime, list[T]]:
        """The next instant and its entries, in the order in which they were added. Raises IndexError if there is none."""
        at = heapq.heappop(self._instants)
        return at, self._entries.pop(at)
