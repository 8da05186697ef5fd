"""The change log of one who edits for an hour with autosave on says so in a line, and hides nobody else's act."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User

from journeys.api.change_texts import words_of
from journeys.choices import ChangeKind
from journeys.models import JourneyChange
from journeys.runtime.changes import SITTING, note, note_autosave
from tests.fixtures.graphs import graph
from tests.fixtures.world import MINUTE, T0

if TYPE_CHECKING:
    from journeys.models import Journey
    from tests.fixtures.world import World


@pytest.fixture
def journey(world: World) -> Journey:
    made = world.journey(graph({}, []))
    JourneyChange.objects.filter(journey=made).delete()
    return made


def member(name: str) -> User:
    return User.objects.create_user(name)


def saved(revision: int, *fields: str) -> dict[str, Any]:
    return {"revision": revision, "fields": list(fields)}


def log(journey: Journey) -> list[tuple[str, Any]]:
    return [(one.kind, one.data.get("saves")) for one in JourneyChange.objects.filter(journey=journey).order_by("id")]


def test_the_autosaves_of_a_sitting_are_one_entry_which_says_all_of_them(journey: Journey) -> None:
    li = member("li")
    note_autosave(journey, T0, li, saved(2, "graph"))
    note_autosave(journey, T0 + 9 * MINUTE, li, saved(3, "name"))
    last = note_autosave(journey, T0 + 18 * MINUTE, li, saved(4, "graph"))
    assert log(journey) == [("saved", 3)]
    assert (last.at, last.data["since"], last.data["revision"]) == (T0 + 18 * MINUTE, T0.isoformat(), 4)
    assert words_of(last) == (
        "修改了画布、名称（修订 4，自动保存 3 次）",
        "Changed the graph, the name (revision 4, saved by itself 3 times)",
    )


def test_a_pause_begins_another_entry(journey: Journey) -> None:
    li = member("li")
    note_autosave(journey, T0, li, saved(2, "graph"))
    note_autosave(journey, T0 + SITTING + timedelta(seconds=1), li, saved(3, "graph"))
    assert log(journey) == [("saved", 1), ("saved", 1)]


def test_nothing_is_joined_over_what_came_in_between(journey: Journey) -> None:
    li, wang = member("li"), member("wang")
    note_autosave(journey, T0, li, saved(2, "graph"))
    note_autosave(journey, T0 + MINUTE, wang, saved(3, "graph"))
    note_autosave(journey, T0 + 2 * MINUTE, li, saved(4, "graph"))
    note(journey, ChangeKind.COMMENTED, T0 + 3 * MINUTE, wang)
    note_autosave(journey, T0 + 4 * MINUTE, li, saved(5, "graph"))
    note(journey, ChangeKind.SAVED, T0 + 5 * MINUTE, li, saved(6, "graph"))
    note_autosave(journey, T0 + 6 * MINUTE, li, saved(7, "graph"))
    assert log(journey) == [
        ("saved", 1),
        ("saved", 1),
        ("saved", 1),
        ("commented", None),
        ("saved", 1),
        ("saved", None),
        ("saved", 1),
    ]
