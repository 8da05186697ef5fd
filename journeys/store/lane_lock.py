"""Who drives somebody keeps others from moving them: a tick holds its lane, a merge the lanes of everybody concerned."""

from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

from journeys.store.lane import Lane, lane_number
from journeys.store.postgres import query

_LOCK = "select pg_advisory_xact_lock(%(key)s) as held"
# A function scan returns its rows in order, so the locks are taken in the order of the array.
_LOCK_ALL = "select pg_advisory_xact_lock(key) as held from unnest(%(keys)s::bigint[]) as wanted(key)"
_LANES = """
select distinct lane from journeys_enrollment where profile_id = any(%(people)s) and lane is not null
"""


def lock_lane(lane: Lane) -> None:
    """Wait until nobody else drives this lane, and keep it until the transaction ends."""
    key = (
        _key(lane.workspace, _number(lane.number)) if lane.own is None else _key(lane.workspace, lane.own.profile.bytes)
    )
    query(_LOCK, {"key": key})


def lock_lanes_of(workspace: UUID, lanes: int, people: Iterable[UUID]) -> None:
    """The same for every lane that these people are in, or may come into: also those of their own."""
    people = list(people)
    numbers = {lane_number(one, lanes) for one in people}
    numbers |= {row["lane"] for row in query(_LANES, {"people": people})}
    keys = {_key(workspace, _number(number)) for number in numbers} | {_key(workspace, one.bytes) for one in people}
    query(_LOCK_ALL, {"keys": sorted(keys)})


def _number(lane: int) -> bytes:
    return lane.to_bytes(8, signed=True)


def _key(workspace: UUID, name: bytes) -> int:
    digest = blake2b(workspace.bytes + name, digest_size=8, person=b"zhitu-lane")
    return int.from_bytes(digest.digest(), signed=True)
