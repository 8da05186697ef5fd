"""The vendor's own SDK, a genuine third-party client, proves the simulator."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import (
    QuerySendDetailsRequest,
    QuerySmsSignListRequest,
    QuerySmsTemplateListRequest,
    SendBatchSmsRequest,
    SendSmsRequest,
)
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config

from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import KEY_ID, SECRET, SIGN

pytestmark = pytest.mark.usefixtures("simulator")


def sdk(url: str, key_id: str = KEY_ID, secret: str = SECRET) -> Client:
    return Client(
        Config(access_key_id=key_id, access_key_secret=secret, endpoint=urlsplit(url).netloc, protocol="http")
    )


def single(**fields: Any) -> SendSmsRequest:
    wanted = {
        "phone_numbers": "13800000001",
        "sign_name": SIGN,
        "template_code": "SMS_1",
        "template_param": json.dumps({"name": "王~*小 明", "order": "A+1"}),
        "out_id": "attempt-1",
    }
    return SendSmsRequest(**{**wanted, **fields})


def batch(phones: list[str], **fields: Any) -> SendBatchSmsRequest:
    wanted = {
        "phone_number_json": json.dumps(phones),
        "sign_name_json": json.dumps([SIGN] * len(phones)),
        "template_code": "SMS_1",
        "template_param_json": json.dumps([{"name": "王", "order": str(i)} for i in range(len(phones))]),
        "out_id": "attempt-2",
    }
    return SendBatchSmsRequest(**{**wanted, **fields})


def query(phone: str, **fields: Any) -> QuerySendDetailsRequest:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y%m%d")
    wanted = {"phone_number": phone, "send_date": today, "page_size": 10, "current_page": 1}
    return QuerySendDetailsRequest(**{**wanted, **fields})


def test_a_single_message_is_accepted_and_shown_on_the_phone(simulator_url: str, simulator: SimulatorClient) -> None:
    answer = sdk(simulator_url).send_sms(single()).body
    assert (answer.code, answer.message) == ("OK", "OK")
    screen = simulator.request("GET", simulator.phone_path("13800000001")).json()["results"]
    assert [row["content"] for row in screen] == ["【知途】您好王~*小 明，您的订单A+1已发货。"]
    assert screen[0]["biz_id"] == answer.biz_id


def test_a_batch_has_one_biz_id_for_all_its_numbers(simulator_url: str, simulator: SimulatorClient) -> None:
    answer = sdk(simulator_url).send_batch_sms(batch(["13800000001", "13800000002"])).body
    assert answer.code == "OK"
    exported = list(simulator.export())
    assert {(row["phone"], row["biz_id"], row["out_id"]) for row in exported} == {
        ("13800000001", answer.biz_id, "attempt-2"),
        ("13800000002", answer.biz_id, "attempt-2"),
    }


def test_a_wrong_secret_is_answered_signature_does_not_match(simulator_url: str) -> None:
    with pytest.raises(AlibabaCloudException) as error:
        sdk(simulator_url, secret="wrong").send_sms(single())
    assert error.value.code == "SignatureDoesNotMatch"


def test_an_unknown_access_key_is_answered_not_found(simulator_url: str) -> None:
    with pytest.raises(AlibabaCloudException) as error:
        sdk(simulator_url, key_id="nobody").send_sms(single())
    assert error.value.code == "InvalidAccessKeyId.NotFound"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phone_numbers": "12345"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"sign_name": "别家"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"template_code": "SMS_404"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"template_param": '{"name": "王"}'}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"template_param": "{"}, "isv.INVALID_JSON_PARAM"),
        ({"template_param": json.dumps({"name": "王" * 36, "order": "1"})}, "isv.PARAM_LENGTH_LIMIT"),
        ({"template_param": json.dumps({"name": "http://a.cn", "order": "1"})}, "isv.PARAM_NOT_SUPPORT_URL"),
    ],
)
def test_a_business_refusal_is_a_code_in_an_http_200(
    simulator_url: str, simulator: SimulatorClient, fields: dict[str, str], code: str
) -> None:
    answer = sdk(simulator_url).send_sms(single(**fields))
    assert (answer.status_code, answer.body.code) == (200, code)
    assert list(simulator.export()) == []


def test_a_batch_with_one_bad_number_accepts_nobody(simulator_url: str, simulator: SimulatorClient) -> None:
    assert sdk(simulator_url).send_batch_sms(batch(["13800000001", "1"])).body.code == "isv.MOBILE_NUMBER_ILLEGAL"
    assert list(simulator.export()) == []


def test_a_batch_has_at_most_a_hundred_numbers(simulator_url: str) -> None:
    phones = [f"138{i:08}" for i in range(101)]
    assert sdk(simulator_url).send_batch_sms(batch(phones)).body.code == "isv.MOBILE_COUNT_OVER_LIMIT"


def test_the_arrays_of_a_batch_have_equal_length(simulator_url: str) -> None:
    request = batch(["13800000001", "13800000002"], sign_name_json=json.dumps([SIGN]))
    assert sdk(simulator_url).send_batch_sms(request).body.code == "isv.INVALID_PARAMETERS"


def test_query_send_details_pages_through_a_phones_day(simulator_url: str) -> None:
    client = sdk(simulator_url)
    for number in range(3):
        client.send_sms(single(out_id=f"attempt-{number}"))
    first = client.query_send_details(query("13800000001", page_size=2)).body
    second = client.query_send_details(query("13800000001", page_size=2, current_page=2)).body
    details = first.sms_send_detail_dtos.sms_send_detail_dto + second.sms_send_detail_dtos.sms_send_detail_dto
    assert int(first.total_count) == 3
    assert [detail.out_id for detail in details] == ["attempt-2", "attempt-1", "attempt-0"]


def test_a_page_has_at_most_fifty_details(simulator_url: str) -> None:
    assert (
        sdk(simulator_url).query_send_details(query("13800000001", page_size=51)).body.code == "isv.INVALID_PARAMETERS"
    )


def test_limits_per_number_are_refused_in_the_vendors_words(simulator_url: str, simulator: SimulatorClient) -> None:
    limited = {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_1": "好"}, "limits": {"per_minute": 1}}
    simulator.put_access_key(KEY_ID, limited)
    client = sdk(simulator_url)
    assert client.send_sms(single()).body.code == "OK"
    refused = client.send_sms(single()).body
    assert (refused.code, refused.message) == ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1")


def test_calls_over_the_rate_are_throttled(simulator_url: str, simulator: SimulatorClient) -> None:
    simulator.put_access_key(KEY_ID, {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_1": "好"}, "qps": 2})
    client = sdk(simulator_url)
    for _ in range(2):
        client.send_sms(single())
    with pytest.raises(AlibabaCloudException) as error:
        client.send_sms(single())
    assert error.value.code == "Throttling.User"


REVIEWED = {
    "secret": SECRET,
    "signs": [SIGN, "新名"],
    "sign_reviews": {"新名": {"state": "rejected", "reason": "资质不符"}},
    "templates": {"SMS_1": "您好", "SMS_2": "新品，拒收请回复R", "SMS_3": "验证码${code}"},
    "reviews": {
        "SMS_1": {"state": "pending"},
        "SMS_2": {"kind": "marketing"},
        "SMS_3": {"kind": "otp", "name": "登录"},
    },
}


def test_the_registry_of_templates_is_read_with_its_reviews(simulator_url: str, simulator: SimulatorClient) -> None:
    simulator.put_access_key(KEY_ID, REVIEWED)
    answer = sdk(simulator_url).query_sms_template_list(QuerySmsTemplateListRequest(page_index=1, page_size=50)).body
    rows = {row.template_code: row for row in answer.sms_template_list}
    assert (answer.code, answer.total_count) == ("OK", 3)
    assert rows["SMS_1"].audit_status == "AUDIT_STATE_INIT"
    assert (rows["SMS_2"].audit_status, rows["SMS_2"].template_type, rows["SMS_2"].outer_template_type) == (
        "AUDIT_STATE_PASS",
        1,
        2,
    )
    assert (rows["SMS_3"].template_name, rows["SMS_3"].template_content) == ("登录", "验证码${code}")


def test_the_registry_of_signatures_is_read_page_by_page(simulator_url: str, simulator: SimulatorClient) -> None:
    simulator.put_access_key(KEY_ID, REVIEWED)
    answer = sdk(simulator_url).query_sms_sign_list(QuerySmsSignListRequest(page_index=2, page_size=1)).body
    (row,) = answer.sms_sign_list
    assert (answer.total_count, row.sign_name, row.audit_status) == (2, "新名", "AUDIT_STATE_NOT_PASS")
    assert row.reason.reject_info == "资质不符"


@pytest.mark.parametrize("template", ["SMS_1", "SMS_404"])
def test_a_template_that_is_not_approved_cannot_be_sent(
    simulator_url: str, simulator: SimulatorClient, template: str
) -> None:
    simulator.put_access_key(KEY_ID, REVIEWED)
    answer = sdk(simulator_url).send_sms(single(template_code=template, template_param="{}")).body
    assert answer.code == "isv.SMS_TEMPLATE_ILLEGAL"
