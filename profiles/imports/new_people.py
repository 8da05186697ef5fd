"""People whom nobody knows yet, by COPY: the part of an import that is fast.

Everything that is written when a person comes into being is written here, besides what profiles.identity does: the
profile with its attributes and tags, its identities, its consents.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from uuid_utils import uuid7

from profiles.attributes import MAX_BYTES, MAX_TAGS, merge, merge_tags
from profiles.imports.consents import Claim, Proof, claims_of
from profiles.imports.people_rows import PersonRow

_PROFILES = "copy profiles_profile (id, workspace_id, attributes, tags, created_at, updated_at) from stdin"
_IDENTITIES = "copy profiles_identity (id, workspace_id, profile_id, type, value, created_at) from stdin"
_CONSENTS = (
    "copy profiles_consent (id, workspace_id, profile_id, channel, purpose, status, at, source, text_version, proof,"
    " recorded_at) from stdin"
)
# https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-TEXT-FORMAT
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class NewPerson:
    person: PersonRow
    attributes: str
    tags: str


def prepare(person: PersonRow) -> NewPerson | None:
    """What is stored of somebody new; None if it is more than may be kept."""
    attributes = merge({}, person.attributes) if person.attributes else {}
    text = orjson.dumps(attributes)
    if len(text) > MAX_BYTES or len(person.tags) > MAX_TAGS:
        return None
    tags = orjson.dumps(merge_tags({}, person.tags)).decode() if person.tags else "{}"
    return NewPerson(person, text.decode(), tags)


# Ids are those of workspaces.models.base.new_id, as text: three million objects of Python's own type take seconds.
def store(workspace_id: UUID, people: Sequence[NewPerson], proof: Proof, now: datetime) -> list[UUID]:
    """Write them, and return their ids. The caller holds the locks of their identities, and nobody has one of them."""
    at, space = now.isoformat(), str(workspace_id)
    ids: list[UUID] = []
    profiles, identities, consents = [], [], []
    for new in people:
        id_ = str(uuid7())
        ids.append(UUID(id_))
        profiles.append(f"{id_}\t{space}\t{_json(new.attributes)}\t{_json(new.tags)}\t{at}\t{at}\n")
        for type_, value in new.person.identities:
            identities.append(f"{uuid7()}\t{space}\t{id_}\t{type_}\t{value.translate(_ESCAPES)}\t{at}\n")
        consents += [_consent(space, id_, claim, at) for claim in claims_of(new.person, proof, now)]
    _copy(_PROFILES, profiles)
    _copy(_IDENTITIES, identities)
    if consents:
        _copy(_CONSENTS, consents)
    return ids


def _consent(space: str, profile_id: str, claim: Claim, at: str) -> str:
    proof = _json(orjson.dumps(claim.proof).decode())
    return (
        f"{uuid7()}\t{space}\t{profile_id}\t{claim.channel}\t{claim.purpose}\t{claim.status}\t{claim.at}\timport\t\t"
        f"{proof}\t{at}\n"
    )


def _json(text: str) -> str:
    # JSON has no tab and no end of line of its own.
    return text.replace("\\", "\\\\") if "\\" in text else text


def _copy(statement: str, lines: Iterable[str]) -> None:
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write("".join(lines))


def copy_rows(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """COPY of rows of whatever values."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)
