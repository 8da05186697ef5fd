"""What WeChat's callbacks mean, in both notations."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound
from channels_app.providers.wechat.happenings import inbound_of
from channels_app.providers.wechat.xml import parse

OPENID = "oAAAA1234567890follower_0001"
AT = 1_772_416_800


def read(mini_program: bool = False, **fields: Any) -> Inbound:
    message: Mapping[str, Any] = {"FromUserName": OPENID, "CreateTime": AT, "MsgType": "event", **fields}
    return inbound_of(message, "wx1", mini_program=mini_program)


def test_a_follow_through_a_code_is_an_event_with_its_scene_and_opens_a_window() -> None:
    inbound = read(Event="subscribe", EventKey="qrscene_store_17", Ticket="T")
    (event,) = inbound.events
    assert (event.name, event.identities) == ("wechat_subscribe", {"wechat_openid": OPENID})
    assert event.properties == {"appid": "wx1", "scene": "store_17", "ticket": "T"}
    assert event.traits == {"wechat_subscribed": True}
    assert event.occurred_at == datetime.fromtimestamp(AT, UTC)
    assert [turned.kind for turned in inbound.interactions] == ["follow"]


def test_a_follow_without_a_code_has_no_scene() -> None:
    (event,) = read(Event="subscribe", EventKey="").events
    assert "scene" not in event.properties


def test_leaving_sets_the_trait_and_opens_nothing() -> None:
    inbound = read(Event="unsubscribe")
    assert (inbound.events[0].name, inbound.events[0].traits) == ("wechat_unsubscribe", {"wechat_subscribed": False})
    assert inbound.interactions == ()


def test_a_scan_has_its_scene_as_it_is() -> None:
    inbound = read(Event="SCAN", EventKey="store_17", Ticket="T")
    assert (inbound.events[0].name, inbound.events[0].properties["scene"]) == ("wechat_scan", "store_17")
    assert [turned.kind for turned in inbound.interactions] == ["scan"]


def test_a_tapped_menu_opens_a_window_and_a_link_of_it_does_not() -> None:
    assert [turned.kind for turned in read(Event="CLICK", EventKey="HELP").interactions] == ["menu"]
    viewed = read(Event="VIEW", EventKey="https://a.example")
    assert (viewed.events[0].properties["url"], viewed.interactions) == ("https://a.example", ())


def test_a_text_is_an_event_and_a_reply_and_opens_a_window() -> None:
    inbound = read(MsgType="text", Content="在吗", MsgId=1234567890123456)
    assert inbound.events[0].event_id == "wechat:wx1:1234567890123456"
    assert (inbound.replies[0].content, inbound.replies[0].opts_out) == ("在吗", False)
    assert [turned.kind for turned in inbound.interactions] == ["message"]


@pytest.mark.parametrize("content", ["退订", "td", " TD "])
def test_a_refusal_opts_out(content: str) -> None:
    assert read(MsgType="text", Content=content, MsgId=1).replies[0].opts_out


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("success", "delivered", ""),
        ("failed:user block", "failed", "user block"),
        ("failed: system failed", "failed", "system failed"),
        ("failed:freq limit", "failed", "freq limit"),
    ],
)
def test_the_end_of_a_template_message_is_a_receipt(status: str, outcome: str, code: str) -> None:
    (receipt,) = read(Event="TEMPLATESENDJOBFINISH", MsgID=3487542469355618313, Status=status).receipts
    assert (receipt.provider_id, receipt.address) == ("3487542469355618313", OPENID)
    assert (receipt.outcome, receipt.code) == (outcome, code)


def test_the_end_of_a_mass_message_is_kept_of_nobody() -> None:
    (receipt,) = read(Event="MASSSENDJOBFINISH", MsgID=7, Status="err(30003)", TotalCount=100).receipts
    assert (receipt.outcome, receipt.address, receipt.payload["TotalCount"]) == ("failed", "", 100)


ACCEPT = {"TemplateId": "SUB_1", "SubscribeStatusString": "accept", "PopupScene": "2"}
REJECT = {"TemplateId": "SUB_2", "SubscribeStatusString": "reject", "PopupScene": "2"}


@pytest.mark.parametrize(
    "fields",
    [
        {"SubscribeMsgPopupEvent": {"List": [ACCEPT, REJECT]}},
        {"List": [ACCEPT, REJECT]},
    ],
    ids=["xml", "json"],
)
def test_each_accept_is_a_credit_and_a_reject_takes_none_back(fields: dict[str, Any]) -> None:
    inbound = read(Event="subscribe_msg_popup_event", **fields)
    assert [(change.template_code, change.change) for change in inbound.credits] == [("SUB_1", 1)]
    assert [event.properties["status"] for event in inbound.events] == ["accept", "reject"]


@pytest.mark.parametrize(
    "fields", [{"SubscribeMsgPopupEvent": {"List": ACCEPT}}, {"List": ACCEPT}], ids=["xml", "json"]
)
def test_a_list_of_one_is_an_object(fields: dict[str, Any]) -> None:
    (change,) = read(Event="subscribe_msg_popup_event", **fields).credits
    assert (change.address, change.template_code, change.change) == (OPENID, "SUB_1", 1)


def test_a_changed_setting_takes_all_credits_back() -> None:
    (change,) = read(Event="subscribe_msg_change_event", SubscribeMsgChangeEvent={"List": REJECT}).credits
    assert (change.template_code, change.change) == ("SUB_2", None)


def test_the_end_of_a_subscribe_message_is_a_receipt() -> None:
    entries = [
        {"TemplateId": "SUB_1", "MsgID": 5, "ErrorCode": 0, "ErrorStatus": "success"},
        {"TemplateId": "SUB_1", "MsgID": "6", "ErrorCode": "43101", "ErrorStatus": "user refuse to accept the msg"},
    ]
    receipts = read(Event="subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": entries}).receipts
    assert [(r.provider_id, r.outcome, r.code) for r in receipts] == [("5", "delivered", ""), ("6", "failed", "43101")]


def test_a_subscribe_message_that_the_person_refuses_takes_all_credits_back() -> None:
    entry = {"TemplateId": "T", "MsgID": "8", "ErrorCode": "43101", "ErrorStatus": "user refuse to accept the msg"}
    inbound = read(Event="subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": entry})
    assert [(receipt.outcome, receipt.code) for receipt in inbound.receipts] == [("failed", "43101")]
    assert [(change.template_code, change.change) for change in inbound.credits] == [("T", None)]


def test_repetitions_have_one_key_and_different_acts_of_a_second_have_different_ones() -> None:
    keys = [read(Event="CLICK", EventKey=key).events[0].event_id for key in ("A", "A", "B")]
    assert keys[0] == keys[1] != keys[2]


def test_an_event_nobody_here_knows_is_kept() -> None:
    (event,) = read(Event="card_pass_check").events
    assert (event.name, event.properties["event"]) == ("wechat_event", "card_pass_check")


def test_a_person_of_a_mini_program_is_known_by_another_openid() -> None:
    (event,) = read(mini_program=True, Event="user_enter_tempsession", SessionFrom="detail").events
    assert event.identities == {"wechat_mini_openid": OPENID}


@pytest.mark.parametrize(
    "fields",
    [
        {"FromUserName": ""},
        {"FromUserName": {"a": 1}, "Event": "SCAN"},
        {"Event": "SCAN", "CreateTime": "soon"},
        {"Event": "SCAN", "CreateTime": "9" * 40},
        {"Event": ""},
        {"MsgType": ""},
        {"Event": "TEMPLATESENDJOBFINISH", "Status": "success"},
        {"Event": "subscribe_msg_popup_event"},
        {"Event": "subscribe_msg_popup_event", "List": [1]},
        {"Event": "subscribe_msg_popup_event", "List": {"SubscribeStatusString": "accept"}},
    ],
)
def test_what_lacks_a_part_is_malformed(fields: dict[str, Any]) -> None:
    with pytest.raises(MalformedCallback):
        read(**fields)


def test_wechats_published_example_is_read() -> None:
    """https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html"""
    message = parse(
        b"<xml><ToUserName><![CDATA[toUser]]></ToUserName><FromUserName><![CDATA[FromUser]]></FromUserName>"
        b"<CreateTime>123456789</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event>"
        b"<EventKey><![CDATA[qrscene_123123]]></EventKey><Ticket><![CDATA[TICKET]]></Ticket></xml>"
    )
    (event,) = inbound_of(message, "wx1", mini_program=False).events
    assert (event.properties["scene"], event.identities) == ("123123", {"wechat_openid": "FromUser"})
