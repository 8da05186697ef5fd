"""What a message to WeCom says: texts with `${name}`, and the vendor's limits, which count bytes of UTF-8."""

import re
from collections.abc import Mapping
from typing import Any

VARIABLE = re.compile(r"\$\{(\w+)\}")
APP_TYPES = frozenset({"text", "markdown", "textcard", "template_card", "image", "video", "file"})
PLAIN_TYPES = frozenset({"text", "markdown"})
MEDIA_TYPES = frozenset({"image", "video", "file"})
ATTACHMENT_TYPES = frozenset({"image", "link", "miniprogram", "video", "file"})
MOST_APP_TEXT, MOST_MASS_TEXT, MOST_WELCOME_TEXT = 2048, 4000, 4000
MOST_CARD_TITLE, MOST_CARD_TEXT, MOST_URL = 128, 512, 2048
MOST_ATTACHMENTS = 9
# Per part of an attachment, in bytes.
ATTACHMENT_LIMITS = {"link": {"title": 128, "desc": 512, "url": 2048}, "miniprogram": {"title": 64}}
# What each attachment cannot do without; of several names separated by a bar any one will do.
NEEDED_IN_ATTACHMENT = {
    "link": ("title", "url"),
    "miniprogram": ("title", "pic_media_id|pic_media", "appid", "page"),
    "image": ("media_id|media|pic_url",),
    "video": ("media_id|media",),
    "file": ("media_id|media",),
}
Fault = tuple[str, str]


def variables(body: str, settings: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for text in _texts([body, settings]):
        found += [name for name in VARIABLE.findall(text) if name not in found]
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [text for part in value for text in _texts(part)] if isinstance(value, list) else []


def render(value: Any, params: Mapping[str, str]) -> Any:
    """Put values into every text of a JSON value; a name without a value stays, and `missing` finds it."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda match: params.get(match[1], match[0]), value)
    if isinstance(value, Mapping):
        return {key: render(part, params) for key, part in value.items()}
    return [render(part, params) for part in value] if isinstance(value, list) else value


def missing(body: str, settings: Mapping[str, Any], params: Mapping[str, str]) -> str | None:
    """Return the first variable that has no value, None if all have one."""
    return next((name for name in variables(body, settings) if not params.get(name)), None)


def size(text: object) -> int:
    return len(str(text).encode())


def app_message(body: str, settings: Mapping[str, Any], params: Mapping[str, str]) -> dict[str, Any]:
    """Return `msgtype` and its part of an app message. https://developer.work.weixin.qq.com/document/path/90236"""
    kind = str(settings.get("msgtype") or "text")
    text = render(body, params)
    if kind == "textcard":
        card = {"title": "", "url": "", **render(dict(settings.get("textcard") or {}), params)}
        return {"msgtype": kind, kind: {**card, "description": text}}
    if kind == "template_card":
        return {"msgtype": kind, kind: render(dict(settings.get("template_card") or {}), params)}
    if kind in MEDIA_TYPES:
        return {"msgtype": kind, kind: render(dict(settings.get(kind) or {}), params)}
    return {"msgtype": kind, kind: {"content": text}}


def fault_of_app(message: Mapping[str, Any]) -> Fault | None:
    kind = message["msgtype"]
    part = message[kind]
    if kind in PLAIN_TYPES:
        if not part["content"].strip():
            return "empty", "the text is empty"
        return _too_long("content", part["content"], MOST_APP_TEXT)
    if kind == "textcard":
        if not part["title"] or not part["url"] or not part["description"]:
            return "incomplete", "a text card needs a title, a description and a url"
        limits = {"title": MOST_CARD_TITLE, "description": MOST_CARD_TEXT, "url": MOST_URL}
        return next((fault for key, most in limits.items() if (fault := _too_long(key, part[key], most))), None)
    if kind in MEDIA_TYPES:
        return None if part.get("media") or part.get("media_id") else ("incomplete", f"{kind} needs media or media_id")
    return None if part.get("card_type") else ("incomplete", "a template card needs a card_type")


def mass_message(body: str, settings: Mapping[str, Any], params: Mapping[str, str]) -> dict[str, Any]:
    """Return `text` and `attachments` of a message to customers or a welcome."""
    text = render(body, params)
    attachments = render(list(settings.get("attachments") or []), params)
    return {
        **({"text": {"content": text}} if text.strip() else {}),
        **({"attachments": attachments} if attachments else {}),
    }


def fault_of_mass(message: Mapping[str, Any], most_text: int = MOST_MASS_TEXT) -> Fault | None:
    if not message:
        return "empty", "there is neither a text nor an attachment"
    fault = _too_long("text", (message.get("text") or {}).get("content", ""), most_text)
    return fault or fault_of_attachments(message.get("attachments") or [])


def fault_of_attachments(attachments: object) -> Fault | None:
    if not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS:
        return "attachments", f"attachments are a list of at most {MOST_ATTACHMENTS}"
    for attachment in attachments:
        kind = attachment.get("msgtype") if isinstance(attachment, Mapping) else None
        known = isinstance(kind, str) and kind in ATTACHMENT_TYPES
        part = attachment.get(kind) if known else None
        if not isinstance(part, Mapping) or not part:
            return "attachments", f"an attachment is one of {', '.join(sorted(ATTACHMENT_TYPES))}, with its part"
        if lacking := [
            name for name in NEEDED_IN_ATTACHMENT.get(str(kind), ()) if not any(map(part.get, name.split("|")))
        ]:
            return "attachments", f"{kind} lacks {', '.join(lacking)}"
        for name, most in ATTACHMENT_LIMITS.get(str(kind), {}).items():
            if fault := _too_long(f"{kind}.{name}", part.get(name, ""), most):
                return fault
    return None


def _too_long(name: str, text: object, most: int) -> Fault | None:
    return ("too_long", f"{name} has {size(text)} bytes, {most} are allowed") if size(text) > most else None
