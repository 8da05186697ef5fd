from typing import Any

import pytest

from journeys.engine.issues import Issue
from journeys.engine.validation.validate import validate


def faults(node_type: str, config: dict[str, Any]) -> list[Issue]:
    node = {"id": "n", "type": node_type, "name": "", "config": config, "position": {"x": 0, "y": 0}}
    graph = {"schema_version": 1, "nodes": [node], "edges": [], "settings": {}}
    return [issue for issue in validate(graph) if issue.code in {"invalid_config", "unknown_field"}]


@pytest.mark.parametrize(
    ("node_type", "config", "zh"),
    [
        ("trigger", {"kind": "event"}, "配置有误：事件触发要填写事件名称。"),
        ("wait_event", {"any": [{"id": "e1", "event": ""}]}, "配置有误（any.0.event）：至少要有 1 个字符。"),
        ("wait_event", {"any": []}, "配置有误（any）：至少要有 1 项。"),
        ("wait_event", {}, "配置有误（any）：缺少这一项。"),
        ("exit", {"reason": "", "colour": 1}, "配置有误（colour）：没有这一项。"),
    ],
)
def test_an_operator_reads_in_chinese_what_is_wrong_with_a_configuration(
    node_type: str, config: dict[str, Any], zh: str
) -> None:
    assert [issue.messages["zh-CN"] for issue in faults(node_type, config)] == [zh]


def test_what_a_check_of_ours_found_is_said_without_pydantics_preface() -> None:
    assert [issue.messages["en"] for issue in faults("trigger", {"kind": "event"})] == [
        "The whole: an event trigger names its event"
    ]
