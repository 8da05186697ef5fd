"""The vendor's own SDK, a genuine third-party client, proves the simulator of Tencent Cloud's SMS."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models
from tencentcloud.sms.v20210111.sms_client import SmsClient

from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.tencent import APP, CODE, CONFIG, SECRET_ID, SECRET_KEY, SIGN

pytestmark = pytest.mark.usefixtures("simulator")


def sdk(url: str, secret_id: str = SECRET_ID, secret_key: str = SECRET_KEY) -> SmsClient:
    http = HttpProfile(protocol="http", endpoint=urlsplit(url).netloc)
    return SmsClient(Credential(secret_id, secret_key), "ap-guangzhou", ClientProfile(httpProfile=http))


@pytest.fixture(autouse=True)
def account_at_vendor(simulator: SimulatorClient) -> None:
    simulator.put_access_key(SECRET_ID, CONFIG)


def asking(kind: str, **fields: Any) -> Any:
    request = getattr(models, kind)()
    request.from_json_string(json.dumps(fields))
    return request


def sending(*phones: str, **fields: Any) -> Any:
    wanted = {
        "PhoneNumberSet": phones or ("+8613800000001",),
        "SmsSdkAppId": APP,
        "TemplateId": CODE,
        "SignName": SIGN,
        "TemplateParamSet": ["王", "12"],
        "SessionContext": "attempt-1",
    }
    return asking("SendSmsRequest", **{**wanted, **fields})


def codes(answer: Any) -> list[str]:
    return [status.Code for status in answer.SendStatusSet]


def test_the_sdk_sends_and_each_number_has_its_own_answer(simulator_url: str, simulator: SimulatorClient) -> None:
    simulator.put_access_key(SECRET_ID, {**CONFIG, "blacklist": ["13800000002"]})
    answer = sdk(simulator_url).SendSms(sending("+8613800000001", "+8613800000002", "+86138"))
    assert codes(answer) == [
        "Ok",
        "FailedOperation.PhoneNumberInBlacklist",
        "InvalidParameterValue.IncorrectPhoneNumber",
    ]
    first = answer.SendStatusSet[0]
    assert (first.PhoneNumber, first.SessionContext, first.Fee, first.IsoCode) == (
        "+8613800000001",
        "attempt-1",
        1,
        "CN",
    )
    assert [row["content"] for row in simulator.export()] == ["【知途】您好王，验证码12"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"TemplateId": "404"}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        ({"TemplateId": "77"}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"SignName": "别人"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateParamSet": ["王"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"TemplateParamSet": ["王", "1234567"]}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"TemplateParamSet": ["王", "www.a"]}, "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
        ({"TemplateParamSet": ["王", "😀"]}, "FailedOperation.ContainSensitiveWord"),
        ({"TemplateId": "2", "TemplateParamSet": []}, "InvalidParameterValue.MarketingTemplateWithoutUnsubscribe"),
        ({"TemplateId": "3", "TemplateParamSet": []}, "FailedOperation.MarketingSendTimeConstraint"),
    ],
)
def test_what_cannot_be_sent_is_refused_number_by_number(
    simulator_url: str, simulator: SimulatorClient, fields: dict[str, Any], code: str
) -> None:
    simulator.put_access_key(SECRET_ID, {**CONFIG, "marketing_hours": [0, 0]})
    assert codes(sdk(simulator_url).SendSms(sending(**fields))) == [code]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"PhoneNumberSet": []}, "InvalidParameterValue.EmptyPhoneNumberSet"),
        ({"PhoneNumberSet": [f"+86138{n:08}" for n in range(201)]}, "LimitExceeded.PhoneNumberCountLimit"),
        ({"SmsSdkAppId": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ({"SessionContext": "长" * 200}, "InvalidParameterValue.SessionContextLengthLimit"),
        (
            {"PhoneNumberSet": ["+8613800000001", "+85251234567"]},
            "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber",
        ),
    ],
)
def test_a_call_that_breaks_the_rules_is_refused_whole(simulator_url: str, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(TencentCloudSDKException) as error:
        sdk(simulator_url).SendSms(sending(**fields))
    assert error.value.code == code


@pytest.mark.parametrize(
    ("secret_id", "secret_key", "code"),
    [
        ("AKID-nobody", SECRET_KEY, "AuthFailure.SecretIdNotFound"),
        (SECRET_ID, "wrong", "AuthFailure.SignatureFailure"),
    ],
)
def test_a_wrong_key_is_refused(simulator_url: str, secret_id: str, secret_key: str, code: str) -> None:
    with pytest.raises(TencentCloudSDKException) as error:
        sdk(simulator_url, secret_id, secret_key).SendSms(sending())
    assert error.value.code == code


def test_a_signature_of_six_minutes_ago_has_expired(simulator_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client, now = sdk(simulator_url), time.time()
    with monkeypatch.context() as patch:
        patch.setattr("tencentcloud.common.abstract_client.time.time", lambda: now - 360)
        # Nothing is sent meanwhile: the simulator shares this process's clock.
        old = _signed(client)
    answer = httpx.post(simulator_url, content=old.data, headers=old.header, trust_env=False).json()
    assert answer["Response"]["Error"]["Code"] == "AuthFailure.SignatureExpire"


def _signed(client: SmsClient) -> Any:
    """The bytes of a call as the SDK signs them."""
    from tencentcloud.common.http.request import RequestInternal

    request = RequestInternal(client.profile.httpProfile.endpoint, "POST", "/")
    params = sending()._serialize()
    client._build_req_inter("SendSms", params, request)
    return request


def test_templates_and_signatures_show_what_the_reviewers_said(simulator_url: str) -> None:
    client = sdk(simulator_url)
    request = asking("DescribeSmsTemplateListRequest", International=0, Limit=100, Offset=0)
    templates = {row.TemplateId: row for row in client.DescribeSmsTemplateList(request).DescribeTemplateStatusSet}
    assert (templates[int(CODE)].StatusCode, templates[77].StatusCode) == (0, -1)
    assert (templates[77].ReviewReply, templates[77].TemplateContent) == ("内容不符", "旧{1}文")
    signs = client.DescribeSmsSignList(asking("DescribeSmsSignListRequest", International=0))
    assert [(row.SignName, row.StatusCode) for row in signs.DescribeSignListStatusSet] == [(SIGN, 0), ("新名", 1)]


def test_what_has_reached_a_number_can_be_pulled(simulator_url: str) -> None:
    client = sdk(simulator_url)
    sent = client.SendSms(sending()).SendStatusSet[0]
    asked = {"PhoneNumber": "+8613800000001", "SmsSdkAppId": APP, "Offset": 0, "Limit": 100}
    request = asking("PullSmsSendStatusByPhoneNumberRequest", BeginTime=int(time.time()) - 60, **asked)
    deadline = time.monotonic() + 60
    while not (rows := client.PullSmsSendStatusByPhoneNumber(request).PullSmsSendStatusSet):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (rows[0].SerialNo, rows[0].ReportStatus, rows[0].SessionContext) == (sent.SerialNo, "SUCCESS", "attempt-1")


def test_a_number_over_its_limit_is_refused_by_name(simulator_url: str, simulator: SimulatorClient) -> None:
    simulator.put_access_key(SECRET_ID, {**CONFIG, "limits": {"per_minute": 1}})
    client = sdk(simulator_url)
    client.SendSms(sending())
    assert codes(client.SendSms(sending())) == ["LimitExceeded.PhoneNumberThirtySecondLimit"]


@pytest.mark.parametrize(
    ("fault", "code"), [("throttle_rate", "RequestLimitExceeded"), ("http_500_rate", "InternalError.OtherError")]
)
def test_faults_are_in_the_vendors_words(simulator_url: str, simulator: SimulatorClient, fault: str, code: str) -> None:
    simulator.put_faults(**{fault: 1})
    with pytest.raises(TencentCloudSDKException) as error:
        sdk(simulator_url).SendSms(sending())
    assert error.value.code == code


def test_an_action_that_does_not_exist_is_refused(simulator_url: str) -> None:
    with pytest.raises(TencentCloudSDKException) as error:
        sdk(simulator_url).call("SendFax", {})
    assert error.value.code == "InvalidAction"
