"""Validation accepts what is valid, finds what has been broken, and never raises."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from journeys.engine.plan import compile_plan, listens
from journeys.engine.validation.validate import is_publishable, validate
from tests.fixtures.json_values import VALUES
from tests.fixtures.random_graphs import valid_graphs

Graph = dict[str, Any]


def errors(graph: Any) -> set[str]:
    return {issue.code for issue in validate(graph) if issue.severity == "error"}


def dangle(draw: st.DrawFn, graph: Graph) -> None:
    draw(st.sampled_from(graph["edges"]))["target"] = "nowhere"


def double(draw: st.DrawFn, graph: Graph) -> None:
    edge = draw(st.sampled_from(graph["edges"]))
    graph["edges"].append({**edge, "id": "another"})


def unbalance(draw: st.DrawFn, graph: Graph) -> None:
    tests = [node for node in graph["nodes"] if node["type"] == "ab"]
    assume(tests)
    lightest = min(draw(st.sampled_from(tests))["config"]["variants"], key=lambda variant: variant["weight"])
    lightest["weight"] += draw(st.sampled_from([0.001, 0.5, 50]))


def spin(draw: st.DrawFn, graph: Graph) -> None:
    """Lead from a node that does not hold people back to itself."""
    passed = [node["id"] for node in graph["nodes"] if node["type"] in {"split", "ab", "goal", "send"}]
    assume(passed)
    node = draw(st.sampled_from(passed))
    outcome = {"split": "else", "ab": "a", "goal": "next", "send": "next"}[
        next(found["type"] for found in graph["nodes"] if found["id"] == node)
    ]
    graph["edges"] = [e for e in graph["edges"] if (e["source"], e["outcome"]) != (node, outcome)]
    graph["edges"].append({"id": "back", "source": node, "outcome": outcome, "target": node})


def strand(draw: st.DrawFn, graph: Graph) -> None:
    graph["nodes"].append({"id": "island", "type": "exit", "config": {}})


def rename(draw: st.DrawFn, graph: Graph) -> None:
    draw(st.sampled_from(graph["edges"]))["outcome"] = "no such outcome"


def repeat(draw: st.DrawFn, graph: Graph) -> None:
    graph["nodes"].append({"id": "n0", "type": "exit", "config": {}})


def add_field(draw: st.DrawFn, graph: Graph) -> None:
    part = draw(st.sampled_from([graph, graph["settings"], graph["nodes"][0], graph["nodes"][0]["config"]]))
    part["surprise"] = 1


MUTATIONS = {
    "unknown_target": dangle,
    "two_edges_from_one_outcome": double,
    "weights_do_not_sum": unbalance,
    "cycle_without_wait": spin,
    "unreachable_node": strand,
    "unknown_outcome": rename,
    "node_id_not_unique": repeat,
    "unknown_field": add_field,
}


@pytest.mark.parametrize("code", MUTATIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data())
def test_a_valid_graph_that_is_broken_is_refused_with_the_code(code: str, data: st.DataObject) -> None:
    graph = data.draw(valid_graphs())
    assert errors(graph) == set()
    data.draw(st.composite(lambda draw: MUTATIONS[code](draw, graph))())
    assert code in errors(graph)


@settings(max_examples=100, deadline=None)
@given(valid_graphs(most=30))
def test_what_validation_accepts_can_be_run(graph: Graph) -> None:
    assert errors(graph) == set()
    plan = compile_plan("journey", "version", graph)
    assert set(plan.nodes) == {node["id"] for node in graph["nodes"]}
    assert listens(plan) == sorted(set(listens(plan)))


@st.composite
def vandalised(draw: st.DrawFn) -> Graph:
    """A valid graph of which some part, at any depth, is replaced by any JSON."""
    graph: Graph = orjson.loads(orjson.dumps(draw(valid_graphs(most=6))))
    for _ in range(draw(st.integers(1, 3))):
        place, key = draw(st.sampled_from(list(places(graph))))
        place[key] = draw(VALUES)
    return graph


def places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a JSON value, however deep."""
    for key in list(part) if isinstance(part, dict) else range(len(part)):
        yield part, key
        if isinstance(part[key], dict | list):
            yield from places(part[key])


@settings(max_examples=300, deadline=None)
@given(vandalised() | VALUES | st.fixed_dictionaries({"nodes": VALUES, "edges": VALUES, "settings": VALUES}))
def test_validation_never_raises_and_what_it_accepts_can_be_compiled(graph: Any) -> None:
    issues = validate(graph)
    assert all(issue.messages["zh-CN"] and issue.messages["en"] for issue in issues)
    if is_publishable(issues):
        compile_plan("journey", "version", graph)
