"""People by the thousand: profiles and identities by COPY, and their admission into a journey."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction

from journeys.models import Journey
from journeys.runtime.enroll import EnrollRequest, enroll_profiles
from journeys.store.postgres import copy
from journeys.store.rows import copy_json
from workspaces.models import Workspace
from workspaces.models.base import new_id

CITIES = ("上海", "北京", "杭州", "成都")
COPY_PROFILES = "copy profiles_profile (id, workspace_id, attributes, tags, created_at, updated_at) from stdin"
COPY_IDENTITIES = "copy profiles_identity (id, workspace_id, profile_id, type, value, created_at) from stdin"
COPY_CONSENTS = (
    "copy profiles_consent (id, workspace_id, profile_id, channel, purpose, status, at, source, text_version, proof,"
    " recorded_at) from stdin"
)
# As many as one call of the API takes.
AT_ONCE = 10_000
POLL_SECONDS = 0.1


class TooSlow(Exception):
    """People did not get where they should in the time that the bench allows."""

    code = "too_slow"


def phone(number: int) -> str:
    """A mainland mobile number, one for each number from 0 to 99,999,999."""
    return f"+86138{number:08}"


def make_people(workspace: Workspace, numbers: Sequence[int]) -> list[UUID]:
    """Store one person a number, with name, city, phone and a consent to marketing, and return their ids in the same order."""
    now = datetime.now(UTC).isoformat()
    ids = [new_id() for _ in numbers]
    profiles, identities, consents = [], [], []
    for number, id_ in zip(numbers, ids, strict=True):
        attributes = {"city": CITIES[number % len(CITIES)], "name": f"客户{number}"}
        profiles.append(f"{id_}\t{workspace.id}\t{copy_json(attributes)}\t{{}}\t{now}\t{now}\n")
        identities.append(f"{new_id()}\t{workspace.id}\t{id_}\tphone\t{phone(number)}\t{now}\n")
        consents.append(f"{new_id()}\t{workspace.id}\t{id_}\tsms\tmarketing\tgranted\t{now}\tbench\t\t{{}}\t{now}\n")
    with transaction.atomic():
        copy(COPY_PROFILES, profiles)
        copy(COPY_IDENTITIES, identities)
        copy(COPY_CONSENTS, consents)
    # What autovacuum does a moment later in an installation that lives longer than a bench.
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze profiles_profile, profiles_identity, profiles_consent")
    return ids


def admit_people(journey: Journey, people: Sequence[UUID]) -> None:
    """Enroll everybody, as the API does. Raises RuntimeError if somebody is refused."""
    for start in range(0, len(people), AT_ONCE):
        requests = [EnrollRequest(profile_id=one) for one in people[start : start + AT_ONCE]]
        result = enroll_profiles(journey, requests, None, datetime.now(UTC))
        if result.rejected:
            raise RuntimeError(f"{len(result.rejected)} people were refused: {result.rejected[0]}")


def wait_until_none(statement: str, values: Sequence[str | UUID], within: float) -> None:
    """Wait until the query finds no row. Raises TooSlow after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"select exists ({statement})", values)
            if not cursor.fetchone()[0]:
                return
        if time.monotonic() > deadline:
            raise TooSlow(f"still found after {within:.0f} s: {statement}")
        time.sleep(POLL_SECONDS)


def wait_until_ended(journey: Journey, within: float) -> None:
    """Wait until everybody has ended. Raises TooSlow."""
    wait_until_none(
        "select 1 from journeys_enrollment where journey_id = %s and ended_at is null", [journey.pk], within
    )
