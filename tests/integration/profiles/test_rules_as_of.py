"""A rule asked of a whole workspace as of an instant reads the record of changes once, not person by person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from profiles.models import PersonHistory, Profile
from profiles.rule_questions import count
from profiles.rule_sql import condition, everybody
from profiles.rules.codec import parse_rule
from profiles.segment_definitions import Definitions
from workspaces.models import Workspace
from workspaces.models.base import new_id

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
THEN = NOW - timedelta(days=30)
CITY = {"op": "attribute", "key": "city", "cmp": "eq", "value": "上海"}
RULE = {
    "op": "and",
    "args": [
        {"op": "or", "args": [CITY, {"op": "attribute", "key": "address.zip", "cmp": "starts_with", "value": "20"}]},
        {"op": "not", "arg": {"op": "tag", "key": "churned"}},
        {"op": "not", "arg": {"op": "held", "key": "level", "value": "gold", "for": "P10D"}},
        {"op": "attribute", "key": "birthday", "cmp": "not_exists"},
    ],
}
PEOPLE = 3000


def crowd(workspace: Workspace, people: int) -> None:
    """People with three changes each, about a month apart; of every tenth nothing is on record."""
    changed = [NOW - timedelta(days=days) for days in (80, 50, 20)]
    ids = sorted(new_id() for _ in range(people))
    Profile.objects.bulk_create(
        (
            Profile(
                id=id_,
                workspace=workspace,
                attributes={"city": "上海"},
                history_since=changed[0] if number % 10 else None,
            )
            for number, id_ in enumerate(ids)
        ),
        batch_size=2000,
    )
    Profile.objects.update(updated_at=changed[0])
    cities = ("上海", "杭州", "北京")
    PersonHistory.objects.bulk_create(
        (
            PersonHistory(
                workspace_id=workspace.id,
                profile_id=id_,
                at=at,
                attributes={
                    "city": cities[(number + turn) % 3],
                    "address": {"zip": f"{20 + (number + turn) % 2}0000"},
                    "level": "gold" if (number + turn) % 4 else "silver",
                },
                tags={"churned": True} if number % 7 == turn else {"churned": None},
            )
            for number, id_ in enumerate(ids)
            if number % 10
            for turn, at in enumerate(changed)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze profiles_profile, profiles_personhistory")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def planned(statement: str, params: tuple[Any, ...]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {statement}", params)
        ((plan,),) = cursor.fetchone()
        return list(nodes(plan["Plan"]))


@pytest.mark.django_db
@pytest.mark.parametrize("as_of", [True, False])
def test_the_record_of_a_workspace_is_read_by_sets(workspace: Workspace, as_of: bool) -> None:
    crowd(workspace, PEOPLE)
    asked = everybody(workspace.id, parse_rule(RULE), THEN, Definitions(workspace.id), as_of=as_of)
    found = planned(f"select count(*) {asked.text}", asked.params)
    read = [node for node in found if node.get("Relation Name") == "profiles_personhistory"]
    # One pass for attributes and tags together, one for the value that is held.
    assert len(read) == (2 if as_of else 1)
    assert [node["Actual Loops"] for node in read] == [1] * len(read)


@pytest.mark.django_db
def test_everybody_asked_by_sets_is_everybody_asked_one_by_one(workspace: Workspace) -> None:
    crowd(workspace, PEOPLE)
    rule = parse_rule(RULE)
    each = condition(rule, THEN, Definitions(workspace.id), as_of=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from profiles_profile p cross join (select 'infinity'::timestamptz as since) m"
            f" where p.workspace_id = %s and {each.text}",
            (workspace.id, *each.params),
        )
        one_by_one = cursor.fetchone()[0]
    assert 0 < one_by_one < PEOPLE
    assert count(workspace, rule, THEN, as_of=True) == one_by_one


@pytest.mark.django_db
def test_a_small_workspace_beside_a_large_one_reads_its_own_changes(workspace: Workspace) -> None:
    crowd(workspace, PEOPLE)
    small = Workspace.objects.create(slug="small", name="Small")
    crowd(small, 20)
    asked = everybody(small.id, parse_rule(CITY), THEN, Definitions(small.id), as_of=True)
    found = planned(f"select count(*) {asked.text}", asked.params)
    read = [node for node in found if node.get("Relation Name") == "profiles_personhistory"]
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in read) <= 20 * 3
    assert all(node.get("Rows Removed by Filter", 0) < PEOPLE for node in read)
