"""The path of one run, by the entries that it is made of."""

from typing import Any

import pytest

from journeys.review.paths.folding import MOVED, SECOND, Entry, Folded, Sent, canonical, digest_of, fold_run, rounded

START = 1_772_416_800 * SECOND  # 2026-03-02T02:00:00Z
V1, V2 = "v1", "v2"


def entries(*told: tuple[Any, ...]) -> list[Entry]:
    """Entries by (kind, node, seconds after the start, data)."""
    return [
        Entry(seq, kind, node, START + int(after * SECOND), data[0] if data else {})
        for seq, (kind, node, after, *data) in enumerate(told, start=1)
    ]


def came(node: str, after: float, source: str, outcome: str = "next", **data: Any) -> tuple[Any, ...]:
    return "node_entered", node, after, {"from": source, "outcome": outcome, **data}


def fold(*told: tuple[Any, ...], state: str = "completed", sends: tuple[Sent, ...] = (), version: str = V1) -> Folded:
    return fold_run(version, state, entries(*told), sends)


def test_a_run_is_its_nodes_with_the_way_out_of_each() -> None:
    folded = fold(
        ("enrolled", "start", 0),
        came("test", 1, "start"),
        ("variant_assigned", "test", 1, {"variant": "b"}),
        came("sms", 1, "test", "b"),
        ("converted", "sms", 30, {"goal": "bought"}),
        ("converted", "sms", 31, {"goal": "bought"}),
        ("completed", "sms", 61, {"outcome": "next"}),
        sends=(Sent("sms", "sms", "delivered", ""),),
    )
    assert folded.body == {
        "steps": [["start", "next"], ["test", "b"], ["sms", "next"]],
        "end": "completed",
        "reason": "",
        "variants": {"test": "b"},
        "sends": [["sms", "sms", "delivered", ""]],
        "goals": ["bought"],
        "held_out": False,
    }
    assert [(stay.node, stay.seconds) for stay in folded.stays] == [("start", 1), ("test", 0), ("sms", 60)]


def test_who_is_still_inside_has_no_way_out_and_no_stay_yet() -> None:
    folded = fold(("enrolled", "start", 0), came("wait", 0, "start"), state="waiting")
    assert folded.body["steps"] == [["start", "next"], ["wait", None]]
    assert [stay.node for stay in folded.stays] == ["start"]


def test_an_early_end_says_why_and_ends_the_stay() -> None:
    ends = ("exited", "wait", 90, {"reason": "exit_rule", "rule": 0})
    folded = fold(("enrolled", "start", 0), came("wait", 0, "start"), ends, state="exited")
    assert (folded.body["end"], folded.body["reason"]) == ("exited", "exit_rule")
    assert folded.body["steps"][-1] == ["wait", None]
    assert folded.stays[-1] == (3, V1, "wait", 90)


def test_who_was_held_out_took_no_step_and_may_still_convert() -> None:
    folded = fold(("held_out", "start", 0), ("converted", "start", 5, {"goal": "bought"}), state="held_out")
    assert folded.body == {
        "steps": [],
        "end": "held_out",
        "reason": "",
        "variants": {},
        "sends": [],
        "goals": ["bought"],
        "held_out": True,
    }
    assert folded.stays == []


def test_a_stay_begins_when_the_person_came_and_not_when_the_lane_got_to_them() -> None:
    folded = fold(
        ("enrolled", "start", 0),
        came("wait", 0, "start"),
        came("next", 4000, "wait", since="2026-03-02T03:00:00+00:00"),
        ("completed", "next", 4000, {"outcome": "next"}),
    )
    assert [(stay.node, stay.seconds) for stay in folded.stays] == [("start", 0), ("wait", 3600), ("next", 400)]


def test_a_loop_goes_by_the_same_node_again() -> None:
    told = [("enrolled", "start", 0), came("wait", 0, "start"), came("wait", 10, "wait", "again")]
    folded = fold(*told, came("wait", 30, "wait", "again"), ("completed", "wait", 60, {"outcome": "done"}))
    assert folded.body["steps"][1:] == [["wait", "again"], ["wait", "again"], ["wait", "done"]]
    assert [stay.seconds for stay in folded.stays] == [0, 10, 20, 30]


@pytest.mark.parametrize(
    ("data", "node", "steps"),
    [
        ({}, "wait", [["start", "next"], ["wait", "next"]]),
        ({}, "pause", [["start", "next"], ["wait", MOVED], ["pause", "next"]]),
        ({"entered": True}, "wait", [["start", "next"], ["wait", MOVED], ["wait", "next"]]),
    ],
)
def test_a_run_that_was_moved_goes_on_where_it_was_put(data: Any, node: str, steps: Any) -> None:
    move = {"from_version": V1, "to_version": V2, "from_node": "wait", "to_node": node, **data}
    folded = fold(
        ("enrolled", "start", 0),
        came("wait", 0, "start"),
        ("migrated", node, 10, move),
        ("completed", node, 30, {"outcome": "next"}),
        version=V2,
    )
    assert folded.body["steps"] == steps
    assert folded.stays[0].version == V1
    assert (folded.stays[-1].version, folded.stays[-1].node) == (V2, node)
    assert sum(stay.seconds for stay in folded.stays) == 30


def test_a_run_that_a_merge_ended_and_that_goes_on_has_no_reason_any_more() -> None:
    folded = fold(
        ("enrolled", "start", 0),
        came("wait", 0, "start"),
        ("exited", "wait", 20, {"reason": "merged", "merge": "m"}),
        ("profile_unmerged", "wait", 50, {"merge": "m", "resume": {"state": "waiting"}}),
        ("completed", "wait", 60, {"outcome": "next"}),
    )
    assert folded.body["reason"] == ""
    assert folded.body["steps"] == [["start", "next"], ["wait", "next"]]
    assert [(stay.node, stay.seconds) for stay in folded.stays] == [("start", 0), ("wait", 20), ("wait", 10)]


def test_stays_only_grow_with_the_stream() -> None:
    told = entries(
        ("enrolled", "start", 0),
        came("wait", 1, "start"),
        ("exited", "wait", 20, {"reason": "merged"}),
        ("profile_unmerged", "wait", 50, {"resume": {"state": "waiting"}}),
        ("migrated", "wait", 55, {"from_version": V1, "to_version": V2, "from_node": "wait", "entered": True}),
        ("completed", "wait", 60, {"outcome": "next"}),
    )
    whole = fold_run(V2, "completed", told, ()).stays
    for end in range(1, len(told)):
        version = V2 if end >= 5 else V1
        early = fold_run(version, "waiting", told[:end], ()).stays
        assert early == [stay for stay in whole if stay.seq <= end]


@pytest.mark.parametrize(
    ("seconds", "kept"), [(-5, 0), (0, 0), (0.9, 0), (999, 999), (1000, 1000), (1234.9, 1230), (99_999, 99_900)]
)
def test_three_digits_of_a_stay_are_kept(seconds: float, kept: int) -> None:
    assert rounded(int(seconds * SECOND)) == kept


def test_equal_paths_are_the_same_bytes() -> None:
    one = fold(
        ("enrolled", "s", 0),
        ("variant_assigned", "a", 0, {"variant": "x"}),
        ("variant_assigned", "b", 0, {"variant": "y"}),
    )
    two = fold(
        ("enrolled", "s", 9),
        ("variant_assigned", "b", 9, {"variant": "y"}),
        ("variant_assigned", "a", 9, {"variant": "x"}),
    )
    other = fold(("enrolled", "s", 0))
    assert digest_of(canonical(one.body)) == digest_of(canonical(two.body)) != digest_of(canonical(other.body))
