"""Tencent Cloud's registry of templates and signatures, with what its reviewers have said.

https://cloud.tencent.com/document/api/382/52067 (DescribeSmsTemplateList), 52064 (DescribeSmsSignList)
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from channels_app.providers.base import RemoteSignature, RemoteTemplate
from channels_app.providers.errors import CallOutcomeUnknown
from channels_app.providers.sms.content import OPT_OUT_SUFFIX

Call: TypeAlias = Callable[[str, Mapping[str, Any]], dict[str, Any]]

PAGE = 100
# 2 is approved and not yet in force, so not to be used.
STATES = {0: "approved", 1: "pending", 2: "pending", -1: "rejected"}
FOREIGN = frozenset({1, 3})


def templates(call: Call) -> list[RemoteTemplate]:
    """Read all templates, domestic and international. Raises TransportError."""
    found: dict[str, RemoteTemplate] = {}
    for international in (0, 1):
        for row in _rows(call, "DescribeSmsTemplateList", "DescribeTemplateStatusSet", international):
            template = _template(row)
            found[template.provider_code] = template
    return list(found.values())


def signatures(call: Call) -> list[RemoteSignature]:
    """Read all domestic signatures. Raises TransportError."""
    return [
        RemoteSignature(str(row.get("SignName", "")), _state(row), _reason(row))
        for row in _rows(call, "DescribeSmsSignList", "DescribeSignListStatusSet", 0)
    ]


def try_connection(call: Call) -> str:
    answer = call("DescribeSmsSignList", {"International": 0, "Limit": 1, "Offset": 0})
    return f"{len(answer.get('DescribeSignListStatusSet') or [])} or more signatures"


def _rows(call: Call, action: str, name: str, international: int) -> Iterator[dict[str, Any]]:
    offset = 0
    while True:
        answer = call(action, {"International": international, "Limit": PAGE, "Offset": offset})
        rows = answer.get(name) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CallOutcomeUnknown("unreadable_answer", f"{name} is not a list of objects")
        yield from rows
        offset += len(rows)
        if len(rows) < PAGE:
            return


def _template(row: Mapping[str, Any]) -> RemoteTemplate:
    """The registry does not say what a template is for; a text that says how to refuse is marketing."""
    body = str(row.get("TemplateContent", ""))
    marketing = body.endswith(OPT_OUT_SUFFIX)
    return RemoteTemplate(
        provider_code=str(row.get("TemplateId", "")),
        name=str(row.get("TemplateName", "")),
        body=body,
        state=_state(row),
        purpose="marketing" if marketing else "service",
        reason=_reason(row),
        settings={"international": True} if row.get("International") in FOREIGN else {},
    )


def _state(row: Mapping[str, Any]) -> str:
    status = row.get("StatusCode")
    return STATES.get(status, "rejected") if isinstance(status, int) else "rejected"


def _reason(row: Mapping[str, Any]) -> str:
    return str(row.get("ReviewReply") or "")[:500] if _state(row) == "rejected" else ""
