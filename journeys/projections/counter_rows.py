"""Who adds to which counter rows. A row is locked until its writer commits, so writers keep to rows of their own."""

import threading
from typing import NamedTuple


class CounterRows(NamedTuple):
    """A group of rows beside those of the lanes (which count from 0 up, and from -8 for lanes of one person)."""

    first: int
    number: int

    def row(self) -> int:
        """Return the row of the present thread: threads of one process, at least, do not wait for each other."""
        return self.first - threading.get_native_id() % self.number


ADMISSIONS = CounterRows(-100, 16)
OPERATORS = CounterRows(-120, 1)
DISPATCH = CounterRows(-130, 8)
MERGES = CounterRows(-140, 8)
