"""The webhook node: what it asks, what it says to whom, and whose news it takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from journeys.engine.decision import (
    Entered,
    EventArrived,
    Facts,
    MessageChanged,
    Rendered,
    RenderNeed,
    TimerFired,
    WebhookCall,
    Zones,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.issues import References
from journeys.engine.plan import Plan, compile_plan
from journeys.engine.step import Step, begin, needs, react
from journeys.engine.validation.validate import validate
from tests.fixtures.graphs import graph, leave, webhook

T0 = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATER = T0 + timedelta(minutes=1)
ZONES = Zones(None, "profile", "Asia/Shanghai")


def plan_of(**config: Any) -> Plan:
    nodes = {"n": webhook(**config), "good": leave(), "bad": leave()}
    return compile_plan("j", "v", graph(nodes, ["start -> n", "n.success -> good", "n.failure -> bad"]))


def at_node(plan: Plan) -> Enrollment:
    started = begin(Enrollment("e", "p", "j", "v", T0, {}), plan, T0, {"trigger": "api"})
    return react(plan, started.enrollment, Facts(Entered(), ZONES), T0).enrollment


def called(plan: Plan, stimulus: Any = None, **texts: str) -> Step:
    stimulus = stimulus or Entered()
    enrollment = at_node(plan)
    need = needs(plan, enrollment, stimulus)
    assert isinstance(need, RenderNeed)
    rendered = Rendered("call", {name: texts.get(name.replace(".", "_"), source) for name, source in need.sources})
    return react(plan, enrollment, Facts(stimulus, ZONES, rendered=rendered), T0)


def request_of(step: Step) -> dict[str, Any]:
    assert isinstance(step.effect, WebhookCall)
    return dict(step.effect.request)


def test_a_call_waits_for_its_answer_and_the_log_says_only_where_it_went() -> None:
    plan = plan_of(url="https://api.example.com/u/{{ profile.phone }}?k=v", headers={"X-Key": "s3cret"}, body="hi")
    step = called(plan, url="https://api.example.com/u/138?k=v")
    assert [(event.kind, event.data) for event in step.events] == [
        ("webhook_called", {"call": "call", "method": "POST", "host": "api.example.com"}),
        ("wait_started", {"call": "call", "until": None}),
    ]
    assert request_of(step) == {
        "method": "POST",
        "url": "https://api.example.com/u/138?k=v",
        "host": "api.example.com",
        "headers": {"X-Key": "s3cret"},
        "body": "hi",
        "json": False,
        "timeout": 10.0,
        "save_as": "",
    }


def test_the_texts_of_a_json_body_are_liquid_and_nothing_else_is() -> None:
    body = {"name": "{{ a }}", "list": ["{{ b }}", 1, None, {"deep": "{{ c }}"}], "{{ key }}": True}
    step = called(plan_of(body=body), body_0='Li "Lei"', body_1="b", body_2="c")
    assert request_of(step)["body"] == '{"name":"Li \\"Lei\\"","list":["b",1,null,{"deep":"c"}],"{{ key }}":true}'
    assert request_of(step)["json"] is True


def test_a_host_that_differs_from_person_to_person_is_not_logged() -> None:
    step = called(plan_of(url="https://{{ profile.name }}.example.com/"), url="https://li.example.com/")
    assert step.events[0].data["host"] == "***"
    assert request_of(step)["host"] == "li.example.com"


@pytest.mark.parametrize(
    ("url", "headers_x"),
    [
        *(("ftp://example.com/", "a"), ("https:///x", "a"), ("example.com", "a"), ("http://a b/", "a")),
        *(("http://[::1/", "a"), ("http://a:99999/", "a"), ("http://a/\r\nX: y", "a"), ("", "a")),
        ("https://example.com/" + "x" * 9000, "a"),
        ("https://example.com/", "a\r\nX-Injected: b"),
    ],
)
def test_what_cannot_be_asked_is_a_failure_at_once(url: str, headers_x: str) -> None:
    plan = plan_of(url="{{ event.url }}", headers={"x": "{{ event.x }}"})
    step = called(plan, url=url, headers_x=headers_x)
    assert step.effect is None
    assert step.enrollment.node == "bad"
    assert step.events[0].data["error"] in {"url_invalid", "header_invalid"}


@pytest.mark.parametrize(("state", "target"), [("success", "good"), ("failure", "bad")])
def test_news_of_the_call_takes_its_edge(state: str, target: str) -> None:
    plan = plan_of()
    waiting = called(plan).enrollment
    step = react(plan, waiting, Facts(MessageChanged("call", state, LATER, "timeout"), ZONES), LATER)
    assert step.enrollment.node == target
    assert step.events[0].data == {"reason": state, "call": "call", "error": "timeout"}


def test_news_of_another_call_or_message_and_events_change_nothing() -> None:
    plan = plan_of()
    waiting = called(plan).enrollment
    stimuli = (
        MessageChanged("another", "success", LATER),
        MessageChanged("call", "accepted", LATER),
        EventArrived("order_paid", {}, LATER, "ref"),
    )
    for stimulus in stimuli:
        assert react(plan, waiting, Facts(stimulus, ZONES), LATER) == Step(waiting, ())


def test_an_outcome_without_an_edge_ends_the_path() -> None:
    plan = compile_plan("j", "v", graph({"n": webhook()}, ["start -> n"]))
    step = react(plan, called(plan).enrollment, Facts(MessageChanged("call", "failure", LATER), ZONES), LATER)
    assert step.enrollment.state == "completed"


def test_a_step_that_an_operator_tries_again_calls_again() -> None:
    assert isinstance(called(plan_of(), TimerFired(T0)).effect, WebhookCall)


ISSUES: list[tuple[str, dict[str, Any]]] = [
    ("webhook_method", {"method": "TRACE"}),
    ("webhook_url", {"url": "ftp://example.com"}),
    ("webhook_url", {"url": "example.com/x"}),
    ("webhook_url", {"url": "javascript:{{ x }}"}),
    ("webhook_url", {"url": "https://"}),
    ("webhook_url", {"url": "https://[::1"}),
    ("webhook_private_address", {"url": "http://127.0.0.1:8000/"}),
    ("webhook_private_address", {"url": "http://[::ffff:10.0.0.1]/"}),
    ("webhook_private_address", {"url": "https://LOCALHOST/{{ profile.id }}"}),
    ("webhook_header", {"headers": {"a b": "x"}}),
    ("webhook_header", {"headers": {"a": "x\ny"}}),
    ("webhook_header_reserved", {"headers": {"Webhook-Id": "x"}}),
    ("webhook_timeout", {"timeout": "PT61S"}),
    ("webhook_timeout", {"timeout": "PT0S"}),
    ("invalid_config", {"timeout": "soon"}),
    ("invalid_config", {"save_as": "a b"}),
    ("invalid_config", {"body": 5}),
]


@pytest.mark.parametrize(("code", "config"), ISSUES)
def test_what_cannot_work_is_an_issue_in_both_languages(code: str, config: dict[str, Any]) -> None:
    nodes = {"n": webhook(**config), "end": leave()}
    issues = validate(graph(nodes, ["start -> n", "n.success -> end"]), References(private_hosts=["intra.example"]))
    errors = [issue for issue in issues if issue.severity == "error"]
    assert {(issue.code, issue.node_id) for issue in errors} == {(code, "n")}
    assert all(set(issue.messages) == {"zh-CN", "en"} for issue in errors)


@pytest.mark.parametrize(
    "config",
    [
        {"url": "{{ event.url }}"},
        {"url": "https://{{ event.shop }}.example.com/"},
        {"url": "http://intra.example/"},
        {"timeout": "PT1M", "save_as": "member", "method": "GET"},
    ],
)
def test_what_can_work_is_none(config: dict[str, Any]) -> None:
    nodes = {"n": webhook(**config), "end": leave()}
    issues = validate(graph(nodes, ["start -> n", "n.success -> end"]), References(private_hosts=["intra.example"]))
    assert [issue for issue in issues if issue.severity == "error"] == []


def test_where_private_addresses_are_allowed_none_is_an_issue() -> None:
    nodes = {"n": webhook(url="http://10.0.0.1/"), "end": leave()}
    issues = validate(graph(nodes, ["start -> n", "n.success -> end"]), References())
    assert [issue for issue in issues if issue.severity == "error"] == []


def test_a_body_of_any_depth_is_an_issue_or_none_but_no_fault() -> None:
    body: Any = "{{ x }}"
    for _ in range(3000):
        body = [body]
    nodes = {"n": webhook(body=body), "end": leave()}
    assert [issue.code for issue in validate(graph(nodes, ["start -> n", "n.success -> end"]))][:1] == [
        "invalid_config"
    ]
