"""What every kind of computed attribute can do: say for a group of people what is not what they have."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

import orjson
from django.db import connection

# Where the values are: attributes `computed.<key>`.
PREFIX: Final = "computed"

# What is to be written: for each person, key → JSON value, or None to remove it.
Differences = Mapping[UUID, Mapping[str, Any]]


class Checked(NamedTuple):
    """A definition that was read: as it is stored, what it writes, and the events that can change it."""

    definition: Mapping[str, Any]
    keys: Sequence[str]
    events: Sequence[str]


class Fit(NamedTuple):
    """What a model has learned; or why it has not (a code)."""

    fitted: Mapping[str, Any] | None
    refusal: str = ""


class Calculation(Protocol):
    """Computes for people of one workspace, as of one instant."""

    @property
    def keys(self) -> Sequence[str]:
        """The attributes that it writes, without the prefix. The first decides who has a value."""

    def differences(self, people: Sequence[UUID]) -> Differences:
        """What these people ought to have and do not. Also keeps when time alone changes it."""


class Removal:
    """Nobody has the values any more."""

    def __init__(self, workspace_id: UUID, keys: Sequence[str]) -> None:
        self._workspace_id = workspace_id
        self.keys = keys

    def differences(self, people: Sequence[UUID]) -> Differences:
        have = people_having(self._workspace_id, self.keys, people)
        return {person: dict.fromkeys(self.keys) for person in have}


def people_having(workspace_id: UUID, keys: Sequence[str], people: Sequence[UUID]) -> list[UUID]:
    statement = f"select id from profiles_profile where {HAVING} and id = any(%s::uuid[])"
    with connection.cursor() as cursor:
        cursor.execute(statement, [workspace_id, PREFIX, list(keys), uuids(people)])
        return [id_ for (id_,) in cursor.fetchall()]


def uuids(people: Sequence[UUID]) -> str:
    """Ids for `%s::uuid[]`: as one text, because psycopg quotes arrays element by element in Python."""
    return "{" + ",".join(map(str, people)) + "}"


def stored_values(stored: str | None) -> dict[str, Any]:
    """What is stored under the prefix, as the database gives it (JSON as text)."""
    value = orjson.loads(stored) if stored else {}
    return value if isinstance(value, dict) else {}


HAVING: Final = "workspace_id = %s and (attributes -> %s) ?| %s"
