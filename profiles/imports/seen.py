"""Who has come up in a dry run so far: the same person further down is no second one. In the database, for it may be resumed."""

from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

import orjson
from django.db import connection

from profiles.identity_values import IdentityKey
from profiles.models import Import, ImportKey

_ADD = """
insert into profiles_importkey (job_id, workspace_id, key)
select %s, %s, wanted.key::bigint from json_array_elements_text(%s::json) as wanted(key)
on conflict do nothing returning key
"""


def count_known(job: Import, created: Sequence[tuple[IdentityKey, ...]]) -> int:
    """Note these, and return how many of them share an identity with somebody noted in an earlier batch."""
    if not created:
        return 0
    hashed = [[_hash(key) for key in keys] for keys in created]
    wanted = sorted({key for keys in hashed for key in keys})
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [job.pk, job.workspace_id, orjson.dumps([str(key) for key in wanted]).decode()])
        new = {key for (key,) in cursor.fetchall()}
    return sum(any(key not in new for key in keys) for keys in hashed)


def forget(job_id: UUID) -> None:
    ImportKey.objects.filter(job_id=job_id).delete()


def _hash(key: IdentityKey) -> int:
    return int.from_bytes(blake2b(f"{key.type}\0{key.value}".encode(), digest_size=8).digest(), signed=True)
