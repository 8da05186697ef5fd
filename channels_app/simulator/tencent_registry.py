"""Tencent Cloud's registry of templates and signatures as its callers see it. Everything in it is domestic."""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from channels_app.simulator.config import AccessKey, Review
from channels_app.simulator.tencent_gateway import Refusal

STATUS = {"approved": 0, "pending": 1, "rejected": -1}
CREATED = 1_767_578_400
MOST_IN_PAGE, MOST_IDS = 100, 100
SIGNS_BY_DEFAULT, TEMPLATES_BY_DEFAULT = 10, 0


def describe_templates(key_id: str, key: AccessKey, asked: Mapping[str, Any]) -> dict[str, Any]:
    ids = _ids(asked, "TemplateIdSet")
    codes = [code for code in key.templates if not ids or code in ids]
    shown = _page(codes, asked, TEMPLATES_BY_DEFAULT if not ids else MOST_IDS)
    rows = [
        {
            # Ids of templates are numbers at this vendor.
            "TemplateId": int(code) if code.isdigit() else code,
            "TemplateName": key.review_of_template(code).name or code,
            "TemplateContent": key.templates[code],
            **_review(key.review_of_template(code)),
        }
        for code in shown
    ]
    return {"DescribeTemplateStatusSet": rows}


def describe_signs(key_id: str, key: AccessKey, asked: Mapping[str, Any]) -> dict[str, Any]:
    ids = _ids(asked, "SignIdSet")
    names = [name for name in key.signs if not ids or str(_sign_id(name)) in ids]
    shown = _page(names, asked, SIGNS_BY_DEFAULT if not ids else MOST_IDS)
    rows = [
        {
            "SignId": _sign_id(name),
            "SignName": name,
            "QualificationId": 1,
            "QualificationName": "simulated",
            "QualificationStatusCode": 1,
            **_review(key.review_of_sign(name)),
        }
        for name in shown
    ]
    return {"DescribeSignListStatusSet": rows}


def _sign_id(name: str) -> int:
    return crc32(name.encode()) % 10_000_000


def _review(review: Review) -> dict[str, Any]:
    reply = review.reason if review.state == "rejected" else ""
    return {"International": 0, "StatusCode": STATUS[review.state], "ReviewReply": reply, "CreateTime": CREATED}


def _ids(asked: Mapping[str, Any], name: str) -> set[str]:
    ids = asked.get(name) or []
    if not isinstance(ids, list) or len(ids) > MOST_IDS or not all(isinstance(one, int) for one in ids):
        raise Refusal("InvalidParameter", f"{name} is a list of at most {MOST_IDS} numbers.")
    return {str(one) for one in ids}


def _page(rows: Sequence[str], asked: Mapping[str, Any], default: int) -> Sequence[str]:
    if asked.get("International") not in (0, 1):
        raise Refusal("MissingParameter", "The request is missing the required parameter `International`.")
    if asked["International"] == 1:
        return []
    limit, offset = asked.get("Limit", default), asked.get("Offset", 0)
    if not isinstance(limit, int) or not isinstance(offset, int) or not 0 <= limit <= MOST_IN_PAGE or offset < 0:
        raise Refusal("InvalidParameter", "Limit is at most 100, Offset at least 0.")
    return rows[offset : offset + limit]
