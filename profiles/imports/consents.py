"""Consents of a file: claims with the file and the row as their proof, written once however often it is imported."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from profiles.choices import ConsentStatus
from profiles.imports.people_rows import PersonRow
from workspaces.models.base import new_id

# Not written: what this row of this file has said before, what the ledger holds at that very instant, and an undated
# claim of what holds already.
_APPEND = """
insert into profiles_consent
  (id, workspace_id, profile_id, channel, purpose, status, at, source, text_version, proof, recorded_at)
select new.id, %(workspace)s, new.profile_id, new.channel, new.purpose, new.status, new.at, 'import', '', new.proof,
  %(now)s
from json_to_recordset(%(claims)s::json)
  as new(id uuid, profile_id uuid, channel text, purpose text, status text, at timestamptz, proof jsonb, dated bool)
where not exists (
    select 1 from profiles_consent old
    where old.profile_id = new.profile_id and old.channel = new.channel and old.purpose = new.purpose
      and old.status = new.status
      and (old.at = new.at or (old.source = 'import' and old.proof ->> 'file' = new.proof ->> 'file'
                               and old.proof ->> 'row' = new.proof ->> 'row'))
) and (new.dated or new.status is distinct from (
    select current.status from profiles_consent current
    where current.profile_id = new.profile_id and current.channel = new.channel and current.purpose = new.purpose
    order by current.at desc, current.id desc limit 1
))
returning profile_id
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """The file that says so, and when it came: an undated claim counts from then."""

    digest: str
    file_name: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    channel: str
    purpose: str
    status: str
    at: str
    dated: bool
    proof: dict[str, Any]


def claims_of(person: PersonRow, proof: Proof, now: datetime) -> Iterator[Claim]:
    """What the row says; nothing of it counts from the future, as in profiles.consent."""
    if not person.consents:
        return
    at = min(person.consent_at or proof.uploaded_at, now).isoformat()
    evidence = {"file": proof.digest, "name": proof.file_name, "row": person.row.line}
    for channel, purpose, granted in person.consents:
        status = ConsentStatus.GRANTED if granted else ConsentStatus.WITHDRAWN
        yield Claim(channel, purpose, status.value, at, person.consent_at is not None, evidence)


def append(workspace_id: UUID, owners: Iterable[tuple[UUID, PersonRow]], proof: Proof, now: datetime) -> set[UUID]:
    """Append what is new to the ledger and return whose it is. The people are locked by the caller."""
    claims: Sequence[dict[str, Any]] = [
        {
            "id": new_id(),
            "profile_id": profile_id,
            "channel": claim.channel,
            "purpose": claim.purpose,
            "status": claim.status,
            "at": claim.at,
            "dated": claim.dated,
            "proof": claim.proof,
        }
        for profile_id, person in owners
        for claim in claims_of(person, proof, now)
    ]
    if not claims:
        return set()
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"workspace": workspace_id, "now": now, "claims": orjson.dumps(claims).decode()}
        cursor.execute(_APPEND, values)
        return {profile_id for (profile_id,) in cursor.fetchall()}
