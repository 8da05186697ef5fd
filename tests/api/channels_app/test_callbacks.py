from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client

from channels_app import dispatch
from channels_app.models import ChannelAccount, Message, Receipt
from tests.integration.channels_app.simulated import MORNING, Registered, make_messages, make_template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

Post = Callable[..., Any]


@pytest.fixture
def message(account: ChannelAccount, registered: Registered) -> Message:
    make_messages(account, make_template(account))
    dispatch.drain(account.pk, MORNING)
    return account.messages.get()


@pytest.fixture
def post(account: ChannelAccount) -> Post:
    def post(body: bytes, kind: str = "report", token: str = account.callback_token) -> Any:
        path = f"/callbacks/{token}/sms/aliyun/{kind}/"
        return Client(enforce_csrf_checks=True).post(path, body, content_type="application/json;charset=UTF-8")

    return post


def report(message: Message) -> bytes:
    return orjson.dumps(
        [
            {
                "phone_number": message.address.removeprefix("+86"),
                "send_time": "2026-03-02 10:00:00",
                "report_time": "2026-03-02 10:00:05",
                "success": True,
                "err_code": "DELIVERED",
                "err_msg": "用户接收成功",
                "sms_size": "1",
                "biz_id": message.provider_id,
                "out_id": str(message.attempt),
            }
        ]
    )


def test_a_report_is_acknowledged_in_the_vendors_words(post: Post, message: Message) -> None:
    answer = post(report(message))
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "msg": "接收成功"})
    message.refresh_from_db()
    assert message.state == "delivered"


def test_a_report_posted_twice_is_acknowledged_twice_and_stored_once(post: Post, message: Message) -> None:
    assert [post(report(message)).status_code for _ in range(2)] == [200, 200]
    assert Receipt.objects.count() == 1


def test_a_wrong_token_is_not_found_and_stores_nothing(post: Post, message: Message) -> None:
    answer = post(report(message), token="0" * 32)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "unknown_callback")
    assert Receipt.objects.count() == 0


def test_an_unknown_kind_of_callback_is_not_found(post: Post, account: ChannelAccount) -> None:
    assert post(b"[]", kind="else").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"{}",
        b"[1]",
        b"null",
        b"[" * 100_000,
        b'[{"a":' + b"[" * 900 + b"]" * 900 + b"}]",
        b'[{"phone_number": "13800000000"}]',
        b'[{"phone_number": 1, "success": true}]',
        b'[{"phone_number":"13800000000","success":"true","biz_id":"1","report_time":"2026-03-02 10:00:00"}]',
        b'[{"phone_number":"13800000000","success":true,"biz_id":"1","report_time":"yesterday"}]',
        b'[{"phone_number":"138\\u0000","success":true,"biz_id":"1","report_time":"2026-03-02 10:00:00"}]',
    ],
)
def test_a_malformed_report_is_a_400_with_a_code_and_stores_nothing(post: Post, body: bytes) -> None:
    answer = post(body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "malformed_callback")
    assert Receipt.objects.count() == 0


def test_one_malformed_entry_refuses_the_whole_push(post: Post, message: Message) -> None:
    body = orjson.dumps([*orjson.loads(report(message)), {"phone_number": "1"}])
    assert post(body).status_code == 400
    assert Receipt.objects.count() == 0


def test_a_body_over_a_megabyte_is_refused(post: Post) -> None:
    assert post(b" " * 1_000_001).status_code == 413


def test_a_nul_inside_a_kept_payload_is_refused(post: Post, message: Message) -> None:
    entry = {**orjson.loads(report(message))[0], "extra": "a\0b"}
    assert post(orjson.dumps([entry])).status_code == 400


def test_a_reply_of_refusal_opts_the_number_out(post: Post, message: Message, registered: Registered) -> None:
    phone = message.address.removeprefix("+86")
    reply = {"phone_number": phone, "send_time": "2026-03-02 10:00:00", "content": "退订", "sequence_id": 7}
    assert post(orjson.dumps([reply]), kind="up").status_code == 200
    assert [opt_out.address for opt_out in registered.opt_outs] == [message.address]


def test_only_post_is_allowed(account: ChannelAccount) -> None:
    assert Client().get(f"/callbacks/{account.callback_token}/sms/aliyun/report/").status_code == 405
