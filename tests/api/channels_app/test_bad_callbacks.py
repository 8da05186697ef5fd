"""What no vendor pushes, at the callbacks of every provider that has some: 4xx, nothing stored, no secret shown."""

import logging
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from channels_app.models import ChannelAccount, Interaction, Receipt, Suppression
from channels_app.ports import Ports
from channels_app.providers.call import robot_signing
from channels_app.providers.registry import PROVIDERS, open_providers, provider_class
from channels_app.providers.wechat.crypto import CallbackCrypto, signature_of
from tests.integration.channels_app.simulated import make_account, replaced_ports
from tests.integration.channels_app.wecom_corp import AES_KEY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

SECRET, ROBOT_SECRET = "s3cret-of-the-account", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ALIYUN = {"access_key_id": "LTAI-x", "access_key_secret": SECRET}
MAIL = {"from_address": "hello@shop.example", "public_url": "http://127.0.0.1:9"}
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>'
CUT = b'[{"phone_number":"13800000000","succ'
CUT_MAIL = (
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nTo: x@shop.example\r\n\r\n'
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.exa"
)
LARGE = b"[" + b'"' + b"x" * 10_000_000 + b'"]'
NOT_TEXT = b"\xff\xfe\x00\x81" * 20

# Credentials and settings of an account of each provider that is called back.
ACCOUNTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "sms.aliyun": (ALIYUN, {"sign_name": "知途"}),
    "sms.tencent": ({"secret_id": "AKID", "secret_key": SECRET}, {"sign_name": "知途", "sdk_app_id": "1400"}),
    "sms.yunpian": ({"apikey": SECRET}, {"sign_name": "知途"}),
    "wechat.official": ({"secret": SECRET, "token": "callback-token"}, {"appid": "wx0123456789abcdef"}),
    "wecom.corp": (
        {"corp_secret": SECRET, "callback_token": "callback-token", "encoding_aes_key": AES_KEY},
        {"corp_id": "ww1", "agent_id": 1},
    ),
    "email.smtp": ({"username": "shop", "password": SECRET}, MAIL),
    "webhook.standard": ({"secret": ROBOT_SECRET}, {}),
    "call.aliyun_tts": (ALIYUN, {}),
    "call.robot_http": ({"secret": ROBOT_SECRET}, {"account": "shop"}),
}
CALLED_BACK = [(name, kind) for name in sorted(PROVIDERS) for kind in sorted(provider_class(name).callback_kinds)]
# By these the vendor proves each call; the others have the secret part of their address only.
SIGNED = {("sms.yunpian", "reply"), *((name, kind) for name, kind in CALLED_BACK if name in {
    "wechat.official", "wecom.corp", "webhook.standard", "call.robot_http"})}  # fmt: skip


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


def made(provider: str) -> ChannelAccount:
    credentials, settings = ACCOUNTS[provider]
    scheme = "smtp" if provider == "email.smtp" else "http"
    return make_account(
        f"{scheme}://127.0.0.1:9",
        channel=PROVIDERS[provider].channels[0],
        provider=provider,
        credentials=credentials,
        settings=settings,
    )


def wrapped(account: ChannelAccount, body: bytes) -> tuple[Mapping[str, str], Mapping[str, str], bytes]:
    """Sign a body as whoever has the secrets could: query, headers, and what is posted."""
    stamp, nonce = str(int(time.time())), "nonce"
    match account.provider:
        case "wechat.official":
            return (
                {"signature": signature_of("callback-token", stamp, nonce), "timestamp": stamp, "nonce": nonce},
                {},
                body,
            )
        case "wecom.corp" if len(body) < 500_000:
            sealed = CallbackCrypto("callback-token", AES_KEY, "ww1").seal(body)
            query = {"msg_signature": signature_of("callback-token", stamp, nonce, sealed)}
            xml = f"<xml><ToUserName>ww1</ToUserName><Encrypt>{sealed}</Encrypt></xml>".encode()
            return {**query, "timestamp": stamp, "nonce": nonce}, {}, xml
        case "webhook.standard" | "call.robot_http":
            return {}, robot_signing.headers(ROBOT_SECRET, "msg_1", body, datetime.now(UTC)), body
    return {}, {}, body


def post(account: ChannelAccount, kind: str, body: bytes, token: str = "", *, signed: bool = True) -> Any:
    query, headers, sent = wrapped(account, body) if signed else ({}, {}, body)
    channel, _, vendor = account.provider.partition(".")
    path = f"/callbacks/{token or account.callback_token}/{channel}/{vendor}/{kind}/"
    url = f"{path}?{urlencode(query)}"
    return Client(raise_request_exception=False).post(
        url, sent, content_type="application/octet-stream", headers=dict(headers)
    )


def nothing_happened(sink: Sink) -> bool:
    stored = (Receipt.objects.count(), Interaction.objects.count(), Suppression.objects.count())
    return sink.events == [] and stored == (0, 0, 0)


def test_every_provider_that_is_called_back_is_here() -> None:
    assert {name for name, _kind in CALLED_BACK} == set(ACCOUNTS)


@pytest.mark.parametrize("body", [CUT, LARGE, NOT_TEXT, BOMB, b""], ids=["cut", "large", "not_text", "bomb", "empty"])
@pytest.mark.parametrize(("provider", "kind"), CALLED_BACK)
def test_a_body_that_no_vendor_pushes_is_refused_even_if_it_is_signed(
    sink: Sink, caplog: pytest.LogCaptureFixture, provider: str, kind: str, body: bytes
) -> None:
    if provider == "email.smtp" and body is CUT:
        # A line with a colon is a mail of a kind; one that is cut is cut inside its notification.
        body = CUT_MAIL
    with caplog.at_level(logging.DEBUG):
        answer = post(made(provider), kind, body)
    assert answer.status_code == (413 if body is LARGE else 400), answer.content
    assert nothing_happened(sink)
    for shown in (answer.content.decode(), caplog.text):
        assert SECRET not in shown
        assert ROBOT_SECRET not in shown


@pytest.mark.parametrize(("provider", "kind"), CALLED_BACK)
def test_who_does_not_know_the_address_reaches_nothing(sink: Sink, provider: str, kind: str) -> None:
    answer = post(made(provider), kind, b"[]", token="0" * 32)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "unknown_callback")
    assert nothing_happened(sink)


FORGED: dict[str, bytes] = {
    "sms.yunpian": b"sms_reply=%7B%22id%22%3A%221%22%2C%22mobile%22%3A%2213800000000%22%2C%22text%22%3A%22TD%22%2C%22_sign%22%3A%22x%22%7D",
    "wechat.official": b"<xml><FromUserName>o1</FromUserName><CreateTime>1767225600</CreateTime></xml>",
    "wecom.corp": b"<xml><Encrypt>AAAA</Encrypt></xml>",
    "webhook.standard": b'{"type":"message.status","data":{}}',
    "call.robot_http": b'{"type":"call.ended"}',
}


@pytest.mark.parametrize(("provider", "kind"), sorted(SIGNED))
def test_a_callback_without_the_vendors_proof_is_forged(sink: Sink, provider: str, kind: str) -> None:
    answer = post(made(provider), kind, FORGED[provider], signed=False)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "forged_callback")
    assert nothing_happened(sink)
