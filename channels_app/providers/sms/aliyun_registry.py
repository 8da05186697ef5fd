"""Aliyun's registry of templates and signatures, with what its reviewers have said.

https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-querysmstemplatelist and -querysmssignlist
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from channels_app.providers.base import RemoteSignature, RemoteTemplate
from channels_app.providers.errors import CallOutcomeUnknown
from channels_app.providers.sms import content

Call: TypeAlias = Callable[[str, Mapping[str, str]], dict[str, Any]]

PAGE = 50
STATES = {"AUDIT_STATE_INIT": "pending", "AUDIT_STATE_PASS": "approved"}
# OuterTemplateType; 3 is international.
KINDS = {0: content.OTP, 1: content.NOTICE, 2: content.PROMOTION}


def templates(call: Call) -> list[RemoteTemplate]:
    """Read all templates. Raises TransportError."""
    return [_template(row) for row in _rows(call, "QuerySmsTemplateList", "SmsTemplateList")]


def signatures(call: Call) -> list[RemoteSignature]:
    """Read all signatures. Raises TransportError."""
    return [
        RemoteSignature(str(row.get("SignName", "")), _state(row), _reason(row))
        for row in _rows(call, "QuerySmsSignList", "SmsSignList")
    ]


def try_connection(call: Call) -> str:
    answer = call("QuerySmsSignList", {"PageIndex": "1", "PageSize": "1"})
    return f"{answer.get('TotalCount', 0)} signatures"


def _rows(call: Call, action: str, name: str) -> Iterator[dict[str, Any]]:
    page, seen = 1, 0
    while True:
        answer = call(action, {"PageIndex": str(page), "PageSize": str(PAGE)})
        rows = answer.get(name) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CallOutcomeUnknown("unreadable_answer", f"{name} is not a list of objects")
        yield from rows
        page, seen = page + 1, seen + len(rows)
        if not rows or seen >= int(answer.get("TotalCount") or 0):
            return


def _template(row: Mapping[str, Any]) -> RemoteTemplate:
    kind = KINDS.get(row.get("OuterTemplateType"))  # type: ignore[arg-type]  # whatever it is, it is found or not
    settings = {"kind": kind} if kind else {}
    if row.get("SignatureName"):
        settings["sign_name"] = str(row["SignatureName"])
    return RemoteTemplate(
        provider_code=str(row.get("TemplateCode", "")),
        name=str(row.get("TemplateName", "")),
        body=str(row.get("TemplateContent", "")),
        state=_state(row),
        purpose="marketing" if kind == content.PROMOTION else "service",
        reason=_reason(row),
        settings=settings,
    )


def _state(row: Mapping[str, Any]) -> str:
    """A review that was cancelled (AUDIT_SATE_CANCEL, AUDIT_STATE_CANCEL) leaves what cannot be used, like a rejection."""
    return STATES.get(str(row.get("AuditStatus")), "rejected")


def _reason(row: Mapping[str, Any]) -> str:
    reason = row.get("Reason")
    if _state(row) != "rejected" or not isinstance(reason, dict):
        return "" if _state(row) != "rejected" else str(row.get("AuditStatus", ""))[:500]
    texts = [str(reason[key]) for key in ("RejectInfo", "RejectSubInfo") if reason.get(key)]
    return "；".join(texts)[:500]
