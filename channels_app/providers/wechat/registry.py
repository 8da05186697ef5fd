"""The templates that an account has at WeChat; all of them are in use, since WeChat removes those that are not."""

from collections.abc import Mapping, Sequence
from typing import Any

from channels_app.choices import Channel, TemplateState
from channels_app.providers.base import RemoteTemplate
from channels_app.providers.wechat.content import names_in
from channels_app.providers.wechat.fields import type_of


def private_templates(answer: dict[str, Any]) -> list[RemoteTemplate]:
    """Read the answer of /cgi-bin/template/get_all_private_template."""
    return [
        _template(row, str(row["template_id"]), Channel.WECHAT_TEMPLATE, ())
        for row in answer.get("template_list") or []
        if isinstance(row, dict) and row.get("template_id")
    ]


def subscribe_templates(answer: dict[str, Any]) -> list[RemoteTemplate]:
    """Read the answer of /wxaapi/newtmpl/gettemplate, with the values that its enumerations allow.

    Official accounts and mini-programs have the same call.
    https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html
    """
    return [
        _template(row, str(row["priTmplId"]), Channel.WECHAT_SUBSCRIBE, row.get("keywordEnumValueList") or ())
        for row in answer.get("data") or []
        if isinstance(row, dict) and row.get("priTmplId")
    ]


def _template(
    row: Mapping[str, Any], code: str, channel: Channel, enumerations: Sequence[Mapping[str, Any]]
) -> RemoteTemplate:
    body = str(row.get("content") or "")
    return RemoteTemplate(
        provider_code=code,
        name=str(row.get("title") or code)[:100],
        body=body,
        state=TemplateState.APPROVED,
        purpose="service",
        settings={"channel": str(channel), **_fields(body, enumerations)},
    )


def _fields(body: str, enumerations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each field's type, or the values of an enumeration, whose `keywordCode` is written `phrase1.DATA`."""
    fields: dict[str, Any] = {name: kind for name in names_in(body) if (kind := type_of(name)) is not None}
    for one in enumerations:
        if values := list(map(str, one.get("enumValueList") or ())):
            fields[str(one.get("keywordCode", "")).removesuffix(".DATA")] = values
    return {"fields": fields} if fields else {}
