"""Who else has a journey's canvas open. Nothing is stored: every canvas says that it is there, and says so again and again.

Canvases are open at several web processes, so they speak through PostgreSQL's NOTIFY, as the counts do. Whoever falls silent
(a closed laptop, a killed process) is gone after `SILENT_FOR`.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import orjson
from django.db import connection

PRESENCE = "journey_presence"  # the NOTIFY channel
BEAT = 15.0  # seconds between two signs of life
SILENT_FOR = 40.0  # seconds: two signs may be lost

Kind = Literal["came", "here", "gone"]


class Sign(NamedTuple):
    """A sign of life of one open canvas, its `seat`. `came` asks those who are there to answer with `here`."""

    kind: Kind
    journey: str
    seat: str
    user: int
    name: str
    node: str | None  # the node whose panel is open


def show(sign: Sign) -> None:
    """NOTIFY every web process."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [PRESENCE, orjson.dumps(sign._asdict()).decode()])


def read(payload: str) -> Sign:
    return Sign(**orjson.loads(payload))


@dataclass
class Others:
    """Those who are at the same canvas as the seat `own`. Times are a monotonic clock's seconds."""

    own: str
    _seen: dict[str, tuple[Sign, float]] = field(default_factory=dict)

    def take(self, sign: Sign, now: float) -> None:
        if sign.seat == self.own:
            return
        if sign.kind == "gone":
            self._seen.pop(sign.seat, None)
        else:
            self._seen[sign.seat] = (sign, now)

    def people(self, now: float) -> list[dict[str, Any]]:
        """Return one entry for each other user, and for the own user's other tabs, by name."""
        self._seen = {seat: entry for seat, entry in self._seen.items() if now - entry[1] < SILENT_FOR}
        found = {sign.user: {"id": sign.user, "name": sign.name, "node": sign.node} for sign, _ in self._seen.values()}
        return sorted(found.values(), key=lambda person: (person["name"], person["id"]))
