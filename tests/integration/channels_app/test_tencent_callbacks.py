"""Tencent Cloud's pushes as they come in: how a state finds its message, and what is refused."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.test import Client

from channels_app import dispatch
from channels_app.models import ChannelAccount, Receipt
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered, make_messages
from tests.integration.channels_app.tencent import connect, tencent_account, tencent_template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

PARAMS = {"1": "王", "2": "12"}


@pytest.fixture
def tencent(db: None, simulator_url: str, simulator: SimulatorClient, registered: Registered) -> ChannelAccount:
    return tencent_account(simulator_url, simulator)


def states(account: ChannelAccount) -> Counter[str]:
    return Counter(account.messages.values_list("state", flat=True))


def status_of(address: str, sid: str, **fields: str) -> bytes:
    entry = {
        "user_receive_time": shanghai_now(),
        "nationcode": "86",
        "mobile": address.removeprefix("+86"),
        "report_status": "SUCCESS",
        "errmsg": "DELIVRD",
        "description": "用户短信送达成功",
        "sid": sid,
    }
    return orjson.dumps([{**entry, **fields}])


def post(account: ChannelAccount, body: bytes, kind: str = "status") -> Any:
    path = f"/callbacks/{account.callback_token}/sms/tencent/{kind}/"
    return Client().post(path, body, content_type="application/json")


def shanghai_now() -> str:
    return (datetime.now(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")


def test_a_status_that_overtakes_the_answer_finds_its_message_by_the_number(tencent: ChannelAccount) -> None:
    (message,) = make_messages(
        tencent, tencent_template(tencent), state="sending", attempt=uuid4(), attempted_at=datetime.now(UTC)
    )
    body = status_of(message.address, "9:7")
    assert post(tencent, body).json() == {"result": 0, "errmsg": "OK"}
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", "9:7")


def test_a_status_that_may_be_of_two_calls_is_asked_for_again(tencent: ChannelAccount) -> None:
    template, now = tencent_template(tencent), datetime.now(UTC)
    for _ in range(2):
        make_messages(tencent, template, state="sending", attempt=uuid4(), attempted_at=now)
    body = status_of("+8613800000000", "9:7")
    assert (post(tencent, body).status_code, Receipt.objects.count()) == (503, 0)
    tencent.messages.update(state="accepted", provider_id="9:8")
    tencent.messages.filter(pk=tencent.messages.latest("id").pk).update(provider_id="9:7")
    assert post(tencent, body).status_code == 200
    assert states(tencent) == {"accepted": 1, "delivered": 1}


def test_an_attempt_of_unknown_outcome_is_resolved_by_its_status(tencent: ChannelAccount) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    (message,) = make_messages(tencent, tencent_template(tencent), state="unknown", attempt=uuid4(), attempted_at=at)
    post(tencent, status_of(message.address, "9:7", report_status="FAIL"))
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("failed", "DELIVRD")


def test_a_reply_of_refusal_comes_through_the_callback(
    tencent: ChannelAccount, simulator: SimulatorClient, registered: Registered, live_server: Any
) -> None:
    connect(simulator, tencent, live_server.url)
    make_messages(tencent, tencent_template(tencent), at=datetime.now(UTC), params=PARAMS)
    dispatch.drain(tencent.pk, datetime.now(UTC))
    simulator.reply("13800000000", "ｔｄ ")
    deadline = time.monotonic() + 60
    while not registered.opt_outs:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert registered.opt_outs[0].address == "+8613800000000"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("status", b""),
        ("status", b"{}"),
        ("status", b"\xff\xfe"),
        ("status", b"[" * 100_000),
        ("status", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
        ("status", status_of("+8613800000000", "9:7", report_status="MAYBE")),
        ("status", status_of("+8613800000000", "9:7", user_receive_time="soon")),
        ("status", status_of("+8613800000000", "9:7", mobile="138-x")),
        ("status", status_of("+8613800000000", "9:\0")),
        ("reply", b"[]"),
        ("reply", b'{"mobile":"13800000000","nationcode":"86","text":"R","time":"now"}'),
        ("reply", b'{"mobile":"13800000000","nationcode":"86","text":"R","time":1e99}'),
        ("reply", b'{"mobile":"13800000000","nationcode":"86","text":"R","time":true}'),
        ("reply", b'{"mobile":"13800000000","text":"R","time":1457336869}'),
    ],
)
def test_a_malformed_push_is_a_400_and_stores_nothing(tencent: ChannelAccount, kind: str, body: bytes) -> None:
    answer = post(tencent, body, kind)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "malformed_callback")
    assert Receipt.objects.count() == 0


def test_a_push_of_ten_megabytes_is_refused(tencent: ChannelAccount) -> None:
    assert post(tencent, b" " * 10_000_000).status_code == 413


def test_a_push_that_comes_twice_counts_once(tencent: ChannelAccount) -> None:
    body = orjson.dumps({"mobile": "13800000000", "nationcode": "86", "text": "好", "time": 1457336869})
    assert [post(tencent, body, "reply").status_code for _ in range(2)] == [200, 200]
    assert Receipt.objects.count() == 1
