"""Yunpian, from the outbox to the receipt, over real HTTP."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import orjson
import pytest
from django.test import Client

from channels_app import dispatch
from channels_app.models import ChannelAccount, Receipt
from channels_app.providers.base import Accepted, AccountConfig, Attempted, Outgoing, Reconciled
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.sms.yunpian import YunpianSms, error_of
from channels_app.providers.sms.yunpian_callbacks import signature
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    MORNING,
    SHIPPED,
    SIGN,
    Registered,
    make_account,
    make_messages,
    make_template,
)

APIKEY = "9b11127a9701975c734b8aee81ee3526"
TEXT = "【知途】您好#name#，您的订单#order#已发货。"


@pytest.fixture
def url(simulator: SimulatorClient, simulator_url: str) -> str:
    simulator.put(f"/admin/yunpian/accounts/{APIKEY}/", {"templates": [TEXT]})
    return f"{simulator_url}/yunpian"


@pytest.fixture
def yunpian(url: str) -> Iterator[YunpianSms]:
    provider = open_yunpian(url)
    yield provider
    provider.close()


def open_yunpian(url: str, apikey: str = APIKEY) -> YunpianSms:
    return YunpianSms(AccountConfig(uuid4(), url, {"apikey": apikey}, {"sign_name": SIGN}))


def message(number: int = 1) -> Outgoing:
    params = {"name": "王&=%+", "order": str(number)}
    return Outgoing(uuid4(), f"+86138{number:08}", "1", SHIPPED, params)


def sent(yunpian: YunpianSms, one: Outgoing) -> Any:
    return yunpian.send_batch(uuid4(), [one])[one.message_id]


def test_a_text_arrives_with_its_sign_and_uid(yunpian: YunpianSms, simulator: SimulatorClient) -> None:
    one = message()
    assert isinstance(sent(yunpian, one), Accepted)
    (row,) = simulator.request("GET", "/admin/yunpian/").json()["results"]
    assert (row["text"], row["uid"]) == ("【知途】您好王&=%+，您的订单1已发货。", str(one.message_id))


def test_the_same_text_within_half_a_minute_waits(yunpian: YunpianSms) -> None:
    sent(yunpian, message())
    with pytest.raises(CallRefused) as error:
        sent(yunpian, message())
    assert (error.value.error_class, error.value.code) == (ErrorClass.DELAY_UNTIL, "8")
    assert error.value.delay is not None
    assert error.value.delay.total_seconds() == 30


def test_a_wrong_apikey_stops_the_account_and_is_not_repeated(url: str) -> None:
    with closing(open_yunpian(url, "wrong-apikey")) as yunpian, pytest.raises(CallRefused) as error:
        sent(yunpian, message())
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "-1")
    assert "wrong-apikey" not in str(error.value)


def test_a_blacklisted_number_is_the_recipients(yunpian: YunpianSms) -> None:
    with pytest.raises(CallRefused) as error:
        sent(yunpian, message(10))
    assert error.value.error_class == ErrorClass.RECIPIENT_PERMANENT


def test_an_error_after_acceptance_is_found_out_by_the_record(yunpian: YunpianSms, simulator: SimulatorClient) -> None:
    simulator.put_faults(http_500_rate=1)
    one, other = message(), message(2)
    with pytest.raises(CallOutcomeUnknown):
        sent(yunpian, one)
    now = datetime.now(UTC)
    asked = [Attempted(m.message_id, uuid4(), now, m.address) for m in (one, other)]
    assert yunpian.reconcile(asked) == {one.message_id: Reconciled("delivered", "1"), other.message_id: None}


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        (3, ErrorClass.ACCOUNT),
        (5, ErrorClass.CONTENT_PERMANENT),
        (17, ErrorClass.DELAY_UNTIL),
        (13, ErrorClass.DELAY_UNTIL),
        (-5, ErrorClass.ACCOUNT_DELAY),
        (-51, ErrorClass.RETRY),
    ],
)
def test_a_code_is_sorted_by_what_has_to_be_done(code: int, error_class: ErrorClass) -> None:
    error = error_of({"code": code, "msg": "x"}, 400, MORNING)
    assert isinstance(error, CallRefused)
    assert error.error_class == error_class


@pytest.mark.parametrize("code", [-50, -53, None, "x"])
def test_a_code_that_says_nothing_leaves_the_outcome_unknown(code: Any) -> None:
    assert isinstance(error_of({"code": code}, 500, MORNING), CallOutcomeUnknown)


def test_a_signature_is_the_documentations_own() -> None:
    row = {
        "base_extend": "8888",
        "extend": "01",
        "id": "2a70c6bb4f2845da816ea1bfe5732747",
        "mobile": "15205201314",
        "reply_time": "2014-03-17 22:55:21",
        "text": "收到了，谢谢！",
    }
    assert signature(row, "0000") == b"393d079e0a00912335adfe46f4a2e10f"


@pytest.fixture
def yunpian_account(url: str, registered: Registered) -> ChannelAccount:
    return make_account(url, key="yp", provider="sms.yunpian", credentials={"apikey": APIKEY})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.api.channels_app.urls")
def test_a_report_delivers_and_a_reply_refuses(
    yunpian_account: ChannelAccount, simulator: SimulatorClient, live_server: Any, registered: Registered
) -> None:
    base = f"{live_server.url}/callbacks/{yunpian_account.callback_token}/sms/yunpian"
    config = {"templates": [TEXT], "report_url": f"{base}/report/", "reply_url": f"{base}/reply/", "delivery_ms": 0}
    simulator.put(f"/admin/yunpian/accounts/{APIKEY}/", config)
    simulator.put_faults(duplicate_callback_rate=1)
    (one,) = make_messages(yunpian_account, make_template(yunpian_account))
    dispatch.drain(yunpian_account.pk, MORNING)
    until(lambda: yunpian_account.messages.get().state == "delivered")
    phone = one.address.removeprefix("+86")
    simulator.request("POST", f"/admin/yunpian/phones/{phone}/replies/", {"content": "td"}).raise_for_status()
    until(lambda: bool(registered.opt_outs))
    assert [refusal.address for refusal in registered.opt_outs] == [one.address]
    assert Receipt.objects.filter(message_id=one.pk).count() == 1


REPORT = {
    "sid": 9527,
    "uid": str(UUID(int=1)),
    "user_receive_time": "2026-03-02 10:00:05",
    "error_msg": "",
    "mobile": "13800000000",
    "report_status": "SUCCESS",
}


def post(account: ChannelAccount, kind: str, body: bytes) -> Any:
    path = f"/callbacks/{account.callback_token}/sms/yunpian/{kind}/"
    form = "application/x-www-form-urlencoded"
    return Client(enforce_csrf_checks=True).post(path, body, content_type=form)


def form(name: str, value: Any) -> bytes:
    return urlencode({name: orjson.dumps(value).decode()}).encode()


@pytest.mark.django_db
@pytest.mark.urls("tests.api.channels_app.urls")
class TestCallbacks:
    def test_a_report_is_answered_in_the_vendors_words(self, yunpian_account: ChannelAccount) -> None:
        answer = post(yunpian_account, "report", form("sms_status", [REPORT]))
        assert (answer.status_code, answer.content) == (200, b"SUCCESS")

    def test_a_report_that_is_encoded_twice_is_read(self, yunpian_account: ChannelAccount) -> None:
        twice = urlencode({"sms_status": form("x", [REPORT]).decode().removeprefix("x=")}).encode()
        assert post(yunpian_account, "report", twice).status_code == 200
        assert Receipt.objects.count() == 1

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff",
            b"sms_status=",
            b"sms_status=[",
            b"other=1",
            form("sms_status", {}),
            form("sms_status", []),
            form("sms_status", [1]),
            form("sms_status", [{**REPORT, "sid": None}]),
            form("sms_status", [{**REPORT, "report_status": "MAYBE"}]),
            form("sms_status", [{**REPORT, "user_receive_time": "soon"}]),
            form("sms_status", [{**REPORT, "error_msg": "\0"}]),
        ],
    )
    def test_a_malformed_report_is_refused(self, yunpian_account: ChannelAccount, body: bytes) -> None:
        answer = post(yunpian_account, "report", body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "malformed_callback")
        assert Receipt.objects.count() == 0

    def test_a_reply_with_another_signature_is_forged(
        self, yunpian_account: ChannelAccount, registered: Registered
    ) -> None:
        row = {"id": "1", "mobile": "13800000000", "text": "TD", "reply_time": "2026-03-02 10:00:05"}
        row["_sign"] = signature(row, "another").decode()
        assert post(yunpian_account, "reply", form("sms_reply", row)).status_code == 403
        assert registered.opt_outs == []
