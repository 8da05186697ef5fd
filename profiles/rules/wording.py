"""What is wrong with a part of a graph, a rule or a request, in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

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
    "model_attributes_type": "必须是一组键和值",
    "string_type": "必须是文字",
    "datetime_from_date_parsing": "不是一个时间",
    "timezone_aware": "要带时区",
}
# What the fields of a rule are called where an operator fills them in.
FIELDS = {
    "key": ("字段", "field"),
    "cmp": ("比较方式", "comparison"),
    "value": ("值", "value"),
    "name": ("事件", "event"),
    "within": ("时间范围", "time span"),
    "id": ("编号", "id"),
    "agg": ("统计方式", "aggregate"),
    "property": ("属性", "property"),
    "between": ("起止时间", "period"),
    "select": ("哪一次", "which event"),
    "type": ("身份类型", "identity type"),
    "channel": ("渠道", "channel"),
    "purpose": ("用途", "purpose"),
    "status": ("旅程状态", "journey status"),
    "template": ("模板", "template"),
    "outcome": ("消息结果", "message outcome"),
    "salt": ("分组名", "salt"),
    "from": ("从", "from"),
    "to": ("到", "to"),
    "for": ("持续时间", "how long"),
}
# What the numbered parts of a list are called; elsewhere they are conditions.
PARTS = {
    "where": ("筛选", "filter"),
    "has": ("筛选", "filter"),
    "steps": ("步骤", "step"),
    "between": ("时间", "instant"),
    "value": ("值", "value"),
}


class WordedFault(ValueError):
    """Raised by a model's own check, which pydantic reports: what is wrong, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class Fault(NamedTuple):
    """The first fault of something that was given. `place` is its dotted path, empty for the whole."""

    place: str
    zh: str
    en: str

    @property
    def messages(self) -> dict[str, str]:
        if not self.place:
            return {"zh-CN": self.zh, "en": self.en}
        return {"zh-CN": f"{self.place}：{self.zh}", "en": f"{self.place}: {self.en}"}


def words(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str]:
    """Chinese and English, from a fault's `type`, `ctx` and `msg`. A type that is not named here keeps pydantic's sentence."""
    fault = context.get("error")
    if isinstance(fault, WordedFault):
        return fault.zh, fault.en
    return CHINESE[kind].format_map(context) if kind in CHINESE else message, message


def first_fault(error: ValidationError) -> Fault:
    item = error.errors(include_url=False)[0]
    return Fault(".".join(str(part) for part in item["loc"]), *words(item["type"], item.get("ctx", {}), item["msg"]))


def place_in_rule(place: Sequence[str | int]) -> tuple[str, str]:
    """Where in a rule a fault lies, as its editor shows it: which condition, which filter, which field."""
    zh, en = [], []
    for before, part in zip(("", *place), place, strict=False):
        if isinstance(part, int):
            name = PARTS.get(str(before), ("条件", "condition"))
            zh.append(f"第 {part + 1} 个{name[0]}")
            en.append(f"{name[1]} {part + 1}")
        elif part == "absent":
            zh.append("“之后没有”")
            en.append("“and then none”")
    field = FIELDS.get(str(place[-1])) if place else None
    if field:
        zh.append(f"“{field[0]}”")
        en.append(f"“{field[1]}”")
    return "的".join(zh), ", ".join(en)
