import pytest

from channels_app.providers.sms import content
from channels_app.providers.sms.content import Fault


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (500, 8)])
def test_a_text_over_seventy_characters_is_billed_in_parts_of_sixty_seven(length: int, parts: int) -> None:
    assert content.segments("字" * length) == parts


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({}, Fault.MISSING),
        ({"name": ""}, Fault.MISSING),
        ({"name": "王" * 36}, Fault.VARIABLE_LENGTH),
        ({"name": "a.com"}, Fault.URL),
        ({"name": "https://x"}, Fault.URL),
        ({"name": "好😀"}, Fault.CONTENT),
    ],
)
def test_a_value_the_provider_would_refuse_is_refused_before_the_call(params: dict[str, str], fault: Fault) -> None:
    found = content.check_message("知途", "您好${name}", params)
    assert found is not None
    assert found.fault == fault


def test_a_good_message_has_no_fault() -> None:
    assert content.check_message("知途", "您好${name}", {"name": "王小明"}) is None


def test_a_text_over_five_hundred_characters_is_refused() -> None:
    found = content.check_message("知途", "好" * 497, {})
    assert found is not None
    assert found.fault == Fault.CONTENT


@pytest.mark.parametrize("sign", ["", "知", "【知途】", "知 途", "字" * 13])
def test_a_malformed_signature_is_refused(sign: str) -> None:
    found = content.check_message(sign, "好", {})
    assert found is not None
    assert found.fault == Fault.SIGN


def test_a_marketing_text_says_how_to_refuse() -> None:
    without = content.check_body("新品上市", "marketing")
    assert without is not None
    assert without.fault == Fault.NO_OPT_OUT
    assert content.check_body("新品上市，拒收请回复R", "marketing") is None
    assert content.check_body("您的订单已发货", "service") is None
