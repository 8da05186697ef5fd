"""What differs between two graphs, and what an edit does to people: said once, in code and documentation."""

from pathlib import Path
from typing import Any

import pytest

from journeys.engine.diff import Effect, difference
from journeys.engine.edit_effects import EDIT_EFFECTS, OF_SETTING, OF_TYPE, table
from journeys.engine.graph import Settings
from journeys.engine.nodes.registry import NODE_TYPES
from tests.fixtures.graphs import GOAL, ab, attribute, graph, leave, send, split, wait, wait_for

PAGE = Path(__file__).parents[4] / "docs/reference/editing-a-live-journey.md"
NODES = {
    "rest": wait("P1D"),
    "news": wait_for("order_paid"),
    "who": split(sh=attribute("city", "上海")),
    "ab": ab(a=50, b=50),
    "sms": send(),
    "end": leave(),
}
EDGES = ["start -> rest", "rest -> news", "news.timeout -> who", "who.sh -> ab", "ab.a -> sms", "sms -> end"]
BASE = graph(NODES, EDGES)
AWAIT = {"for": "delivered", "timeout": "P1D"}


def changed(**nodes: Any) -> dict[str, Any]:
    return graph({**NODES, **nodes}, EDGES)


@pytest.mark.parametrize(
    ("after", "effects"),
    [
        (changed(start=("trigger", {"kind": "event", "event": "visited"})), [("trigger_changed", "start")]),
        (changed(rest=wait("P2D")), [("wait_changed", "rest")]),
        (changed(rest=wait_for("visited")), [("node_type_changed", "rest")]),
        (changed(news=wait_for("visited")), [("wait_event_changed", "news")]),
        (changed(who=split(sh=attribute("city", "北京"))), [("split_changed", "who")]),
        (changed(ab=ab(a=20, b=80)), [("ab_changed", "ab")]),
        (changed(sms=send(template="bye")), [("send_changed", "sms")]),
        (changed(sms=send(**{"await": AWAIT})), [("send_await_changed", "sms")]),
        (changed(end=leave("bye")), [("node_changed", "end")]),
        (changed(more=wait("P1D")), [("node_added", "more")]),
        (graph({name: NODES[name] for name in NODES if name != "end"}, EDGES[:-1]), [("node_removed", "end")]),
        (graph(NODES, EDGES[:-1]), [("edge_removed", "sms")]),
        (graph(NODES, [*EDGES, "who.else -> end"]), [("edge_added", "who")]),
        (graph(NODES, [*EDGES[:-1], "sms -> rest"]), [("edge_redirected", "sms")]),
        (
            graph(NODES, [*EDGES, "sms.blocked -> end"]),
            [("edge_added", "sms"), ("send_await_changed", "sms")],
        ),
        (graph(NODES, EDGES, goals=[GOAL]), [("goals_changed", None)]),
        (graph(NODES, EDGES, exit_rules=[{"event": "left"}]), [("exit_rules_changed", None)]),
        (graph(NODES, EDGES, holdout={"percent": 5}), [("holdout_changed", None)]),
        (graph(NODES, EDGES, entry={"reentry": {"mode": "always"}}), [("entry_changed", None)]),
        (graph(NODES, EDGES, priority=9, timezone="UTC"), [("sending_changed", None)]),
        (graph(NODES, EDGES, execution="per_person"), [("execution_changed", None)]),
    ],
)
def test_an_edit_has_its_effect(after: dict[str, Any], effects: list[tuple[str, str | None]]) -> None:
    removed_edges = [effect for effect in difference(BASE, after).effects if effect.code == "edge_removed"]
    found = difference(BASE, after).effects
    if effects[0][0] == "node_removed":
        found = [effect for effect in found if effect not in removed_edges]
    assert found == [Effect(*effect) for effect in effects]


def test_every_effect_is_that_of_some_edit() -> None:
    marks = [mark for mark in test_an_edit_has_its_effect.pytestmark if mark.name == "parametrize"]
    proved = {code for _, effects in marks[0].args[1] for code, _ in effects} | {"node_renamed"}
    assert proved == EDIT_EFFECTS.keys()
    assert set(OF_SETTING.values()) | set(OF_TYPE.values()) <= EDIT_EFFECTS.keys()
    assert OF_TYPE.keys() <= NODE_TYPES.keys()
    assert OF_SETTING.keys() <= Settings.model_fields.keys()


def test_a_change_says_which_fields_and_what_they_were() -> None:
    after = changed(rest=("wait", {"for": "P2D", "timezone": "UTC"}))
    after["nodes"][1] |= {"name": "歇一天", "position": {"x": 5, "y": 6}}
    (change,) = difference(BASE, after).nodes_changed
    assert (change.id, change.type, change.name) == ("rest", "wait", "歇一天")
    assert change.fields == ["name", "config.for", "config.timezone"]
    assert change.before == {"name": "", "config.for": "P1D", "config.timezone": None}
    assert change.after == {"name": "歇一天", "config.for": "P2D", "config.timezone": "UTC"}
    assert difference(BASE, after).effects[0] == Effect("node_renamed", "rest")


def test_what_an_operator_does_not_see_is_no_difference() -> None:
    after = graph(
        dict(reversed(NODES.items())), list(reversed(EDGES)), entry={"reentry": {"mode": "never"}}, priority=50
    )
    for node in after["nodes"]:
        node["position"] = {"x": 1, "y": 1}
    assert not any(difference(BASE, after))


def test_the_way_back_is_the_mirror() -> None:
    after = graph({**NODES, "more": wait("P1D")}, [*EDGES[:-1], "sms -> more"], goals=[GOAL])
    there, back = difference(BASE, after), difference(after, BASE)
    assert (there.nodes_added, there.edges_added) == (back.nodes_removed, back.edges_removed)
    assert [(one.before, one.after) for one in there.settings] == [(one.after, one.before) for one in back.settings]


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"nodes": None, "edges": 7, "settings": []},
        {"nodes": [None, 7, {}, {"id": 5, "type": "wait"}, {"id": "x", "type": "wait", "config": [], "name": 7}]},
        {"edges": [None, {"source": "x"}, {"source": "x", "target": "y", "outcome": {}}], "settings": {"entry": 7}},
    ],
)
def test_a_draft_that_is_no_graph_yet_is_compared_all_the_same(draft: dict[str, Any]) -> None:
    assert difference(draft, draft).effects == []
    assert len(difference(draft, BASE).nodes_added) == len(BASE["nodes"])


def test_the_documentation_has_the_table_of_the_code() -> None:
    assert table() in PAGE.read_text(), (
        "run: python -c 'from journeys.engine.edit_effects import table; print(table())'"
    )


def test_every_text_is_in_both_languages() -> None:
    texts = [text for effect in EDIT_EFFECTS.values() for text in (effect.edit, effect.effect)]
    assert all(text.zh and text.en.isascii() and not text.zh.isascii() for text in texts)
