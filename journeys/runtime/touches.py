"""What people have been sent, for the judgement in the tick: read once, and counted on while the walk goes on.

Somebody in two journeys gets from both in one tick: the journey of higher priority asks first, and what it is granted
counts for the other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from channels_app import usage
from channels_app.policy.counting import asks_past
from channels_app.policy.own import OwnRules
from channels_app.policy.verdict import Past
from journeys.engine.nodes.send import SendConfig


class Touches:
    """The messages of one workspace's people. Without `stored`, nobody has been sent anything before."""

    def __init__(self, workspace: UUID, *, stored: bool = True) -> None:
        self._workspace = workspace
        self._stored = stored
        self._past: dict[str, tuple[Past, ...]] = {}
        self._read: set[str] = set()
        self._own: OwnRules | None = None

    @property
    def own(self) -> OwnRules:
        """The workspace's own rules, the same for a whole walk."""
        if self._own is None:
            self._own = usage.own_rules(self._workspace)
        return self._own

    def matter(self, config: SendConfig) -> bool:
        return asks_past(config.channel, config.purpose or "marketing", self.own.caps)

    def read(self, profiles: Iterable[str], now: datetime) -> None:
        """Read what these people have been sent, or are about to be."""
        missing = [profile for profile in profiles if profile not in self._read]
        self._read.update(missing)
        if self._stored and missing:
            found = usage.past_of(self._workspace, [UUID(profile) for profile in missing], now, queued=True)
            self._past.update((str(profile), past) for profile, past in found.items())

    def of(self, profile: str) -> tuple[Past, ...]:
        return self._past.get(profile, ())

    def add(self, profile: str, past: Past) -> None:
        self._past[profile] = (*self._past.get(profile, ()), past)


def as_data(past: Sequence[Past]) -> list[list[object]]:
    """Write what was counted for the log."""
    return [[one.at.isoformat(), one.channel, one.purpose, list(one.tags)] for one in past]


def from_data(rows: Iterable[Sequence[object]]) -> tuple[Past, ...]:
    """Read what `as_data` wrote."""
    return tuple(
        Past(datetime.fromisoformat(str(at)), str(channel), str(purpose), _texts(tags))
        for at, channel, purpose, tags in rows
    )


def _texts(tags: object) -> tuple[str, ...]:
    return tuple(map(str, tags)) if isinstance(tags, list) else ()
