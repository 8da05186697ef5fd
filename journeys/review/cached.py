"""Figures that were computed once, kept until the review's revision changes: in the memory of this process."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar
from uuid import UUID

from journeys.models import ReviewProgress

T = TypeVar("T")


class Remembered:
    """The newest `most` results; the one that was asked for longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave for this key. Two who ask at once may both make it."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                kept: T = self._found[key]
                return kept
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


# Answers are small; what they are computed from is not, and is shared by those of one page.
_ANSWERS: Final = Remembered(512)
_SOURCES: Final = Remembered(12)


def cached(journey: UUID, revision: int, asked: Hashable, make: Callable[[], T]) -> T:
    """The answer to `asked` (the name of a figure with its filters) about a journey, at a revision of its review.

    Nobody may change what is returned. Figures that go by who people are now are not asked for here: no revision tells
    when a person changes.
    """
    return _ANSWERS.get((journey, revision, asked), make)


def cached_source(journey: UUID, revision: int, asked: Hashable, make: Callable[[], T]) -> T:
    """The same for large intermediate results, of which few are kept."""
    return _SOURCES.get((journey, revision, asked), make)


def cached_reading(journey: UUID, asked: Hashable, make: Callable[[], T]) -> T:
    """The same for what no revision counts, such as tasks of staff or classes of people: until the review is read again.

    Of a review that was never read, nothing is kept.
    """
    read = ReviewProgress.objects.filter(pk=journey, as_of__isnull=False).values_list("revision", "as_of").first()
    return make() if read is None else _ANSWERS.get((journey, read, asked), make)
