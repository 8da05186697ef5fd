"""What a column is taken for, by its header and by its values."""

from typing import Any

import pytest

from profiles.imports.synonyms import suggest


@pytest.mark.parametrize(
    ("header", "samples", "suggestion"),
    [
        ("手机号码", [], {"target": "identity", "key": "phone"}),
        ("Phone Number", [], {"target": "identity", "key": "phone"}),
        ("E-mail", [], {"target": "identity", "key": "email"}),
        ("会员ID", [], {"target": "identity", "key": "member_id"}),
        ("什么", ["13800138000", "138 0013 8001"], {"target": "identity", "key": "phone"}),
        ("x", ["a@b.cn"], {"target": "identity", "key": "email"}),
        ("x", ["o6_bmjrPTlm6_2sgVt7hMZOPfL2M"], {"target": "identity", "key": "wechat_openid"}),
        ("生日", ["1990-01-02"], {"target": "attribute", "key": "birthday", "type": "date", "format": "auto"}),
        ("生日", ["45355"], {"target": "attribute", "key": "birthday", "type": "date", "format": "excel"}),
        ("生日", ["03/04/1990"], {"target": "attribute", "key": "birthday", "type": "date"}),
        ("标签", ["vip"], {"target": "tags"}),
        ("门店编码", ["00123"], {"target": "attribute", "key": "门店编码", "type": "text"}),
        ("Order Count", ["1", "2,000"], {"target": "attribute", "key": "order_count", "type": "number"}),
        (
            "last seen",
            ["2024-01-02 10:00"],
            {"target": "attribute", "key": "last_seen", "type": "instant", "format": "auto"},
        ),
        ("会员", ["是", "否"], {"target": "attribute", "key": "会员", "type": "boolean"}),
        ("", [], {"target": "ignore"}),
    ],
)
def test_a_column_of_people(header: str, samples: list[str], suggestion: dict[str, Any]) -> None:
    assert suggest("people", header, samples) == suggestion


@pytest.mark.parametrize(
    ("header", "samples", "suggestion"),
    [
        ("下单时间", ["2024-01-02 10:00"], {"target": "occurred_at", "format": "auto"}),
        ("订单号", ["o1"], {"target": "event_id"}),
        ("城市", ["上海"], {"target": "property", "key": "city", "type": "text"}),
        ("金额", ["1.5"], {"target": "property", "key": "金额", "type": "number"}),
    ],
)
def test_a_column_of_events(header: str, samples: list[str], suggestion: dict[str, Any]) -> None:
    assert suggest("events", header, samples) == suggestion
