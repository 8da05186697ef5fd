from typing import Any
from uuid import uuid4

import pytest

from channels_app.providers.base import AccountConfig, Outgoing
from channels_app.providers.wecom import content
from channels_app.providers.wecom.corp import WecomCorp


@pytest.fixture
def provider() -> Any:
    provider = WecomCorp(AccountConfig(uuid4(), "http://127.0.0.1:9", {}, {"corp_id": "ww1", "agent_id": 1}))
    yield provider
    provider.close()


def message(address: str, channel: str = "wecom_customer", **fields: Any) -> Outgoing:
    return Outgoing(
        uuid4(), address, "t", fields.pop("body", "好"), fields.pop("params", {}), channel=channel, **fields
    )


def test_a_task_takes_ten_thousand_customers_and_no_more(provider: WecomCorp) -> None:
    messages = [message(f"wm{number}") for number in range(10_001)]
    assert [len(call) for call in provider.plan(messages)] == [10_000, 1]


def test_an_app_message_takes_a_thousand_members(provider: WecomCorp) -> None:
    messages = [message(f"u{number}", "wecom_app") for number in range(1001)]
    assert [len(call) for call in provider.plan(messages)] == [1000, 1]


def test_nobody_is_twice_in_a_call_whatever_the_case_of_a_userid(provider: WecomCorp) -> None:
    assert len(provider.plan([message("Zhang", "wecom_app"), message("zhang", "wecom_app")])) == 2
    assert len(provider.plan([message("wm1"), message("wm1")])) == 2
    assert len(provider.plan([message("wma"), message("wmA")])) == 1


def test_senders_and_contents_are_kept_apart_and_every_message_is_planned(provider: WecomCorp) -> None:
    messages = [
        message(f"wm{number}", params={"sender": sender, "name": name}, body="${name}")
        for number, (sender, name) in enumerate([("a", "x"), ("b", "x"), ("a", "y"), ("a", "x")])
    ]
    calls = provider.plan(messages)
    assert [len(call) for call in calls] == [2, 1, 1]
    assert sorted(m.message_id for call in calls for m in call) == sorted(m.message_id for m in messages)


def test_values_go_into_every_text_of_a_template() -> None:
    settings = {"attachments": [{"msgtype": "link", "link": {"title": "${name}", "url": "https://e.com/${id}"}}]}
    assert content.variables("你好${name}", settings) == ["name", "id"]
    assert content.missing("你好${name}", settings, {"name": "王"}) == "id"
    said = content.mass_message("你好${name}", settings, {"name": "王", "id": "7"})
    assert said["text"] == {"content": "你好王"}
    assert said["attachments"][0]["link"] == {"title": "王", "url": "https://e.com/7"}


@pytest.mark.parametrize(
    ("attachment", "detail"),
    [
        ({"msgtype": "link", "link": {"title": "长" * 43, "url": "https://e.com"}}, "link.title"),
        ({"msgtype": "link", "link": {"title": "t"}}, "lacks url"),
        ({"msgtype": "miniprogram", "miniprogram": {"title": "t"}}, "lacks"),
        ({"msgtype": "poem", "poem": {}}, "one of"),
        ("image", "one of"),
        ({"msgtype": ["image"]}, "one of"),
    ],
)
def test_attachments_are_checked(attachment: Any, detail: str) -> None:
    fault = content.fault_of_attachments([attachment])
    assert fault is not None
    assert detail in fault[1]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"corp_id": ""},
        {"corp_id": "ww1"},
        {"corp_id": "ww1", "agent_id": "x"},
        {"corp_id": "ww1", "agent_id": True},
    ],
)
def test_an_account_needs_its_corporation_and_app(settings: dict[str, Any]) -> None:
    assert WecomCorp.problem_with(settings) is not None


def test_an_app_may_be_named_by_number_or_text() -> None:
    assert WecomCorp.problem_with({"corp_id": "ww1", "agent_id": 1}) is None
    assert WecomCorp.problem_with({"corp_id": "ww1", "agent_id": "1000002"}) is None
