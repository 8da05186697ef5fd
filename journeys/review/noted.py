"""Notes on a figure: what must be known to read it right, in both languages."""

from collections.abc import Mapping
from typing import Any, TypedDict


class Note(TypedDict):
    code: str
    messages: dict[str, str]
    figures: dict[str, Any]


def note(texts: Mapping[str, tuple[str, str]], code: str, **figures: Any) -> Note:
    """The note of this code. `texts`: code → Chinese, English, each with places for the figures."""
    chinese, english = texts[code]
    return said(code, chinese.format(**figures), english.format(**figures), **figures)


def said(code: str, zh: str, en: str, **figures: Any) -> Note:
    """A note whose words are made."""
    return {"code": code, "messages": {"zh-CN": zh, "en": en}, "figures": figures}
