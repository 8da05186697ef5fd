"""What is wrong with a template before anything is sent with it.

A template of typed fields is a template or subscribe message; one whose settings name a `msgtype` is a
customer-service message.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from channels_app.providers.wechat import content
from channels_app.providers.wechat.fields import RULES, type_of

Problem: TypeAlias = tuple[str, str, str]

MOST_LINK = 2048
MINI_PROGRAM_STATES = ("developer", "trial", "formal")
# What each customer-service message needs.
# https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
NEEDED: dict[str, tuple[str, ...]] = {
    "text": (),
    "image": ("media_id",),
    "news": ("title", "description", "url", "picurl"),
    "msgmenu": ("head_content", "list", "tail_content"),
    "miniprogrampage": ("title", "appid", "pagepath", "thumb_media_id"),
}


def problem_with(body: str, purpose: str, settings: Mapping[str, Any]) -> Problem | None:
    """Say what is wrong as (field, code, detail), None if the template is in order."""
    if content.stray_braces(body):
        return "body", "bad_placeholder", "Variables are written {{thing1.DATA}}."
    if "msgtype" in settings:
        return _service(body, settings)
    names = content.names_in(body)
    for name in names:
        if _type(name, settings) is None:
            detail = f"The type of {name} is not known; WeChat's names say it (thing1), or settings.fields does."
            return "body", "unknown_field_type", detail
    if names and purpose == "marketing":
        # https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Operation_Specifications.html
        return "purpose", "marketing_not_allowed", "Template and subscribe messages are for service notices only."
    return _links(settings)


def _type(name: str, settings: Mapping[str, Any]) -> str | None:
    return field_rule(name, settings)[0]


def field_rule(name: str, settings: Mapping[str, Any]) -> tuple[str | None, Sequence[str]]:
    """Return a field's type, and its values if it is a `const` whose values are known.

    `settings.fields` maps a name to a type, or to the list of a `const` field's values.
    """
    fields = settings.get("fields")
    said = fields.get(name) if isinstance(fields, Mapping) else None
    if isinstance(said, list):
        return "const", [str(value) for value in said]
    return (said if isinstance(said, str) and said in RULES else type_of(name)), ()


def _service(body: str, settings: Mapping[str, Any]) -> Problem | None:
    kind = settings["msgtype"]
    if not isinstance(kind, str) or kind not in NEEDED:
        return "settings", "unknown_msgtype", f"msgtype is one of {', '.join(NEEDED)}."
    if kind == "text":
        return None if body.strip() else ("body", "empty_text", "A text message needs a text.")
    part = settings.get(kind)
    if not isinstance(part, Mapping):
        return "settings", "missing_part", f"A {kind} message needs settings.{kind}."
    missing = [name for name in NEEDED[kind] if not part.get(name)]
    if missing:
        return "settings", "missing_part", f"settings.{kind} lacks {', '.join(missing)}."
    if kind == "msgmenu" and not _menu(part["list"]):
        return "settings", "bad_menu", "settings.msgmenu.list is a list of {id, content}."
    return None


def _menu(entries: Any) -> bool:
    return isinstance(entries, list) and all(
        isinstance(entry, Mapping) and entry.get("id") and entry.get("content") for entry in entries
    )


def _links(settings: Mapping[str, Any]) -> Problem | None:
    url = settings.get("url")
    if url is not None and not (isinstance(url, str) and len(url) <= MOST_LINK and _is_link(url)):
        return "settings", "bad_link", f"settings.url is an http or https address of at most {MOST_LINK} characters."
    mini = settings.get("miniprogram")
    if mini is not None and not (isinstance(mini, Mapping) and isinstance(mini.get("appid"), str) and mini["appid"]):
        return "settings", "bad_miniprogram", "settings.miniprogram needs an appid, and may have a pagepath."
    if not isinstance(settings.get("fields", {}), Mapping):
        return "settings", "bad_fields", "settings.fields maps names to types, or to lists of values."
    if settings.get("miniprogram_state", "formal") not in MINI_PROGRAM_STATES:
        return "settings", "bad_miniprogram_state", f"It is one of {', '.join(MINI_PROGRAM_STATES)}."
    return None


def _is_link(url: str) -> bool:
    return url.startswith(("http://", "https://")) or content.VARIABLE.fullmatch(url.strip()) is not None
