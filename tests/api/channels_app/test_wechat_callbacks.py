"""Callbacks that are no callbacks: forged, cut, replayed, bombs; and WeChat's proof that the address is ours."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from channels_app.models import CreditEntry, Interaction, Receipt
from channels_app.ports import Ports
from channels_app.providers.registry import open_providers
from channels_app.providers.wechat.crypto import CallbackCrypto, signature_of
from channels_app.simulator.client import SimulatorClient
from channels_app.simulator.wechat_config import OfficialAccount
from channels_app.simulator.wechat_push import request_of
from tests.integration.channels_app.simulated import replaced_ports
from tests.integration.channels_app.wechat_world import AES_KEY, OPENID, SECRET, TOKEN, Wechat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

FOLLOW = {"MsgType": "event", "Event": "subscribe", "EventKey": ""}
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>'


class Sink:
    def __init__(self) -> None:
        self.events: list[Any] = []

    def take(self, workspace_id: Any, events: Any, now: Any) -> None:
        self.events += events


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    with replaced_ports(Ports(events=sink)):
        yield sink
    open_providers.close_all()


@pytest.fixture
def plain(simulator_url: str, simulator: SimulatorClient, sink: Sink) -> Wechat:
    return Wechat(simulator, simulator_url)


@pytest.fixture
def encrypted(simulator_url: str, simulator: SimulatorClient, sink: Sink) -> Wechat:
    return Wechat(simulator, simulator_url, mode="encrypted")


def pushed(wechat: Wechat, **fields: Any) -> tuple[str, bytes]:
    """What the simulator would send."""
    path = f"/callbacks/{wechat.account.callback_token}/wechat/official/events/"
    account = OfficialAccount(**{**wechat.setup, "callback_url": path})
    message = {"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": int(time.time()), **(fields or FOLLOW)}
    url, body, _kind = request_of(wechat.appid, account, OPENID, message)
    return url, body


def post(url: str, body: bytes) -> Any:
    return APIClient().post(url, body, content_type="text/xml")


def nothing_happened(sink: Sink) -> bool:
    rows = (Receipt.objects.count(), CreditEntry.objects.count(), Interaction.objects.count())
    return sink.events == [] and rows == (0, 0, 0)


def test_a_callback_is_answered_success(plain: Wechat, encrypted: Wechat, sink: Sink) -> None:
    for wechat in (plain, encrypted):
        answer = post(*pushed(wechat))
        assert (answer.status_code, answer.content) == (200, b"success")
    assert [event.name for event in sink.events] == ["wechat_subscribe"] * 2


def test_the_address_is_proved_by_the_echo(plain: Wechat) -> None:
    url = f"/callbacks/{plain.account.callback_token}/wechat/official/events/"
    query = {"timestamp": "1", "nonce": "2", "signature": signature_of(TOKEN, "1", "2"), "echostr": "4711"}
    answer = APIClient().get(url, query)
    assert (answer.status_code, answer.content) == (200, b"4711")
    assert answer["content-type"].startswith("text/plain")
    assert APIClient().get(url, {**query, "signature": "0" * 40}).status_code == 403
    assert APIClient().get(url, {k: v for k, v in query.items() if k != "echostr"}).status_code == 400


@pytest.mark.parametrize("part", ["signature", "timestamp", "nonce"])
def test_a_plain_callback_with_a_wrong_part_is_forged(plain: Wechat, sink: Sink, part: str) -> None:
    url, body = pushed(plain)
    changed = url.replace(f"{part}=", f"{part}=1")
    assert post(changed, body).status_code == 403
    assert nothing_happened(sink)


def test_a_signature_of_yesterday_is_no_good_for_another_body(plain: Wechat, sink: Sink) -> None:
    _url, body = pushed(plain)
    then = str(int(time.time()) - 86_400)
    query = f"timestamp={then}&nonce=1&signature={signature_of(TOKEN, then, '1')}"
    assert post(f"/callbacks/{plain.account.callback_token}/wechat/official/events/?{query}", body).status_code == 403
    assert nothing_happened(sink)


def test_an_encrypted_account_takes_no_plain_body(encrypted: Wechat, plain: Wechat, sink: Sink) -> None:
    _, body = pushed(plain)
    url, _ = pushed(encrypted)
    assert post(url, body).status_code == 403
    assert nothing_happened(sink)


def test_a_changed_cipher_text_is_forged_and_one_for_another_account_too(encrypted: Wechat, sink: Sink) -> None:
    url, body = pushed(encrypted)
    assert post(url, body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A")).status_code == 403
    sealed = CallbackCrypto(TOKEN, AES_KEY, "wxother").seal(b"<xml><a>1</a></xml>")
    query = f"timestamp=1&nonce=2&msg_signature={signature_of(TOKEN, '1', '2', sealed)}"
    path = url.partition("?")[0]
    assert post(f"{path}?{query}", f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()).status_code == 403
    assert nothing_happened(sink)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"<xml><FromUserName>", 400),
        ("<xml><FromUserName>微信公众号</FromUserName></xml>".encode("gbk"), 400),
        (BOMB, 400),
        (b"{not json", 400),
        (b'{"FromUserName": "a\\u0000", "MsgType": "text", "CreateTime": 1}', 400),
        (b"<xml><a>" + b"x" * 500_000 + b"</a></xml>", 400),
        (b"<xml><a>" + b"x" * 10_000_000 + b"</a></xml>", 413),
    ],
    ids=["empty", "cut", "gbk", "bomb", "json", "nul", "half a megabyte", "10 MB"],
)
def test_a_body_that_cannot_be_read_is_refused_whoever_has_signed_it(
    plain: Wechat, sink: Sink, body: bytes, status: int
) -> None:
    url, _ = pushed(plain)
    assert post(url, body).status_code == status
    assert nothing_happened(sink)


def test_a_bomb_within_a_cipher_text_is_refused(encrypted: Wechat, sink: Sink) -> None:
    sealed = CallbackCrypto(TOKEN, AES_KEY, encrypted.appid).seal(BOMB)
    url, _ = pushed(encrypted)
    query = f"timestamp=1&nonce=2&msg_signature={signature_of(TOKEN, '1', '2', sealed)}"
    answer = post(f"{url.partition('?')[0]}?{query}", f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode())
    assert answer.status_code == 400
    assert nothing_happened(sink)


def test_a_callback_cut_short_is_refused(encrypted: Wechat, plain: Wechat, sink: Sink) -> None:
    for wechat in (encrypted, plain):
        url, body = pushed(wechat)
        assert post(url, body[: len(body) // 2]).status_code == 400
    assert nothing_happened(sink)


def test_a_replayed_callback_has_no_second_effect(encrypted: Wechat, sink: Sink) -> None:
    entry = {"TemplateId": "SUB_1", "SubscribeStatusString": "accept", "PopupScene": "2"}
    url, body = pushed(
        encrypted, MsgType="event", Event="subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": entry}
    )
    for _ in range(3):
        assert post(url, body).content == b"success"
    assert CreditEntry.objects.count() == 1
    assert len({event.event_id for event in sink.events}) == 1


def test_no_answer_shows_a_secret(encrypted: Wechat, sink: Sink) -> None:
    url, body = pushed(encrypted)
    shown = post(url.replace("msg_signature=", "msg_signature=1"), body).content + post(url, b"<xml/>").content
    for secret in (SECRET, TOKEN, AES_KEY):
        assert secret.encode() not in shown
