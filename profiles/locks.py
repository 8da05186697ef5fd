"""Advisory locks of PostgreSQL on people and on identities; they end with the transaction.

Order, so that no two transactions wait for each other: identities first, in one call; then people, in one call.
"""

from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

from django.db import connection

from workspaces.arrays import array_of

# PostgreSQL keeps all locks of all sessions in one table of max_locks_per_transaction × max_connections (6,400 by
# default). A batch that needs more than this many takes the one lock over all of the workspace instead.
FINE_LOCKS = 128

_PEOPLE = b"zhitu-person"
_IDENTITIES = b"zhitu-identity"

# A function scan returns its rows in order, so the locks are taken in the order of the array.
_TAKE = """
select case when n = 1 then pg_advisory_xact_lock_shared(key) else pg_advisory_xact_lock(key) end
from unnest(%s::bigint[]) with ordinality as wanted(key, n)
"""


def _hash(space: bytes, workspace_id: UUID, name: bytes) -> int:
    return int.from_bytes(blake2b(workspace_id.bytes + name, digest_size=8, person=space).digest(), signed=True)


def _lock(space: bytes, workspace_id: UUID, names: Iterable[bytes]) -> None:
    keys = sorted({_hash(space, workspace_id, name) for name in names})
    if not keys:
        return
    whole = _hash(space, workspace_id, b"")
    with connection.cursor() as cursor:
        if len(keys) > FINE_LOCKS:
            cursor.execute("select pg_advisory_xact_lock(%s)", [whole])
        else:
            cursor.execute(_TAKE, [array_of([whole, *keys])])


def lock_people(workspace_id: UUID, profile_ids: Iterable[UUID]) -> None:
    """Wait until no other transaction stores events of these people or enrolls them.

    Whoever stores a person's events and whoever creates their enrollments takes this lock first: so an enrollment
    never misses an event that commits after it. Take it once in a transaction, for everybody concerned.
    """
    _lock(_PEOPLE, workspace_id, (profile_id.bytes for profile_id in profile_ids))


def lock_identities(workspace_id: UUID, keys: Iterable[tuple[str, str]]) -> None:
    """Wait until no other transaction is giving these identities to a person."""
    _lock(_IDENTITIES, workspace_id, (f"{type_}\0{value}".encode() for type_, value in keys))
