"""The provider against the simulated WeChat over real HTTP: each kind of message, and each refusal in its class."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from channels_app.providers.base import Accepted, Outgoing
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from channels_app.simulator.wechat_store import SHANGHAI
from tests.integration.channels_app.wechat_world import OPENID, SHIPPED, VISIT, Wechat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wechat(db: None, simulator_url: str, simulator: SimulatorClient) -> Iterator[Wechat]:
    yield Wechat(simulator, simulator_url)
    open_providers.close_all()


def send(wechat: Wechat, message: Outgoing) -> str:
    (result,) = wechat.provider.send_batch(uuid4(), [message]).values()
    assert isinstance(result, Accepted)
    return result.provider_id


def refusal(wechat: Wechat, message: Outgoing) -> tuple[ErrorClass, str]:
    with pytest.raises(CallRefused) as caught:
        wechat.provider.send_batch(uuid4(), [message])
    return caught.value.error_class, caught.value.code


def test_a_template_message_arrives_with_its_link_and_its_mini_program(wechat: Wechat) -> None:
    wechat.act("follow")
    settings = {
        "url": "https://shop.example/o?no={{character_string1.DATA}}",
        "miniprogram": {"appid": "wx1234", "pagepath": "pages/order?no={{character_string1.DATA}}"},
    }
    params = {"character_string1": "A 1&2", "thing2": "围巾", "amount3": "399"}
    msgid = send(wechat, wechat.outgoing(template=settings, params=params))
    (shown,) = wechat.received()
    assert shown["content"] == "订单发货\n订单：A 1&2\n商品：围巾\n金额：399"
    assert shown["url"] == "https://shop.example/o?no=A%201%262"
    assert shown["mini_program"] == "pages/order?no=A%201%262"
    assert shown["msgid"] == msgid
    assert int(msgid) > 2**53
    assert wechat.act("tap", message=shown["id"]) == {"url": shown["url"]}


def test_the_same_message_again_is_taken_once(wechat: Wechat) -> None:
    wechat.act("follow")
    message = wechat.outgoing()
    assert send(wechat, message) == send(wechat, message)
    assert len(wechat.received()) == 1


def test_a_customer_service_message_needs_a_window_and_fits_its_number(wechat: Wechat) -> None:
    wechat.put(everyone_follows=True)
    assert refusal(wechat, wechat.text()) == (ErrorClass.RECIPIENT_PERMANENT, "45015")
    wechat.act("write", content="在吗")
    for _ in range(5):
        assert send(wechat, wechat.text()) == ""
    assert refusal(wechat, wechat.text()) == (ErrorClass.RECIPIENT_PERMANENT, "45047")
    wechat.act("click", key="HELP")
    send(wechat, wechat.text())


@pytest.mark.parametrize(
    "settings",
    [
        {"msgtype": "image", "image": {"media_id": "m1"}},
        {
            "msgtype": "news",
            "news": {
                "title": "{{name.DATA}}您好",
                "description": "上新",
                "url": "https://a.example",
                "picurl": "https://a.example/p",
            },
        },
        {
            "msgtype": "msgmenu",
            "msgmenu": {"head_content": "满意吗", "list": [{"id": "1", "content": "是"}], "tail_content": "谢谢"},
        },
        {
            "msgtype": "miniprogrampage",
            "miniprogrampage": {"title": "上新", "appid": "wx1", "pagepath": "p", "thumb_media_id": "m"},
        },
    ],
    ids=lambda settings: str(settings["msgtype"]),
)
def test_every_kind_of_customer_service_message_is_taken(wechat: Wechat, settings: dict[str, Any]) -> None:
    wechat.act("follow")
    message = wechat.text(template=settings, params={"name": "王"})
    assert wechat.provider.check(message) is None
    assert wechat.provider.problem_with_template("", "marketing", settings) is None
    send(wechat, message)
    (shown,) = wechat.received()
    assert "{{" not in shown["content"]


def test_each_permission_allows_one_subscribe_message(wechat: Wechat) -> None:
    assert refusal(wechat, wechat.visit())[0] == ErrorClass.RECIPIENT_PERMANENT
    wechat.act("follow")
    wechat.act("accept", template_id="SUB_1")
    assert send(wechat, wechat.visit(template={"page": "pages/visit"})) != ""
    assert refusal(wechat, wechat.visit()) == (ErrorClass.RECIPIENT_PERMANENT, "43101")


def test_a_mini_program_sends_subscribe_messages_by_its_own_call(
    db: None, simulator_url: str, simulator: SimulatorClient
) -> None:
    wechat = Wechat(simulator, simulator_url, kind="mini_program")
    wechat.act("enter")
    wechat.act("accept", template_id="SUB_1")
    send(wechat, wechat.visit())
    assert refusal(wechat, wechat.outgoing()) == (ErrorClass.ACCOUNT, "48001")
    open_providers.close_all()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"address": "nobody"}, (ErrorClass.RECIPIENT_PERMANENT, "40003")),
        ({"template_code": "TPL_9"}, (ErrorClass.CONTENT_PERMANENT, "40037")),
        (
            {"params": {"character_string1": "订单", "thing2": "a", "amount3": "1"}},
            (ErrorClass.CONTENT_PERMANENT, "47003"),
        ),
        ({"template": {"url": "javascript:alert(1)"}}, (ErrorClass.CONTENT_PERMANENT, "47003")),
    ],
)
def test_a_refused_message_has_wechats_code(wechat: Wechat, change: dict[str, Any], expected: tuple[str, str]) -> None:
    wechat.act("follow")
    assert refusal(wechat, wechat.outgoing(**change)) == expected


def test_whoever_has_left_gets_nothing(wechat: Wechat) -> None:
    wechat.act("follow")
    wechat.act("unfollow")
    assert refusal(wechat, wechat.outgoing()) == (ErrorClass.RECIPIENT_PERMANENT, "43004")


def test_the_daily_quota_parks_the_account_until_midnight_in_shanghai(wechat: Wechat) -> None:
    wechat.put(template_per_day=1)
    wechat.act("follow")
    send(wechat, wechat.outgoing())
    with pytest.raises(CallRefused) as caught:
        wechat.provider.send_batch(uuid4(), [wechat.outgoing()])
    assert (caught.value.error_class, caught.value.code) == (ErrorClass.ACCOUNT_DELAY, "45009")
    assert caught.value.delay is not None
    opens = datetime.now(UTC) + caught.value.delay + timedelta(seconds=2)
    assert opens.astimezone(SHANGHAI).hour == 0
    assert "rid: " in caught.value.detail


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ({"throttle_rate": 1}, (ErrorClass.ACCOUNT_DELAY, "45011")),
        ({"http_503_rate": 1}, (ErrorClass.RETRY, "-1")),
    ],
)
def test_a_busy_wechat_is_asked_again_later(
    wechat: Wechat, faults: dict[str, Any], expected: tuple[ErrorClass, str]
) -> None:
    wechat.act("follow")
    send(wechat, wechat.outgoing())
    wechat.simulator.put_faults(**faults)
    assert refusal(wechat, wechat.outgoing()) == expected


def test_an_answer_that_is_no_json_leaves_the_outcome_unknown(wechat: Wechat) -> None:
    wechat.act("follow")
    send(wechat, wechat.outgoing())
    wechat.simulator.put_faults(http_500_rate=1)
    with pytest.raises(CallOutcomeUnknown):
        wechat.provider.send_batch(uuid4(), [wechat.outgoing()])


def test_after_a_time_out_the_same_message_again_arrives_once(wechat: Wechat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels_app.providers.http.TIMEOUT.read", 0.3, raising=False)
    wechat.act("follow")
    message = wechat.outgoing()
    wechat.simulator.put_faults(timeout_after_accept_rate=1)
    with pytest.raises(CallOutcomeUnknown):
        wechat.provider.send_batch(uuid4(), [message])
    wechat.simulator.put_faults()
    msgid = send(wechat, message)
    assert [row["msgid"] for row in wechat.received()] == [msgid]


def test_templates_are_read_from_wechats_registry(wechat: Wechat) -> None:
    template, subscribe = wechat.provider.templates()
    assert (subscribe.provider_code, subscribe.settings["channel"]) == ("SUB_1", "wechat_subscribe")
    assert (template.provider_code, template.body, template.state) == ("TPL_1", SHIPPED, "approved")
    assert wechat.provider.variables(template.body, {}) == ["character_string1", "thing2", "amount3"]


def test_the_connection_is_tried(wechat: Wechat) -> None:
    assert wechat.appid in wechat.provider.try_connection()


def test_followers_are_read_page_by_page(wechat: Wechat) -> None:
    wechat.put(page_size=2)
    openids = [f"{OPENID}{number}" for number in range(5)]
    for openid in openids:
        wechat.act("follow", openid)
    seen: list[str] = []
    page = wechat.provider.followers()
    while page.openids:
        seen += page.openids
        page = wechat.provider.followers(page.next_openid)
    assert seen == openids
    assert [p["subscribe"] for p in wechat.provider.people(openids)] == [1] * 5


def test_a_missing_value_is_refused_before_any_call(wechat: Wechat) -> None:
    refused = wechat.provider.check(wechat.visit(params={"thing1": VISIT["thing1"]}))
    assert refused is not None
    assert (refused.error_class, refused.code) == (ErrorClass.CONTENT_PERMANENT, "47003")
    assert "time2" in refused.detail
    assert wechat.tokens()["asked"] == 0
