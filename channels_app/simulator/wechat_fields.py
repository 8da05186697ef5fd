"""The rules of typed fields as WeChat applies them, written apart from those of the sender.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from channels_app.simulator.wechat_errors import WechatError

FIELD = re.compile(r"\{\{(\w+)\.DATA\}\}")
HAN = "[一-鿿]"
DAY = r"(\d{4}年\d\d?月\d\d?日|\d{4}[-/]\d\d?[-/]\d\d?)"
HOUR = r"([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?"
SHAPES = {
    "thing": r".{1,20}",
    "short_thing": r".{1,5}",
    "number": r"-?\d{1,32}(\.\d{1,31})?",
    "letter": r"[a-zA-Z]{1,32}",
    "symbol": rf"((?!{HAN})[^\w\s]){{1,5}}",
    "character_string": rf"((?!{HAN}).){{1,32}}",
    "time": rf"({DAY} ?)?{HOUR}(~({DAY} ?)?{HOUR})?",
    "date": rf"{DAY}( ?{HOUR})?(~{DAY}( ?{HOUR})?)?",
    "amount": r"[^\w\s]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d\-+() #*,.]{1,17}",
    "car_number": r".{1,8}",
    "name": rf"([^\d]{{1,10}}|((?!{HAN})[^\d]){{1,20}})",
    "phrase": rf"{HAN}{{1,5}}",
    "const": r".{1,20}",
}
COMPILED = {name: re.compile(shape) for name, shape in SHAPES.items()}


def check_data(content: str, data: Any, enumerations: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the values of a template's fields. Raises WechatError for the first that breaks its rule.

    `enumerations` lists the values of the fields that may have no other.
    """
    if not isinstance(data, dict):
        raise WechatError(47003, "argument invalid! data is empty")
    values: dict[str, str] = {}
    for name in FIELD.findall(content):
        entry = data.get(name)
        value = entry.get("value") if isinstance(entry, dict) else None
        if not isinstance(value, str) or not value.strip():
            raise WechatError(47003, f"argument invalid! data.{name}.value is empty")
        shape = COMPILED.get(name.rstrip("0123456789"))
        astral = any(ord(character) > 0xFFFF for character in value)
        allowed = enumerations.get(name)
        if allowed is not None and value not in allowed:
            raise WechatError(47003, f"argument invalid! data.{name}.value invalid")
        if shape is not None and (astral or not shape.fullmatch(value)):
            raise WechatError(47003, f"argument invalid! data.{name}.value invalid")
        values[name] = value
    return values


def shown(content: str, values: dict[str, str]) -> str:
    """Return the message as it stands on the phone."""
    return FIELD.sub(lambda match: values[match[1]], content)
