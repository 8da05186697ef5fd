"""What policy is told of people as of an instant: consent, address, refusals, and what they had been sent by then."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from channels_app import usage
from channels_app.channels import identity_types
from channels_app.policy.verdict import Past
from journeys.engine.nodes.send import SendConfig
from journeys.runtime.sends import Person
from journeys.runtime.touches import Touches
from journeys.store.postgres import query

CONSENTS = """
select c.profile_id::text as profile, c.purpose, c.status, c.at from profiles_consent c
where c.profile_id = any(%(profiles)s::uuid[]) and c.channel = %(channel)s and c.at <= %(as_of)s order by c.at, c.id
"""
ADDRESSES = """
select distinct on (i.profile_id) i.profile_id::text as profile, i.value as address from profiles_identity i
where i.profile_id = any(%(profiles)s::uuid[]) and i.type = any(%(types)s)
order by i.profile_id, array_position(%(types)s::text[], i.type::text), i.id
"""
REFUSALS = """
select s.address, s.at, s.lifted_at from channels_app_suppression s
where s.workspace_id = %(workspace)s and s.channel = %(channel)s and s.address = any(%(addresses)s)
"""
SOME_ADDRESS = "*"


class _Consents(NamedTuple):
    """A person's answers to one purpose, in order."""

    instants: list[datetime]
    statuses: list[str]

    def at(self, now: datetime) -> str | None:
        place = bisect_right(self.instants, now)
        return self.statuses[place - 1] if place else None


class PeopleThen:
    """Some people, read once for each channel. Addresses are as they are now: when one came is not kept."""

    def __init__(self, workspace: UUID, profiles: Collection[str], as_of: datetime) -> None:
        self._workspace = workspace
        self._profiles = list(profiles)
        self._as_of = as_of
        self._consents: dict[str, dict[tuple[str, str], _Consents]] = {}
        self._addresses: dict[str, dict[str, str]] = {}
        self._refusals: dict[str, dict[str, list[tuple[datetime, datetime | None]]]] = {}

    def person(self, profile: str, config: SendConfig, now: datetime) -> Person:
        """What the runtime would have been told of this person at `now`."""
        channel = config.channel
        if channel not in self._addresses:
            self._read(channel)
        answers = self._consents[channel].get((profile, config.purpose or ""))
        address = self._addresses[channel].get(profile)
        refused = any(
            at <= now and (lifted is None or lifted > now)
            for at, lifted in self._refusals[channel].get(address or "", ())
        )
        return Person(None, SOME_ADDRESS if address else None, answers.at(now) if answers else None, refused)

    def _read(self, channel: str) -> None:
        values = {"workspace": self._workspace, "channel": channel, "profiles": self._profiles, "as_of": self._as_of}
        consents: dict[tuple[str, str], _Consents] = defaultdict(lambda: _Consents([], []))
        for row in query(CONSENTS, values):
            answers = consents[row["profile"], row["purpose"]]
            answers.instants.append(row["at"])
            answers.statuses.append(row["status"])
        found = query(ADDRESSES, values | {"types": list(identity_types(channel))})
        addresses = {row["profile"]: row["address"] for row in found}
        refusals: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for row in query(REFUSALS, values | {"addresses": list(set(addresses.values()))}):
            refusals[row["address"]].append((row["at"], row["lifted_at"]))
        self._consents[channel], self._addresses[channel] = consents, addresses
        self._refusals[channel] = refusals


class TouchesThen(Touches):
    """What people had been sent by an instant: what is recorded, but for what simulated runs did after they parted from
    their record, and what these ask for instead.

    Set `now` before anything is asked.
    """

    def __init__(self, workspace: UUID, as_of: datetime) -> None:
        super().__init__(workspace)
        self._as_of = as_of
        self.now = as_of

    def remember(self, since: datetime, profiles: Sequence[str], parted: Mapping[str, datetime]) -> None:
        """Read what these people were sent. `parted` says when each simulated run left its record."""
        people = [UUID(profile) for profile in profiles]
        for profile, sent in usage.past_since(self._workspace, people, since).items():
            kept = [
                one.past for one in sent if (fork := parted.get(str(one.enrollment))) is None or one.requested_at < fork
            ]
            self._past[str(profile)] = tuple(kept)
        self._read.update(profiles)

    def of(self, profile: str) -> tuple[Past, ...]:
        return tuple(one for one in super().of(profile) if one.at <= self.now)
