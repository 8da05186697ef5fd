"""What an operator should look at, as every app tells it to the dashboard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

# A look is for the first few; the page that a notice leads to lists all.
MOST_ITEMS: Final = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a notice is about. `count` is what the kind of notice says it counts; `code` a reason or state."""

    id: str
    name: str
    count: int = 1
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """`count` is exact, over all things of this kind; `items` are the first of them, worst first."""

    kind: str
    count: int
    items: Sequence[Item] = field(default=())


def notice(kind: str, items: Sequence[Item], count: int | None = None) -> list[Notice]:
    """Return the notice, or nothing where there is nothing to tell. Without `count`, items are counted."""
    total = len(items) if count is None else count
    return [Notice(kind, total, items[:MOST_ITEMS])] if total else []
