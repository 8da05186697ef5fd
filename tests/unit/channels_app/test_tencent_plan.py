"""How Tencent Cloud's provider divides messages into calls, and what it refuses before any call."""

from typing import Any
from uuid import uuid4

import pytest

from channels_app.providers.base import AccountConfig, Outgoing, Refused
from channels_app.providers.sms.tencent import TencentSms

SETTINGS = {"sdk_app_id": "1400006666", "sign_name": "知途"}


def provider(**settings: Any) -> TencentSms:
    return TencentSms(AccountConfig(uuid4(), "http://127.0.0.1:9", {}, {**SETTINGS, **settings}))


def message(number: int = 1, code: str = "1", body: str = "您好{1}", template: Any = None, **params: str) -> Outgoing:
    values = {name.removeprefix("p"): value for name, value in (params or {"p1": "王"}).items()}
    return Outgoing(uuid4(), f"+86138{number:08}", code, body, values, template=template or {})


def test_numbers_that_share_their_values_share_a_call_of_at_most_two_hundred() -> None:
    assert [len(call) for call in provider().plan([message(n) for n in range(450)])] == [200, 200, 50]


def test_numbers_with_values_of_their_own_have_calls_of_their_own() -> None:
    calls = provider().plan([message(n, p1=f"{n % 3}") for n in range(9)])
    assert [len(call) for call in calls] == [3, 3, 3]
    assert all(len({m.params["1"] for m in call}) == 1 for call in calls)


def test_a_call_has_one_template_and_one_signature() -> None:
    calls = provider().plan([message(1), message(2, code="2"), message(3, template={"sign_name": "别名"})])
    assert [len(call) for call in calls] == [1, 1, 1]


def test_a_call_is_all_domestic_or_all_foreign() -> None:
    abroad = Outgoing(uuid4(), "+85251234567", "1", "您好{1}", {"1": "王"})
    assert [len(call) for call in provider().plan([message(1), abroad, message(2)])] == [2, 1]


def test_no_number_is_in_a_call_twice() -> None:
    assert [len(call) for call in provider().plan([message(1), message(1), message(2)])] == [2, 1]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"p2": "x"}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"p1": " "}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"p1": "1234567"}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"p1": "a.cn"}, "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
        ({"p1": "好😀"}, "FailedOperation.ContainSensitiveWord"),
    ],
)
def test_a_value_that_would_be_refused_is_refused_before_the_call(params: dict[str, Any], code: str) -> None:
    refused = provider().check(message(**params))
    assert isinstance(refused, Refused)
    assert (refused.error_class, refused.code) == ("content_permanent", code)


def test_an_account_may_have_been_given_longer_values() -> None:
    assert provider(variable_length=12).check(message(p1="123456789012")) is None


def test_a_verification_code_is_digits() -> None:
    otp = {"kind": "otp"}
    assert provider().check(message(template=otp, p1="123456")) is None
    refused = provider().check(message(template=otp, p1="12a456"))
    assert refused is not None
    assert refused.code == "InvalidParameterValue.TemplateParameterFormatError"


def test_a_foreign_number_needs_an_international_template() -> None:
    abroad = Outgoing(uuid4(), "+85251234567", "1", "您好{1}", {"1": "王"})
    refused = provider().check(abroad)
    assert refused is not None
    assert refused.error_class == "recipient_permanent"


def test_a_signature_that_is_not_approved_is_refused_with_the_reviewers_reason() -> None:
    refused = provider(signatures={"知途": {"state": "rejected", "reason": "资质不符"}}).check(message())
    assert refused is not None
    assert (refused.code, "资质不符" in refused.detail) == ("FailedOperation.SignatureIncorrectOrUnapproved", True)


@pytest.mark.parametrize(
    ("body", "purpose", "code"),
    [
        ("您好{1}{2}", "service", "variables_out_of_order"),
        ("您好{2}", "service", "variables_out_of_order"),
        ("{1}", "service", "variables_out_of_order"),
        ("新品{1}", "marketing", "InvalidParameterValue.MarketingTemplateWithoutUnsubscribe"),
        ("【知途】{1}", "service", "FailedOperation.ContainSensitiveWord"),
    ],
)
def test_a_template_that_would_be_rejected_is_refused_when_it_is_written(body: str, purpose: str, code: str) -> None:
    problem = TencentSms.problem_with_template(body, purpose, {})
    assert problem is not None
    assert problem[:2] == ("body", code)


def test_marketing_does_not_go_out_by_a_template_approved_for_notices() -> None:
    problem = TencentSms.problem_with_template("新品{1}，拒收请回复R", "marketing", {"kind": "notice"})
    assert problem is not None
    assert problem[1] == "marketing_by_other_template"


def test_variables_are_named_by_their_numbers() -> None:
    assert TencentSms.variables("{2}您好{1}，{2}", {}) == ["1", "2"]
    assert provider().text(message(body="{2}您好{1}", p1="王", p2="李")) == "【知途】李您好王"


@pytest.mark.parametrize("settings", [{"sdk_app_id": 1400}, {"sdk_app_id": "x"}, {"link_domain": "http://a.cn"}])
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any]) -> None:
    assert TencentSms.problem_with({**SETTINGS, **settings}) is not None
    assert TencentSms.problem_with(SETTINGS) is None
