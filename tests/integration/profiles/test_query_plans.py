"""The statements whose speed rests on an index use it, once the tables are large enough to matter."""

from typing import Any

import pytest
from django.db import connection

from profiles import consent, identity_facts
from profiles.models import Consent, Identity, Profile
from workspaces.models import Workspace
from workspaces.models.base import new_id


@pytest.fixture
def crowd(workspace: Workspace) -> list[Profile]:
    people = [Profile(id=new_id(), workspace=workspace) for _ in range(5000)]
    Profile.objects.bulk_create(people)
    Identity.objects.bulk_create(
        Identity(workspace=workspace, profile=person, type="member_id", value=f"m{number}")
        for number, person in enumerate(people)
    )
    Consent.objects.bulk_create(
        Consent(
            workspace=workspace,
            profile=person,
            channel="sms",
            purpose="marketing",
            status="granted",
            at=person.created_at,
            source="api",
        )
        for person in people
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze profiles_identity, profiles_consent")
    return people


def plan(statement: str, parameters: list[Any] | dict[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("explain " + statement, parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_identities_are_looked_up_by_their_key(crowd: list[Profile], workspace: Workspace) -> None:
    assert "identity_once" in plan(
        identity_facts._OWNERS,
        {"types": ["member_id"] * 3, "values": ["m1", "m2", "m3"], "workspace": workspace.id},
    )


def test_the_newest_consent_is_read_from_its_index(crowd: list[Profile]) -> None:
    ids = [person.id for person in crowd[:3]]
    assert "consent_current" in plan(consent._CURRENT, [ids, ["sms"] * 3, ["marketing"] * 3])


def test_a_search_by_the_beginning_of_a_value_reads_an_index(crowd: list[Profile], workspace: Workspace) -> None:
    sql = "select 1 from profiles_identity where workspace_id = %s and value::text like %s"
    assert "identity_search" in plan(sql, [workspace.id, "m123%"])
