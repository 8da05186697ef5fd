"""Every fault of a graph by its code, in both languages and at its node."""

from collections.abc import Callable
from typing import Any

import pytest

from journeys.engine.issues import Issue, References, TemplateReference
from journeys.engine.validation.validate import is_publishable, validate
from tests.fixtures.graphs import GOAL, ab, attribute, graph, leave, on_event, send, split, wait, wait_for

REFERENCES = References(
    {"sms": "sms", "mail": "email"},
    {
        "hello": TemplateReference("sms", approved=True, purpose="service", variables=("name",)),
        "pending": TemplateReference("sms", approved=False, purpose="marketing", variables=()),
    },
)


def one(kind: tuple[str, dict[str, Any]], *edges: str, **settings: Any) -> dict[str, Any]:
    return graph({"n": kind, "end": leave()}, ["start -> n", *(edges or ["n -> end"])], **settings)


def without(part: str) -> dict[str, Any]:
    found = one(wait("P1D"))
    del found[part]
    return found


def deep_rule() -> dict[str, Any]:
    rule = attribute("city", "x")
    for _ in range(2000):
        rule = {"op": "not", "arg": rule}
    return rule


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    found = one(wait("P1D"))
    change(found)
    return found


ERRORS: list[tuple[str, Any, str | None]] = [
    ("invalid_graph", None, None),
    ("invalid_graph", {"nodes": {}}, None),
    ("invalid_graph", {"nodes": [{}] * 501}, None),
    ("unknown_field", {**one(wait("P1D")), "colour": 1}, None),
    ("unknown_schema_version", {**one(wait("P1D")), "schema_version": 2}, None),
    ("unknown_schema_version", {**one(wait("P1D")), "schema_version": True}, None),
    ("no_trigger", {"nodes": []}, None),
    ("several_triggers", graph({"a": on_event("x"), "n": on_event("y")}, []), "n"),
    *(
        (
            "key_without_event",
            graph({"n": ("trigger", {"key": "order_id", **trigger}), "end": leave()}, ["n -> end"]),
            "n",
        )
        for trigger in (
            {"kind": "schedule", "segment": "s", "cron": "0 10 * * *"},
            {"kind": "segment", "segment": "s"},
            {"kind": "date", "attribute": "birthday"},
        )
    ),
    ("unknown_node_type", one(("teleport", {})), "n"),
    ("invalid_config", one(wait("soon")), "n"),
    ("invalid_config", one(wait("P9999Y")), "n"),
    ("invalid_config", one(("wait", {"for": 5})), "n"),
    ("invalid_config", one(("trigger", {"kind": "event"})), "n"),
    ("invalid_config", one(split(deep=deep_rule()), "n.deep -> end"), "n"),
    ("invalid_config", changed(lambda g: g["nodes"][0].update(id="a\tb")), "a\tb"),
    ("invalid_config", changed(lambda g: g.update(settings={"goals": [{"id": "g", "window": 7}]})), None),
    ("unknown_field", one(wait("P1D", colour="red")), "n"),
    ("node_id_not_unique", changed(lambda g: g["nodes"].append(g["nodes"][1])), "n"),
    ("edge_id_not_unique", changed(lambda g: g["edges"].append({**g["edges"][0], "source": "end"})), None),
    ("goal_id_not_unique", one(wait("P1D"), goals=[GOAL, GOAL]), None),
    ("unknown_source", changed(lambda g: g["edges"].append({"id": "x", "source": "gone", "target": "n"})), None),
    ("unknown_target", one(wait("P1D"), "n -> gone"), "n"),
    ("edge_into_trigger", one(wait("P1D"), "n -> start"), "n"),
    ("unknown_outcome", one(wait("P1D"), "n.timeout -> end"), "n"),
    (
        "unknown_outcome",
        one(
            send(channel="call", **{"await": {"for": "result", "results": ["answered"]}}),
            "n.success -> end",
            "n.busy -> end",
        ),
        "n",
    ),
    ("two_edges_from_one_outcome", one(wait("P1D"), "n -> end", "n -> n"), "n"),
    ("unreachable_node", graph({"n": wait("P1D"), "end": leave()}, ["start -> n"]), "end"),
    ("cycle_without_wait", one(split(a=attribute("x", 1)), "n.a -> n", "n.else -> end"), "n"),
    ("cycle_without_wait", one(wait("PT0S"), "n -> n"), "n"),
    ("cycle_without_wait", one(("wait", {"window": {"from": "09:00", "to": "10:00"}}), "n -> n"), "n"),
    ("cycle_without_wait", one(wait_for("x", look_back="P1D"), "n.x -> n", "n.timeout -> end"), "n"),
    ("invalid_duration", one(wait("P1D"), goals=[{**GOAL, "window": "soon"}]), None),
    ("unknown_time_zone", one(wait("P1D"), timezone="Mars"), None),
    ("unknown_time_zone", one(wait("P1D", timezone="Mars")), "n"),
    ("hours_never_open", one(wait("P1D"), quiet_hours={"from": "00:00", "to": "24:00"}), None),
    ("hours_never_open", one(("wait", {"window": {"from": "09:00", "to": "09:00"}})), "n"),
    ("hours_never_open", one(("wait", {"window": {"from": "24:00", "to": "00:00"}})), "n"),
    ("hours_never_open", one(("wait", {"window": {"days": []}})), "n"),
    ("invalid_duration", one(wait("P1D"), entry={"reentry": {"mode": "always", "interval": "soon"}}), None),
    ("update_without_change", one(("update", {})), "n"),
    ("tag_added_and_removed", one(("update", {"tags_add": ["a"], "tags_remove": ["a"]})), "n"),
    ("invalid_key", one(("update", {"set": {"a..b": 1}})), "n"),
    ("wait_without_time", one(("wait", {})), "n"),
    ("exit_rule_unclear", one(wait("P1D"), exit_rules=[{}]), None),
    ("exit_rule_unclear", one(wait("P1D"), exit_rules=[{"event": "x", "rule": attribute("a", 1)}]), None),
    ("wait_without_time", one(("wait", {})), "n"),
    ("outcome_not_unique", one(wait_for("x", "x"), "n.x -> end"), "n"),
    ("outcome_not_unique", one(wait_for({"id": "timeout", "event": "x"}), "n.timeout -> end"), "n"),
    ("outcome_not_unique", one(split(**{"else": attribute("x", 1)}), "n.else -> end"), "n"),
    ("outcome_not_unique", one(("ab", {"variants": [{"id": "a", "weight": 50}] * 2}), "n.a -> end"), "n"),
    ("weights_do_not_sum", one(ab(a=50, b=49.9), "n.a -> end"), "n"),
    ("unknown_control", one(("ab", {"variants": [{"id": "a", "weight": 100}], "control": "c"}), "n.a -> end"), "n"),
    ("unknown_goal", one(("goal", {"goal": "gone"})), "n"),
    ("send_without_purpose", one(send(purpose=None)), "n"),
    ("unknown_account", one(send(account="gone")), "n"),
    ("account_of_another_channel", one(send(account="mail")), "n"),
    ("unknown_template", one(send(template="gone")), "n"),
    ("marketing_through_service_template", one(send(purpose="marketing", params={"name": "x"})), "n"),
    ("template_params_missing", one(send()), "n"),
]
WARNINGS: list[tuple[str, Any, str | None]] = [
    ("no_goal", one(wait("P1D")), None),
    ("goal_never_met", one(wait("P1D"), goals=[{"id": "g"}]), None),
    ("waits_for_ever", one(wait_for("x", timeout=None), "n.x -> end"), "n"),
    ("template_not_approved", one(send(template="pending", purpose="marketing")), "n"),
]


def found(code: str, graph_: Any) -> list[Issue]:
    issues = validate(graph_, REFERENCES)
    assert all(issue.messages["zh-CN"].strip() and issue.messages["en"].strip() for issue in issues)
    return [issue for issue in issues if issue.code == code]


@pytest.mark.parametrize(("code", "graph_", "node"), ERRORS)
def test_an_error_is_found_at_its_node_and_keeps_the_graph_from_being_published(
    code: str, graph_: Any, node: str | None
) -> None:
    issues = found(code, graph_)
    assert node in [issue.node_id for issue in issues]
    assert {issue.severity for issue in issues} == {"error"}
    assert not is_publishable(validate(graph_, REFERENCES))


@pytest.mark.parametrize(("code", "graph_", "node"), WARNINGS)
def test_a_warning_is_found_and_does_not_keep_the_graph_from_being_published(
    code: str, graph_: Any, node: str | None
) -> None:
    (issue,) = found(code, graph_)
    assert (issue.severity, issue.node_id) == ("warning", node)
    assert is_publishable(validate(graph_, REFERENCES))


@pytest.mark.parametrize(
    "graph_",
    [
        one(wait_for("x"), "n.x -> end", "n.timeout -> n"),
        graph({"n": wait("PT1M")}, ["start -> n", "n -> n"]),
        one(ab(a=33.3, b=33.3, c=33.4), "n.a -> end"),
        one(ab(**{f"v{n}": 0.1 if n else 98.1 for n in range(20)}), "n.v0 -> end"),
        one(send(params={"name": "{{ profile.name }}"}), "n -> end", "n.blocked -> end"),
        {
            **one(wait("P1D")),
            "nodes": [{**node, "position": {"x": -7, "y": 1.5}} for node in one(wait("P1D"))["nodes"]],
        },
    ],
)
def test_what_is_right_has_no_error(graph_: dict[str, Any]) -> None:
    assert is_publishable(validate(graph_, REFERENCES)), validate(graph_, REFERENCES)


def test_one_bad_node_does_not_hide_the_faults_of_another() -> None:
    graph_ = graph({"a": wait("soon"), "b": ab(x=1)}, ["start -> a", "a -> b"])
    assert {issue.code for issue in validate(graph_) if issue.severity == "error"} == {
        "invalid_config",
        "weights_do_not_sum",
    }
