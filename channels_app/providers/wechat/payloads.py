"""The bodies of WeChat's send calls, and what is wrong with a message before it is sent.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from channels_app.choices import Channel
from channels_app.providers.base import Outgoing, Refused
from channels_app.providers.errors import ErrorClass
from channels_app.providers.wechat import content, fields
from channels_app.providers.wechat.authoring import MOST_LINK, field_rule

OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
MOST_TEXT_BYTES = 2048
ARGUMENT_INVALID, BAD_OPENID, BAD_TEMPLATE, EMPTY, TOO_LONG = "47003", "40003", "40037", "44002", "45002"


def client_msg_id(message_id: UUID) -> str:
    """Return the key by which WeChat knows a repetition of the same message for 10 minutes."""
    return message_id.hex


def refusal(message: Outgoing) -> Refused | None:
    """Refuse what WeChat would certainly refuse, under WeChat's own code."""
    if not OPENID.fullmatch(message.address):
        return Refused(ErrorClass.RECIPIENT_PERMANENT, BAD_OPENID, "this is not an openid")
    try:
        return _service_refusal(message) if message.channel == Channel.WECHAT_SERVICE else _typed_refusal(message)
    except content.MissingVariable as error:
        name = error.args[0]
        return Refused(ErrorClass.CONTENT_PERMANENT, ARGUMENT_INVALID, f"the message has no value for {name}")


def _typed_refusal(message: Outgoing) -> Refused | None:
    if not message.template_code:
        return Refused(ErrorClass.CONTENT_PERMANENT, BAD_TEMPLATE, "the template has no id")
    for name, entry in data_of(message).items():
        kind, allowed = field_rule(name, message.template)
        # A field of a template made before fields had types (keyword1, remark) must only be there.
        problem = fields.problem_with(entry["value"], kind or "const", allowed) if kind else _blank(entry["value"])
        if problem:
            return Refused(ErrorClass.CONTENT_PERMANENT, ARGUMENT_INVALID, f"data.{name}.value invalid: {problem}")
    url = link_of(message)
    if url and (len(url) > MOST_LINK or not url.startswith(("http://", "https://"))):
        return Refused(ErrorClass.CONTENT_PERMANENT, ARGUMENT_INVALID, "url is no http or https address")
    return None


def _blank(value: str) -> str | None:
    return None if value.strip() else "it is empty"


def _service_refusal(message: Outgoing) -> Refused | None:
    payload = service_payload(message, "")
    if payload["msgtype"] != "text":
        return None
    text = payload["text"]["content"]
    if not text.strip():
        return Refused(ErrorClass.CONTENT_PERMANENT, EMPTY, "the text is empty")
    if len(text.encode()) > MOST_TEXT_BYTES:
        return Refused(ErrorClass.CONTENT_PERMANENT, TOO_LONG, f"the text has more than {MOST_TEXT_BYTES} bytes")
    return None


def data_of(message: Outgoing) -> dict[str, dict[str, str]]:
    """Return the fields with their values. Raises MissingVariable."""
    values = {
        name: content.render("{{" + name + ".DATA}}", message.params)
        for name in content.names_in(message.template_body)
    }
    if message.template.get("truncate") is True:
        values = {
            name: fields.truncated(value) if field_rule(name, message.template)[0] == "thing" else value
            for name, value in values.items()
        }
    return {name: {"value": value} for name, value in values.items()}


def link_of(message: Outgoing) -> str:
    return content.render_link(str(message.template.get("url") or ""), message.params)


def _mini_program(message: Outgoing) -> dict[str, Any]:
    mini = message.template.get("miniprogram")
    if not isinstance(mini, Mapping):
        return {}
    part = {"appid": mini["appid"]}
    if mini.get("pagepath"):
        part["pagepath"] = content.render_link(str(mini["pagepath"]), message.params)
    return {"miniprogram": part}


def template_payload(message: Outgoing) -> dict[str, Any]:
    """With a link and a mini-program WeChat opens the mini-program, and the link where it cannot."""
    url = link_of(message)
    return {
        "touser": message.address,
        "template_id": message.template_code,
        "client_msg_id": client_msg_id(message.message_id),
        **({"url": url} if url else {}),
        **_mini_program(message),
        "data": data_of(message),
    }


def subscribe_payload(message: Outgoing, *, mini_program: bool) -> dict[str, Any]:
    """`mini_program`: by /message/subscribe/send, else by the official account's /message/subscribe/bizsend."""
    payload = {"touser": message.address, "template_id": message.template_code, "data": data_of(message)}
    if page := content.render_link(str(message.template.get("page") or ""), message.params):
        payload["page"] = page
    if not mini_program:
        return payload | _mini_program(message)
    return {
        **payload,
        "miniprogram_state": message.template.get("miniprogram_state", "formal"),
        "lang": message.template.get("lang", "zh_CN"),
    }


def service_payload(message: Outgoing, kf_account: str) -> dict[str, Any]:
    """Without a `msgtype` in the template's settings the message is its body, as text."""
    kind = str(message.template.get("msgtype") or "text")
    if kind == "text":
        part: Any = {"content": content.render(message.template_body, message.params)}
    else:
        part = content.render_all(message.template.get(kind) or {}, message.params)
        part = {"articles": [part]} if kind == "news" else part
    payload = {"touser": message.address, "msgtype": kind, kind: part}
    return {**payload, "customservice": {"kf_account": kf_account}} if kf_account else payload


def parts(message: Outgoing) -> list[tuple[str, object]]:
    """Return what goes with the text: where a touch of it leads to, or the part that stands in its place, and its kind."""
    settings = message.template
    if message.channel == Channel.WECHAT_SERVICE:
        kind = str(settings.get("msgtype") or "text")
        return [] if kind == "text" else [(kind, content.shown_all(settings.get(kind) or {}, message.params))]
    wanted = {
        "miniprogram": settings.get("miniprogram"),
        "link": settings.get("url") and {"url": settings["url"]},
        "page": settings.get("page") and {"page": settings["page"]},
    }
    return [(kind, content.shown_all(part, message.params)) for kind, part in wanted.items() if part]
