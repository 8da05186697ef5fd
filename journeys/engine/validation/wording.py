"""What is wrong with a part of a graph, in both languages."""

from collections.abc import Mapping
from typing import Any

from journeys.engine.issues import ConfigFault

# Pydantic's types and their context: https://docs.pydantic.dev/latest/errors/validation_errors/
CHINESE = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_too_short": "至少要有 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "格式不对",
    "too_short": "至少要有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "greater_than": "必须大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "必须小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "只能是 {expected}",
    "union_tag_not_found": "缺少 {discriminator}",
    "union_tag_invalid": "不能是 {tag}",
    "bool_type": "必须是真或假",
    "dict_type": "必须是一组键和值",
    "float_type": "必须是数字",
    "int_type": "必须是整数",
    "list_type": "必须是列表",
    "model_type": "必须是一组键和值",
    "string_type": "必须是文字",
}


def words(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str]:
    """Chinese and English, from a fault's `type`, `ctx` and `msg`. A type that is not named here keeps pydantic's sentence."""
    fault = context.get("error")
    if isinstance(fault, ConfigFault):
        return fault.zh, fault.en
    return CHINESE[kind].format_map(context) if kind in CHINESE else message, message
