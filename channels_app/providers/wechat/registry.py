"""The templates that an account has at WeChat; all of them are in use, since WeChat removes those that are not."""

from typing import Any

from channels_app.choices import TemplateState
from channels_app.providers.base import RemoteTemplate


def private_templates(answer: dict[str, Any]) -> list[RemoteTemplate]:
    """Read the answer of /cgi-bin/template/get_all_private_template."""
    return [
        RemoteTemplate(
            provider_code=str(row["template_id"]),
            name=str(row.get("title") or row["template_id"])[:100],
            body=str(row.get("content") or ""),
            state=TemplateState.APPROVED,
            purpose="service",
        )
        for row in answer.get("template_list") or []
        if isinstance(row, dict) and row.get("template_id")
    ]


def subscribe_templates(answer: dict[str, Any]) -> list[RemoteTemplate]:
    """Read the answer of /wxaapi/newtmpl/gettemplate, with the values that its enumerations allow."""
    return [
        RemoteTemplate(
            provider_code=str(row["priTmplId"]),
            name=str(row.get("title") or row["priTmplId"])[:100],
            body=str(row.get("content") or ""),
            state=TemplateState.APPROVED,
            purpose="service",
            settings=_fields(row.get("keywordEnumValueList") or []),
        )
        for row in answer.get("data") or []
        if isinstance(row, dict) and row.get("priTmplId")
    ]


def _fields(enumerations: list[dict[str, Any]]) -> dict[str, Any]:
    """`keywordCode` is written `phrase1.DATA`."""
    fields = {
        str(one.get("keywordCode", "")).removesuffix(".DATA"): list(map(str, one.get("enumValueList") or []))
        for one in enumerations
    }
    return {"fields": fields} if fields else {}
