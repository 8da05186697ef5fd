"""What people and providers are assumed to do: every draw is a stable hash, so a forecast repeats exactly."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.bucketing import position
from journeys.engine.decision import EventArrived
from journeys.engine.nodes.send import LOST
from journeys.engine.plan import Plan, listens
from journeys.forecast.request import AssumedReceipt, Assumptions
from profiles.rules.durations import parse

MINUTE = timedelta(minutes=1)
# People whose event falls into the same of these steps move together: few enough instants to be asked in groups.
MOST_STEPS = 200


class Occurrence(NamedTuple):
    """An assumed event, ready to be drawn. `place` is its place in the request and part of the draw."""

    place: int
    name: str
    share: float  # of 100
    after: timedelta
    step: timedelta
    steps: int
    properties: Mapping[str, Any]

    def drawn(self, salt: str, profile: str) -> timedelta | None:
        """When this person has the event, counted from their entry; None: never."""
        if not self.share or position(f"{salt}/event/{self.place}", profile) >= self.share:
            return None
        if self.steps < 2:
            return self.after
        return self.after + self.step * int(position(f"{salt}/when/{self.place}", profile) * self.steps / 100)

    def ref(self, salt: str, profile: str) -> UUID:
        """The id of this person's event: always the same."""
        return UUID(bytes=blake2b(f"{salt}/{self.place}/{profile}".encode(), digest_size=16).digest())

    def event(self, salt: str, profile: str, at: datetime) -> EventArrived:
        return EventArrived(self.name, self.properties, at, str(self.ref(salt, profile)))


def occurrences(assumptions: Assumptions) -> list[Occurrence]:
    found = []
    for place, one in enumerate(assumptions.events):
        within = parse(one.within).fixed if one.within else timedelta()
        step = max(_whole_minutes(within / MOST_STEPS), MINUTE)
        found.append(
            Occurrence(
                place,
                one.name,
                one.probability * 100,
                parse(one.after).fixed,
                step,
                max(int(within / step), 1),
                one.properties,
            )
        )
    return found


def heard(plan: Plan, found: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of them that the journey listens to; only these can move anybody."""
    names = set(listens(plan))
    return [one for one in found if one.name in names]


class Receipt(NamedTuple):
    """What becomes of a message, `after` it went out."""

    outcome: str
    after: timedelta


class _Band(NamedTuple):
    """A message whose draw lies in [low, high) of 100 reaches the outcome."""

    low: float
    high: float
    receipt: Receipt


class Receipts:
    """What the messages of each channel are assumed to come to.

    One draw a message: progress is taken from its low end, so that what is read was delivered, and losses from its high
    end, so that no message both arrives and is lost. What nothing is said of is accepted at once.
    """

    def __init__(self, assumed: Sequence[AssumedReceipt]) -> None:
        self._bands: dict[str, list[_Band]] = {}
        top: dict[str, float] = {}
        for one in assumed:
            receipt = Receipt(one.outcome, parse(one.after).fixed)
            low, high = 0.0, one.probability * 100
            if one.outcome in LOST:
                high = top.get(one.channel, 100.0)
                low = top[one.channel] = high - one.probability * 100
            self._bands.setdefault(one.channel, []).append(_Band(low, high, receipt))
        for bands in self._bands.values():
            if not any(band.receipt.outcome == "accepted" for band in bands):
                bands.append(_ACCEPTED)

    def drawn(self, channel: str, salt: str, message: str) -> list[Receipt]:
        """What is heard of one message, the first news first."""
        bands = self._bands.get(channel)
        if bands is None:
            return [_ACCEPTED.receipt]
        draw = position(f"{salt}/receipt/{channel}", message)
        return sorted((band.receipt for band in bands if band.low <= draw < band.high), key=lambda one: one.after)


_ACCEPTED = _Band(0.0, 100.0, Receipt("accepted", timedelta()))


def _whole_minutes(length: timedelta) -> timedelta:
    return MINUTE * -(-length // MINUTE)
