"""Notes on the canvas: kept in the graph and shown by the diff; nothing that runs sees them."""

from typing import Any

from journeys.engine.diff import difference
from journeys.engine.graph import Graph
from journeys.engine.validation.validate import validate
from tests.fixtures.graphs import graph, wait

NOTE = {"id": "m1", "text": "首购礼", "colour": "blue", "position": {"x": 4, "y": 5}, "width": 220, "height": 140.5}


def noted(*notes: Any) -> dict[str, Any]:
    return graph({"rest": wait("P1D")}, ["start -> rest"]) | {"notes": list(notes)}


def test_a_graph_with_notes_is_read_and_written_as_it_was() -> None:
    read = Graph.model_validate(noted(NOTE))
    assert read.model_dump(mode="json")["notes"] == [NOTE | {"position": {"x": 4.0, "y": 5.0}, "width": 220.0}]


def test_a_graph_of_before_notes_has_none() -> None:
    assert Graph.model_validate(graph({"rest": wait("P1D")}, ["start -> rest"])).notes == []


def test_a_good_note_is_no_issue_and_a_bad_one_is_named() -> None:
    assert [issue.code for issue in validate(noted(NOTE))] == [issue.code for issue in validate(noted())]
    found = [issue.code for issue in validate(noted(NOTE | {"colour": "loud"}, NOTE | {"by": "me"}, "x"))]
    assert {"invalid_config", "unknown_field"} <= set(found)


def test_the_diff_names_notes_by_what_they_say_and_nobody_inside_is_touched() -> None:
    gone, new = NOTE | {"id": "m2"}, NOTE | {"id": "m3"}
    found = difference(noted(NOTE, gone), noted(NOTE | {"text": "会员礼"}, new))
    assert [note["id"] for note in found.notes_added] == ["m3"]
    assert [note["id"] for note in found.notes_removed] == ["m2"]
    assert [(change.before["text"], change.after["text"]) for change in found.notes_changed] == [("首购礼", "会员礼")]
    assert found.effects == []


def test_a_note_that_was_moved_or_resized_is_no_difference() -> None:
    moved = noted(NOTE | {"position": {"x": 9, "y": 9}, "width": 300})
    found = difference(noted(NOTE), moved)
    assert (found.notes_added, found.notes_removed, found.notes_changed) == ([], [], [])


def test_a_draft_whose_notes_are_no_list_has_a_diff_and_an_issue() -> None:
    broken = noted() | {"notes": 3}
    assert difference(broken, broken).notes_changed == []
    assert "invalid_graph" in [issue.code for issue in validate(broken)]
