"""Fields, variables and templates of WeChat: what is refused, and why."""

from typing import Any
from uuid import UUID

import pytest

from channels_app.providers.base import Outgoing
from channels_app.providers.wechat import authoring, content, fields, payloads
from channels_app.simulator.wechat_errors import WechatError
from channels_app.simulator.wechat_fields import check_data

GOOD = [
    ("thing", "羊" * 20),
    ("short_thing", "已发货"),
    ("number", "-12.50"),
    ("number", "1" * 32),
    ("letter", "Zhitu"),
    ("symbol", "+-*/%"),
    ("character_string", "SF-1234_567/8"),
    ("time", "15:01"),
    ("time", "2019年10月1日 15:01"),
    ("time", "2023-09-12 19:43:07"),
    ("time", "09:00~21:00"),
    ("date", "2019年10月1日"),
    ("date", "2019-10-01 15:01"),
    ("amount", "¥399.00"),
    ("amount", "39.8元"),
    ("phone_number", "+86-0766-66888866"),
    ("car_number", "粤A8Z888挂"),
    ("name", "王小明"),
    ("name", "Jean-Luc Picard"),
    ("phrase", "已发货"),
    ("const", "待付款"),
]
BAD = [
    ("thing", "羊" * 21),
    ("thing", ""),
    ("thing", "   "),
    ("thing", "好看😀"),
    ("thing", "两\n行"),
    ("short_thing", "六个字太长了"),
    ("number", "12a"),
    ("number", "1" * 33),
    ("letter", "知途"),
    ("letter", "a" * 33),
    ("symbol", "abc"),
    ("symbol", "******"),
    ("character_string", "订单1"),
    ("character_string", "1" * 33),
    ("time", "下午三点"),
    ("date", "10月1日"),
    ("amount", "12345678901"),
    ("amount", "约399元"),
    ("phone_number", "1" * 18),
    ("car_number", "粤A8Z888挂车一"),
    ("name", "王2"),
    ("name", "一二三四五六七八九十一"),
    ("phrase", "abc"),
    ("phrase", "六个汉字太长"),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_what_wechat_takes_is_sent(kind: str, value: str) -> None:
    assert fields.problem_with(value, kind) is None
    assert check_data("{{" + kind + "1.DATA}}", {f"{kind}1": {"value": value}}, {}) == {f"{kind}1": value}


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_what_wechat_refuses_is_not_sent(kind: str, value: str) -> None:
    assert fields.problem_with(value, kind) is not None
    with pytest.raises(WechatError):
        check_data("{{" + kind + "1.DATA}}", {f"{kind}1": {"value": value}}, {})


def test_a_const_whose_values_are_known_takes_these_only() -> None:
    assert fields.problem_with("已退款", "const", ["待付款", "已付款"]) is not None
    assert fields.problem_with("已付款", "const", ["待付款", "已付款"]) is None


BODY = "订单：{{character_string1.DATA}}\n商品：{{thing2.DATA}}"


def message(**changes: Any) -> Outgoing:
    wanted: dict[str, Any] = {
        "message_id": UUID(int=1),
        "address": "oA1",
        "template_code": "T",
        "template_body": BODY,
        "params": {"character_string1": "1", "thing2": "x"},
        "channel": "wechat_template",
    }
    return Outgoing(**{**wanted, **changes})


def test_variables_are_those_of_the_text_then_those_of_the_settings() -> None:
    settings = {
        "url": "https://a.example/{{order.DATA}}",
        "miniprogram": {"appid": "wx1", "pagepath": "p?{{thing2.DATA}}"},
    }
    assert content.all_names(BODY, settings) == ["character_string1", "thing2", "order"]


def test_values_are_quoted_in_links_unless_they_are_the_link() -> None:
    assert (
        content.render_link("https://a.example/?q={{q.DATA}}", {"q": "a&b=知"})
        == "https://a.example/?q=a%26b%3D%E7%9F%A5"
    )
    assert content.render_link("{{link.DATA}}", {"link": "https://a.example/?a=1&b=2"}) == "https://a.example/?a=1&b=2"


def test_the_client_msg_id_is_of_the_message_and_the_same_each_time() -> None:
    first, again = payloads.template_payload(message()), payloads.template_payload(message())
    assert first["client_msg_id"] == again["client_msg_id"] == UUID(int=1).hex


def test_a_long_thing_is_cut_only_if_the_template_says_so() -> None:
    params = {"character_string1": "1", "thing2": "羊" * 25}
    assert payloads.refusal(message(params=params)) is not None
    cut = message(params=params, template={"truncate": True})
    assert payloads.refusal(cut) is None
    assert payloads.template_payload(cut)["data"]["thing2"]["value"] == "羊" * 17 + "..."


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address": "两个字"}, "40003"),
        ({"address": ""}, "40003"),
        ({"template_code": ""}, "40037"),
        ({"params": {"thing2": "x"}}, "47003"),
        ({"params": {"character_string1": "1", "thing2": ""}}, "47003"),
        ({"params": {"character_string1": "1", "thing2": "😀"}}, "47003"),
        (
            {
                "template": {"url": "{{link.DATA}}"},
                "params": {"character_string1": "1", "thing2": "x", "link": "javascript:1"},
            },
            "47003",
        ),
        ({"channel": "wechat_service", "template_body": " "}, "44002"),
        ({"channel": "wechat_service", "template_body": "羊" * 1000}, "45002"),
        ({"channel": "wechat_service", "template_body": "{{who.DATA}}"}, "47003"),
    ],
)
def test_a_message_that_cannot_be_taken_is_refused_before_it_is_sent(changes: dict[str, Any], code: str) -> None:
    refused = payloads.refusal(message(**changes))
    assert refused is not None
    assert refused.code == code


@pytest.mark.parametrize(
    ("body", "purpose", "settings", "code"),
    [
        ("{{thing1}}", "service", {}, "bad_placeholder"),
        ("{{coupon.DATA}}", "service", {}, "unknown_field_type"),
        ("{{thing1.DATA}}", "marketing", {}, "marketing_not_allowed"),
        ("{{thing1.DATA}}", "service", {"url": "ftp://a"}, "bad_link"),
        ("{{thing1.DATA}}", "service", {"url": 1}, "bad_link"),
        ("{{thing1.DATA}}", "service", {"miniprogram": {"pagepath": "p"}}, "bad_miniprogram"),
        ("{{thing1.DATA}}", "service", {"fields": ["thing1"]}, "bad_fields"),
        ("{{thing1.DATA}}", "service", {"miniprogram_state": "beta"}, "bad_miniprogram_state"),
        ("", "service", {"msgtype": "text"}, "empty_text"),
        ("", "service", {"msgtype": "voice"}, "unknown_msgtype"),
        ("", "service", {"msgtype": "news", "news": {"title": "x"}}, "missing_part"),
        (
            "",
            "service",
            {"msgtype": "msgmenu", "msgmenu": {"head_content": "a", "tail_content": "b", "list": [1]}},
            "bad_menu",
        ),
    ],
)
def test_a_template_at_fault_is_refused_with_a_code(
    body: str, purpose: str, settings: dict[str, Any], code: str
) -> None:
    problem = authoring.problem_with(body, purpose, settings)
    assert problem is not None
    assert problem[1] == code


@pytest.mark.parametrize(
    ("body", "purpose", "settings"),
    [
        (BODY, "service", {}),
        ("{{keyword1.DATA}}", "service", {"fields": {"keyword1": "thing"}}),
        ("{{status1.DATA}}", "service", {"fields": {"status1": ["待付款", "已付款"]}}),
        ("会员日到了，{{name.DATA}}", "marketing", {"msgtype": "text"}),
    ],
)
def test_a_template_in_order_is_taken(body: str, purpose: str, settings: dict[str, Any]) -> None:
    assert authoring.problem_with(body, purpose, settings) is None
