"""Tags: who gave them, until when, and that Profile.tags says the same."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from profiles import tag_definitions, tag_jobs, tags, upkeep
from profiles.choices import TagAction, TagKind, TagSource
from profiles.models import Profile, Segment, Tag, TagAssignment, TagJob
from profiles.segments import create_segment
from profiles.tag_rules import TagCycle
from tests.fixtures.computing import settle, tags_of
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World
from workspaces.errors import DomainError

SHANGHAI = {"op": "attribute", "key": "city", "value": "上海"}


@pytest.fixture
def world(db: None) -> World:
    return World()


def tag(world: World, key: str = "vip", rule: Any = None, **fields: Any) -> Tag:
    kind = TagKind.RULE if rule else TagKind.MANUAL
    return tag_definitions.create(world.workspace, {"key": key, "name": key, "kind": kind, **fields}, rule, "li", T0)


def give(
    world: World, *people: UUID, at: datetime = T0, until: datetime | None = None, value: Any = None
) -> tags.Given:
    return tags.assign(world.workspace, tags.Giving("vip", value, TagSource.MANUAL, "li", until), people, at)


def history(person: UUID, key: str = "vip") -> list[tuple[Any, str, str, str]]:
    rows = TagAssignment.objects.filter(profile_id=person, key=key).order_by("id")
    return [(row.value, row.source, row.by, row.ended_because) for row in rows]


def test_a_tag_is_given_once_with_its_source(world: World) -> None:
    person, elsewhere = world.person(), World().person()
    assert give(world, person, elsewhere).changed == {person}
    assert give(world, person).changed == frozenset()
    assert tags_of(person) == {"vip": None}
    assert history(person) == [(None, "manual", "li", "")]
    assert tags_of(elsewhere) == {}


def test_another_value_replaces_the_first_and_the_history_keeps_both(world: World) -> None:
    person = world.person()
    for value in ("gold", 1, "1", True):
        give(world, person, value=value)
    assert tags_of(person) == {"vip": None}
    assert [(value, ended) for value, _, _, ended in history(person)] == [
        ("gold", "replaced"),
        (1, "replaced"),
        ("1", "replaced"),
        (None, ""),
    ]


def test_a_tag_is_gone_when_it_expires(world: World) -> None:
    person, other = world.people(2)
    give(world, person, other, until=T0 + HOUR)
    give(world, other, until=T0 + DAY)
    settle(world, T0 + HOUR - SECOND)
    assert tags_of(person) == {"vip": None}
    assert upkeep.workspaces_waiting(T0 + HOUR) == {world.workspace.id}
    settle(world, T0 + HOUR)
    assert (tags_of(person), tags_of(other)) == ({}, {"vip": None})
    assert history(person) == [(None, "manual", "li", "expired")]


def test_whoever_changes_the_person_is_followed(world: World) -> None:
    person = world.person()
    give(world, person, value="gold")
    post(world, person, {"vip": "gold", "new": True})
    assert history(person) == [("gold", "manual", "li", "")]
    assert history(person, "new") == [(None, "direct", "", "")]
    post(world, person, {"vip": "silver", "new": None})
    assert tags_of(person) == {"vip": "silver"}
    assert history(person) == [("gold", "manual", "li", "replaced"), ("silver", "direct", "", "")]
    assert history(person, "new") == [(None, "direct", "", "removed")]


def post(world: World, person: UUID, changes: dict[str, Any]) -> None:
    from profiles.identity_values import normalise
    from profiles.person_changes import PersonChange
    from profiles.upsert import upsert

    key = normalise("member_id", str(person))
    upsert(world.workspace, [key], PersonChange(tags=changes), [], T0)


def test_a_rule_tag_comes_and_goes_with_what_its_rule_says(world: World) -> None:
    person, other = world.person(city="上海"), world.person(city="北京")
    defined = tag(world, "local", SHANGHAI, value_type="text", value="yes")
    settle(world, T0)
    assert (tags_of(person), tags_of(other)) == ({"local": "yes"}, {})
    assert history(person, "local") == [("yes", "rule", "rule:local", "")]
    move(world, other, "上海")
    move(world, person, "杭州")
    settle(world, T0)
    assert (tags_of(person), tags_of(other)) == ({}, {"local": "yes"})
    tag_definitions.change(defined, {"rule": {"op": "not", "arg": SHANGHAI}}, "li", T0)
    settle(world, T0)
    assert (tags_of(person), tags_of(other)) == ({"local": "yes"}, {})
    tag_definitions.change(Tag.objects.get(), {"value": "no"}, "li", T0)
    settle(world, T0)
    assert tags_of(person) == {"local": "no"}


def move(world: World, person: UUID, city: str) -> None:
    from profiles.identity_values import normalise
    from profiles.person_changes import PersonChange
    from profiles.upsert import upsert

    upsert(world.workspace, [normalise("member_id", str(person))], PersonChange({"city": city}), [], T0)


def test_what_the_rule_takes_is_only_what_it_gave(world: World) -> None:
    person = world.person(city="上海")
    tag(world, "local", SHANGHAI)
    settle(world, T0)
    post(world, person, {"local": "by hand"})
    move(world, person, "杭州")
    settle(world, T0)
    assert tags_of(person) == {"local": "by hand"}


def test_the_segment_of_a_rule_tag_cannot_be_deleted(world: World) -> None:
    from profiles.segments import delete_segment

    tag(world, "local", SHANGHAI)
    segment = Segment.objects.get()
    with pytest.raises(DomainError, match="tag local"):
        delete_segment(segment)


def test_a_rule_that_looks_at_its_own_tag_is_refused(world: World) -> None:
    with pytest.raises(TagCycle):
        tag(world, "a", {"op": "not", "arg": {"op": "tag", "key": "a"}})
    tag(world, "b", {"op": "tag", "key": "c"})
    with pytest.raises(TagCycle):
        tag(world, "c", {"op": "or", "args": [{"op": "not", "arg": {"op": "tag", "key": "b"}}]})
    assert not Tag.objects.filter(key__in=["a", "c"]).exists()


def test_a_job_gives_a_tag_to_a_segment_batch_by_batch(world: World) -> None:
    people = [world.person(city="上海") for _ in range(5)]
    world.person(city="北京")
    segment = create_segment(world.workspace, "上海", "", SHANGHAI)
    job = tag_jobs.ask(tag(world), TagAction.ASSIGN, "li", T0, segment=segment, expires_at=T0 + DAY)
    tag_jobs.advance(world.workspace, T0, limit=2)
    job.refresh_from_db()
    assert (job.state, job.done, job.changed, job.cursor) == ("running", 2, 2, sorted(people)[1])
    settle(world, T0)
    job.refresh_from_db()
    assert (job.state, job.done, job.changed, job.finished_at) == ("done", 5, 5, T0)
    assert all(tags_of(one) == {"vip": None} for one in people)
    settle(world, T0 + DAY)
    assert all(tags_of(one) == {} for one in people)


def test_the_end_of_a_definition_takes_the_tag_from_everybody(world: World) -> None:
    person = world.person(city="上海", tags=[])
    defined = tag(world, "local", SHANGHAI)
    settle(world, T0)
    tag_definitions.end(defined, "li", T0)
    settle(world, T0)
    assert tags_of(person) == {}
    assert not (Tag.objects.exists())
    assert not (Segment.objects.exists())
    assert not (TagJob.objects.exists())


def test_a_job_that_fails_again_and_again_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    give(world, world.person())
    job = tag_jobs.ask(tag(world), TagAction.UNASSIGN, "li", T0)

    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("no")

    monkeypatch.setattr(tags, "unassign_locked", fails)
    settle(world, T0)
    job.refresh_from_db()
    assert (job.state, job.failures, job.error) == ("failed", 5, "ZeroDivisionError: no")


def test_who_has_too_many_tags_gets_no_other(world: World) -> None:
    person = world.person()
    Profile.objects.filter(pk=person).update(tags={f"t{number}": None for number in range(1000)})
    assert give(world, person).too_many == {person}
    assert not TagAssignment.objects.filter(profile_id=person, key="vip").exists()
