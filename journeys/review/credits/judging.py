"""What is taken back of orders, whose they are, and which conversions of a run count. No I/O."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from journeys.choices import CreditRule

NO_EVENT: Final = UUID(int=0)
NOTHING: Final = Decimal(0)
# Codes about refunds, which are found after the conversion itself.
OF_REFUNDS: Final = ("over_refunded", "refund_without_value", "refund_currency")


class Row(NamedTuple):
    """A stored credit with its run: whether that was held out, and when it began by the clock of what let it begin."""

    id: UUID
    run: UUID
    journey: UUID
    goal: str
    order: str
    at: datetime
    event: UUID | None
    value: Decimal | None
    currency: str
    held: bool
    began: datetime
    note: str
    refunded: Decimal
    odd: tuple[str, ...]


class Verdict(NamedTuple):
    """An empty note: it counts."""

    note: str
    refunded: Decimal
    odd: tuple[str, ...]


class Back(NamedTuple):
    """What an event takes back of an order. `value` None: all of it. `cancels`: and then it never was."""

    value: Decimal | None
    currency: str
    cancels: bool
    unread: bool


def judge(
    rows: Sequence[Row], orders: set[str], backs: Mapping[str, Sequence[Back]], rule: str, *, once: bool
) -> dict[UUID, Verdict]:
    """Judge all rows of these orders, and of a run that has one of them (`once`) its other rows as well."""
    verdicts: dict[UUID, Verdict] = {}
    by_order: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.order and row.order in orders:
            by_order[row.order].append(row)
        else:
            verdicts[row.id] = Verdict("" if row.note == "again" else row.note, row.refunded, row.odd)
    for order, group in by_order.items():
        back = backs.get(order, ())
        notes = _notes(group, cancelled=any(one.cancels and one.value is None for one in back))
        _give(group, notes, rule)
        for row in group:
            refunded, odd = _taken_back(row, back)
            inherent = tuple(code for code in row.odd if code not in OF_REFUNDS)
            verdicts[row.id] = Verdict(notes[row.id], refunded, inherent + odd)
    if once:
        for row in _repeated(rows, verdicts):
            verdicts[row.id] = verdicts[row.id]._replace(note="again")
    return verdicts


def _notes(group: Iterable[Row], *, cancelled: bool) -> dict[UUID, str]:
    """Why a row of one order does not count, whatever other runs claim."""
    notes, seen = {}, set()
    for row in sorted(group, key=_time):
        if row.note == "before_entry":
            notes[row.id] = row.note
        elif cancelled:
            notes[row.id] = "cancelled"
        else:
            notes[row.id] = "same_order" if (row.run, row.goal) in seen else ""
            seen.add((row.run, row.goal))
    return notes


def _give(group: Sequence[Row], notes: dict[UUID, str], rule: str) -> None:
    """Note the rows whose order is another run's.

    A run that was held out did nothing for an order, so it takes none from another journey; but it loses one to another
    journey as the runs that it is compared with do.
    """
    standing = {row.run: row for row in group if not notes[row.id]}
    if len(standing) < 2:
        return
    for row in group:
        if notes[row.id]:
            continue
        rivals = [
            rival
            for rival in standing.values()
            if rival.run != row.run
            and (not rival.held or (row.held and rival.journey == row.journey))
            and (rule != CreditRule.EACH or rival.journey == row.journey)
        ]
        best = (min if rule == CreditRule.FIRST_ENTRY else max)([row, *rivals], key=lambda one: (one.began, one.run))
        if best.run != row.run:
            notes[row.id] = "other_run" if best.journey == row.journey else "other_journey"


def _taken_back(row: Row, back: Sequence[Back]) -> tuple[Decimal, tuple[str, ...]]:
    """How much, and what is odd about it. Currencies are not converted."""
    amount = sum((one.value for one in back if one.value is not None and one.currency in {"", row.currency}), NOTHING)
    value = NOTHING if row.value is None else row.value
    refunded = value if any(one.value is None for one in back) else min(value, amount)
    found = (
        row.value is not None and amount > value,
        any(one.unread for one in back),
        any(one.value is not None and one.currency not in {"", row.currency} for one in back),
    )
    return refunded, tuple(code for code, holds in zip(OF_REFUNDS, found, strict=True) if holds)


def _repeated(rows: Iterable[Row], verdicts: Mapping[UUID, Verdict]) -> Iterator[Row]:
    """Rows that would count and are not the first of their run for the goal."""
    seen = set()
    for row in sorted(rows, key=_time):
        if not verdicts[row.id].note:
            if (row.run, row.goal) in seen:
                yield row
            seen.add((row.run, row.goal))


def _time(row: Row) -> tuple[datetime, UUID]:
    return row.at, row.event or NO_EVENT
