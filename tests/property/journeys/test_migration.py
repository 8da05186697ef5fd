"""Whoever is moved, from any graph to any other: one answer, and a state that the log alone gives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.engine.enrollment import Enrollment, evolve
from journeys.engine.migration import ENTERED, KEPT, OUTCOMES, destination, move, standing_of
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import compile_plan
from journeys.store.rows import context_of, state_of
from tests.fixtures.random_graphs import valid_graphs

T0 = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NOW = T0 + timedelta(days=3)


@st.composite
def people(draw: st.DrawFn, graph: dict[str, Any]) -> Enrollment:
    """Somebody live at any node of the graph."""
    node = draw(st.sampled_from([node["id"] for node in graph["nodes"]]))
    state = draw(st.sampled_from(["active", "waiting", "failed"]))
    waits = state == "waiting" or (state == "failed" and draw(st.booleans()))
    timed = state == "active" or (state == "waiting" and draw(st.booleans()))
    sends = {node: {"message": "m", "state": "queued"}} if draw(st.booleans()) else {}
    return Enrollment(
        "e",
        "p",
        "j",
        "old",
        T0,
        {},
        state=state,
        node=node,
        seq=draw(st.integers(1, 9)),
        due_at=T0 + timedelta(days=5) if timed else None,
        since=T0,
        wait={"until": None} if waits else None,
        sends=sends,
        attempts=6 if state == "failed" else 0,
    )


@settings(max_examples=300, deadline=None)
@given(old=valid_graphs(), new=valid_graphs(), data=st.data())
def test_anybody_stays_or_stands_at_a_node_of_the_new_version(
    old: dict[str, Any], new: dict[str, Any], data: st.DataObject
) -> None:
    plan = compile_plan("j", "new", new)
    types = {node["id"]: node["type"] for node in old["nodes"]}
    person = data.draw(people(old))
    targets = st.none() | st.sampled_from(sorted(plan.nodes))
    mapping = data.draw(st.dictionaries(st.sampled_from(sorted(types)), targets, max_size=4))
    where = destination(types, plan, standing_of(person), mapping)
    assert where == destination(types, plan, standing_of(person), mapping)
    assert where.code in OUTCOMES
    assert (where.target is None) == (where.code not in {KEPT, ENTERED})
    if where.target is None:
        return
    node = plan.nodes[where.target]
    if person.wait is not None and types[person.node] == "send" and isinstance(node.config, SendConfig):
        # Anew, it would send a second message.
        assert where.code == KEPT
    step = move(person, "new", where, NOW)
    moved = step.enrollment
    (event,) = step.events
    assert moved == evolve(person, event._replace(data=orjson.loads(orjson.dumps(event.data))))
    assert (moved.version, moved.node, moved.seq, event.node) == ("new", node.id, person.seq + 1, node.id)
    assert (moved.state == "failed") == (person.state == "failed")
    if where.code == KEPT:
        assert moved[9:12] == person[9:12], "due_at, since and wait are as they were"
        assert moved.state == person.state
        assert moved.sends.get(node.id) == person.sends.get(person.node, moved.sends.get(node.id))
    else:
        assert moved.wait is None
        assert moved.due_at == (None if person.state == "failed" else NOW)
    row = moved._asdict() | {"profile_id": "p", "journey_id": "j", "version_id": "new"}
    row |= {"context": orjson.dumps(context_of(moved)), "properties": b"{}"}
    assert state_of(row) == moved


@settings(max_examples=100, deadline=None)
@given(graph=valid_graphs(), data=st.data())
def test_in_an_unchanged_graph_everybody_stands_where_they_stood(graph: dict[str, Any], data: st.DataObject) -> None:
    plan = compile_plan("j", "new", graph)
    types = {node["id"]: node["type"] for node in graph["nodes"]}
    person = data.draw(people(graph))
    where = destination(types, plan, standing_of(person), {})
    if where.code == KEPT:
        assert where.target == person.node
    else:
        # Only who waits without a due time where the node has one: such a wait does not come from this graph.
        assert person.wait is not None
        assert person.due_at is None or where.code == "fate_not_awaited"
