"""Aliyun's registry of templates and signatures as its callers see it."""

from collections.abc import Sequence
from typing import Any, TypeVar

from channels_app.simulator.aliyun_words import MOST_IN_PAGE, BusinessError, Params
from channels_app.simulator.config import AccessKey, Review

AUDITED = {"pending": "AUDIT_STATE_INIT", "approved": "AUDIT_STATE_PASS", "rejected": "AUDIT_STATE_NOT_PASS"}
# TemplateType and OuterTemplateType number the same kinds differently.
TYPES = {"otp": (2, 0), "notice": (0, 1), "marketing": (1, 2)}
CREATED = "2026-01-05 10:00:00"

Row = TypeVar("Row")


def query_templates(key_id: str, key: AccessKey, params: Params) -> dict[str, Any]:
    codes, answer = _page(list(key.templates), params)
    return {**answer, "SmsTemplateList": [_template(code, key) for code in codes]}


def query_signs(key_id: str, key: AccessKey, params: Params) -> dict[str, Any]:
    names, answer = _page(key.signs, params)
    rows = [
        {"SignName": name, "BusinessType": "通用类型", "CreateDate": CREATED, **_review(key.review_of_sign(name))}
        for name in names
    ]
    return {**answer, "SmsSignList": rows}


def _template(code: str, key: AccessKey) -> dict[str, Any]:
    review = key.review_of_template(code)
    inner, outer = TYPES[review.kind]
    return {
        "TemplateCode": code,
        "TemplateName": review.name or code,
        "TemplateContent": key.templates[code],
        "TemplateType": inner,
        "OuterTemplateType": outer,
        "CreateDate": CREATED,
        **_review(review),
    }


def _review(review: Review) -> dict[str, Any]:
    rejected = review.state == "rejected"
    reason = {"RejectInfo": review.reason, "RejectDate": CREATED, "RejectSubInfo": ""} if rejected else {}
    return {"AuditStatus": AUDITED[review.state], "OrderId": "20000000001", "Reason": reason}


def _page(rows: Sequence[Row], params: Params) -> tuple[Sequence[Row], dict[str, Any]]:
    try:
        page, size = int(params.get("PageIndex", "1")), int(params.get("PageSize", "10"))
    except ValueError as error:
        raise BusinessError("isv.INVALID_PARAMETERS", "参数格式不正确") from error
    if not 1 <= size <= MOST_IN_PAGE or page < 1:
        raise BusinessError("isv.INVALID_PARAMETERS", "PageSize取值范围为1~50")
    start = (page - 1) * size
    return rows[start : start + size], {"CurrentPage": page, "PageSize": size, "TotalCount": len(rows)}
