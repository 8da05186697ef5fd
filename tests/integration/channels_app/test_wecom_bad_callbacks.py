"""Callbacks that are forged, truncated or unreadable, and true ones of kinds that mean little."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from channels_app.providers.wechat.crypto import CallbackCrypto, signature_of
from tests.integration.channels_app.wecom_callbacks import Sink, corp, sink
from tests.integration.channels_app.wecom_corp import AES_KEY, TOKEN, SimulatedCorp

__all__ = ["corp", "sink"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


def post(corp: SimulatedCorp, plain: bytes, *, receiver: str = "", cut: int = 0, **query: str) -> Any:
    crypto = CallbackCrypto(TOKEN, AES_KEY, receiver or corp.id)
    encrypted = crypto.seal(plain)
    encrypted = encrypted[: len(encrypted) - cut]
    signed = {"timestamp": "1767225600", "nonce": "n"}
    signed["msg_signature"] = signature_of(TOKEN, "1767225600", "n", encrypted)
    path = f"/callbacks/{corp.account.callback_token}/wecom/corp/event/"
    body = f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return Client().post(path, body, content_type="text/xml", query_params={**signed, **query})


ADDED = (
    b"<xml><CreateTime>1767225600</CreateTime><Event>change_external_contact</Event><ChangeType>add_external_contact"
    b"</ChangeType><UserID>zhangsan</UserID><ExternalUserID>wm1</ExternalUserID><WelcomeCode>c</WelcomeCode></xml>"
)


def test_a_true_callback_is_taken(corp: SimulatedCorp, sink: Sink) -> None:
    answer = post(corp, ADDED)
    assert (answer.status_code, answer.content) == (200, b"success")
    assert len(sink.events) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"msg_signature": "0" * 40}, 403),
        ({"nonce": "other"}, 403),
        ({"receiver": "ww-another"}, 403),
        ({"cut": 24}, 400),
        ({"cut": 1}, 400),
    ],
)
def test_a_forged_or_truncated_callback_is_refused(
    corp: SimulatedCorp, sink: Sink, change: dict[str, Any], status: int
) -> None:
    assert post(corp, ADDED, **change).status_code == status
    assert sink.events == {}


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\xff\xfe<xml/>",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><xml><Event>&a;</Event></xml>',
        ADDED.replace(b"1767225600", b"yesterday"),
        ADDED.replace(b"1767225600", b"99999999999999999999"),
        ADDED.replace(b"<UserID>zhangsan</UserID>", b""),
        ADDED.replace(b"wm1", b"w" * 256),
        ADDED.replace(b"wm1", b"<a>1</a>"),
        b"<xml>" + b"<a>" * 400 + b"</a>" * 400 + b"</xml>",
    ],
)
def test_what_cannot_be_read_is_a_400_and_stores_nothing(corp: SimulatedCorp, sink: Sink, plain: bytes) -> None:
    answer = post(corp, plain)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "malformed_callback")
    assert sink.events == {}


def test_plain_and_oversized_bodies_are_refused(corp: SimulatedCorp) -> None:
    path = f"/callbacks/{corp.account.callback_token}/wecom/corp/event/"
    assert Client().post(path, ADDED, content_type="text/xml").status_code == 400
    assert Client().post(path, b" " * 10_000_000, content_type="text/xml").status_code == 413


@pytest.mark.parametrize("key", ["", "short", "*" * 43])
def test_an_account_without_a_key_takes_no_callback(corp: SimulatedCorp, key: str) -> None:
    corp.account.credentials = {"corp_secret": "x", "callback_token": TOKEN, "encoding_aes_key": key}
    corp.account.save()
    assert post(corp, ADDED).status_code == 403


def test_an_event_of_another_kind_is_acknowledged(corp: SimulatedCorp, sink: Sink) -> None:
    plain = b"<xml><CreateTime>1767225600</CreateTime><Event>something_new</Event></xml>"
    assert post(corp, plain).status_code == 200
    assert sink.events == {}


def test_customers_who_join_a_chat_are_told_of(corp: SimulatedCorp, sink: Sink) -> None:
    plain = (
        b"<xml><CreateTime>1767225600</CreateTime><Event>change_external_chat</Event><ChangeType>update</ChangeType>"
        b"<ChatId>wr1</ChatId><UpdateDetail>add_member</UpdateDetail>"
        b"<MemChangeList><Item>wm1</Item><Item>zhangsan</Item></MemChangeList></xml>"
    )
    post(corp, plain)
    (event,) = sink.events.values()
    assert (event.name, event.identities) == ("wecom_chat_joined", {"wecom_external_userid": "wm1"})
    assert event.properties == {"chat_id": "wr1"}


def test_unknown_accounts_have_no_callback() -> None:
    assert Client().get(f"/callbacks/{uuid4().hex}/wecom/corp/event/").status_code == 404
