"""Every kind of the contract reads as a sentence in both languages, with the operator's names and nobody's data."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from journeys.engine import enrollment
from journeys.explain.explain import TEXTS, explain
from journeys.explain.names import Names, names_of
from tests.fixtures.graphs import GOAL, graph

# contracts.md, section 4.
CONTRACT = {
    *("enrolled", "held_out", "node_entered", "wait_started", "wait_ended", "event_matched", "branch_taken"),
    *("variant_assigned", "message_requested", "message_blocked", "message_updated", "task_created", "task_closed"),
    *("profile_updated", "webhook_called", "goal_reached", "converted", "step_failed", "step_retried", "migrated"),
    *("paused", "resumed", "exited", "completed", "profile_merged", "profile_unmerged"),
}
SH = {"op": "attribute", "key": "城市", "cmp": "eq", "value": "上海"}
NODES: dict[str, Any] = {
    "city": (
        "split",
        {"branches": [{"id": "b1", "name": "华东", "rule": SH}, {"id": "b2", "name": "华北", "rule": SH}]},
    ),
    "ab": ("ab", {"variants": [{"id": "v1", "name": "红色", "weight": 40}, {"id": "v2", "weight": 60}]}),
    "order": ("wait_event", {"any": [{"id": "w1", "event": "order_paid"}]}),
    "n1": ("wait", {"for": "P1D"}),
}
NAMED = {"city": "按城市分流", "ab": "标题测试", "order": "等下单"}


def names() -> Names:
    drawn = graph(NODES, [], goals=[GOAL])
    for node in drawn["nodes"]:
        node["name"] = NAMED.get(node["id"], "")
    return names_of(drawn)


def texts(kind: str, node: str, **data: Any) -> tuple[str, str]:
    zh, en = (explain(kind, node, data, names(), language, "Asia/Shanghai") for language in ("zh-CN", "en"))
    return zh, en


MESSAGE = {"message": "m", "channel": "sms", "account": "main", "template": "hello", "purpose": "marketing"}
# What is said of each kind; several of a kind where it says different things.
SAID = json.loads((Path(__file__).parents[3] / "fixtures" / "explained.json").read_text())


@pytest.mark.parametrize("said", SAID, ids=lambda said: said["zh"])
def test_an_event_reads_as_a_sentence(said: dict[str, Any]) -> None:
    assert texts(said["kind"], said["node"], **said["data"]) == (said["zh"], said["en"])


def test_every_kind_has_a_text_and_every_text_an_example() -> None:
    assert set(TEXTS) >= CONTRACT
    assert set(TEXTS) >= set(enrollment._CHANGES), "the fold knows kinds that cannot be told"
    assert {said["kind"] for said in SAID} >= CONTRACT


def test_no_sentence_shows_json() -> None:
    nested = {"figures": {"windows": [{"from": "08:00"}, None], "limits": {"P1D": 3}}}
    said = [*texts("message_blocked", "n1", **MESSAGE, reason="frequency_cap", rule="caps", **nested)]
    said += [said[language] for said in SAID for language in ("zh", "en")]
    assert [text for text in said if re.search(r'[{}\[\]"]|None|True|False', text)] == []


def test_a_kind_of_a_later_release_is_still_said() -> None:
    assert texts("teleported", "city", x=1) == ("“按城市分流”：teleported", "teleported at “按城市分流”")


def test_a_long_value_is_cut() -> None:
    values = [["attribute", "bio", "x" * 5000]]
    zh, _ = texts("branch_taken", "city", branch="b1", branches=[{"id": "b1", "matched": True, "values": values}])
    assert len(zh) < 120
