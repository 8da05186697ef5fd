from datetime import timedelta
from typing import Any

import pytest

from channels_app.providers.email.addresses import BadAddress, wire_address
from channels_app.providers.email.settings import problem_with_settings, problem_with_texts
from channels_app.providers.email.smtp import SmtpEmail
from channels_app.providers.email.smtp_codes import GREYLISTED, refused
from channels_app.providers.errors import ErrorClass

SETTINGS = {"from_address": "hello@shop.example", "public_url": "https://t.shop.example"}
WAY_OUT = "${unsubscribe_url}"


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("a.b+c@Example.COM", "a.b+c@example.com"),
        ("wang@例子.测试", "wang@xn--fsqu00a.xn--0zwm56d"),
        ("王@example.com", "王@example.com"),
    ],
)
def test_a_domain_becomes_ascii_and_a_local_part_stays(address: str, wire: str) -> None:
    assert str(wire_address(address)) == wire


@pytest.mark.parametrize(
    "address",
    [
        "",
        "wang",
        "@example.com",
        "wang@",
        "a b@example.com",
        "a@b@example.com",
        "a@example.com\r\nDATA",
        "a@exa mple.com",
        "a@-x.com",
        "a@x..com",
        "a..b@example.com",
        '"a b"@example.com',
        "a" * 65 + "@example.com",
        "a@" + "x" * 64 + ".com",
        "a@" + "x." * 130 + "com",
        "\ud800@example.com",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        wire_address(address)


@pytest.mark.parametrize(
    ("stage", "code", "text", "error_class"),
    [
        ("rcpt", 550, "5.1.1 no such user", ErrorClass.RECIPIENT_PERMANENT),
        ("rcpt", 550, "no such user", ErrorClass.RECIPIENT_PERMANENT),
        ("rcpt", 553, "5.1.3 bad name", ErrorClass.RECIPIENT_PERMANENT),
        ("rcpt", 550, "5.7.1 blocked by policy", ErrorClass.CONTENT_PERMANENT),
        ("rcpt", 554, "5.7.1 policy", ErrorClass.CONTENT_PERMANENT),
        ("rcpt", 530, "5.7.0 log in first", ErrorClass.ACCOUNT),
        ("rcpt", 450, "4.7.1 greylisted", ErrorClass.DELAY_UNTIL),
        ("rcpt", 451, "4.7.1 greylisted", ErrorClass.DELAY_UNTIL),
        ("rcpt", 452, "4.5.3 too many", ErrorClass.DELAY_UNTIL),
        ("data", 552, "5.3.4 too big", ErrorClass.CONTENT_PERMANENT),
        ("data", 554, "5.7.1 spam", ErrorClass.CONTENT_PERMANENT),
        ("data", 550, "5.2.2 over quota", ErrorClass.RECIPIENT_PERMANENT),
        ("data", 451, "4.3.0 local error", ErrorClass.RETRY),
        ("mail", 552, "5.3.4 too big", ErrorClass.CONTENT_PERMANENT),
        ("mail", 550, "5.7.1 sender refused", ErrorClass.ACCOUNT),
        ("login", 535, "5.7.8 bad credentials", ErrorClass.ACCOUNT),
        ("login", 454, "4.7.0 later", ErrorClass.RETRY),
    ],
)
def test_a_reply_is_sorted_by_stage_code_and_enhanced_code(
    stage: str, code: int, text: str, error_class: ErrorClass
) -> None:
    assert refused(stage, code, text).error_class == error_class


def test_a_greylisting_server_gets_its_minutes() -> None:
    assert refused("rcpt", 450, "4.7.1 wait").delay == GREYLISTED == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"from_address": "nobody"}, "from_address"),
        ({"from_address": "王@shop.example"}, "ASCII"),
        ({"public_url": None}, "public_url"),
        ({"public_url": "http://t.shop.example"}, "https"),
        ({"public_url": "https://[half"}, "public_url"),
        ({"public_url": "https://店.example"}, "public_url"),
        ({"bounce_domain": "a b"}, "bounce_domain"),
        ({"answer_seconds": 0}, "answer_seconds"),
        ({"answer_seconds": True}, "answer_seconds"),
        ({"starttls": "yes"}, "starttls"),
        ({"from_name": 1}, "from_name"),
    ],
)
def test_settings_that_cannot_send_are_named(settings: dict[str, Any], words: str) -> None:
    problem = problem_with_settings({**SETTINGS, **settings})
    assert problem is not None
    assert words in problem


def test_settings_in_order_have_no_problem() -> None:
    assert problem_with_settings({**SETTINGS, "bounce_domain": "bounces.shop.example", "answer_seconds": 30}) is None


@pytest.mark.parametrize(
    ("body", "purpose", "template", "code"),
    [
        ("x", "service", {}, "no_subject"),
        ("x", "service", {"subject": "  "}, "no_subject"),
        ("x", "service", {"subject": "s", "html": 1}, "html_too_long"),
        ("x", "service", {"subject": "s", "reply_to": "nobody"}, "bad_reply_to"),
        ("x", "marketing", {"subject": "s"}, "marketing_without_opt_out"),
        (WAY_OUT, "marketing", {"subject": "s", "html": "<p>x"}, "marketing_without_opt_out"),
        ("x", "marketing", {"subject": "s", "html": WAY_OUT}, "marketing_without_opt_out"),
        (WAY_OUT, "marketing", {"subject": WAY_OUT}, "misplaced_unsubscribe"),
        (WAY_OUT, "service", {"subject": "s"}, "opt_out_of_service"),
    ],
)
def test_a_template_that_may_not_be_sent_is_refused(
    body: str, purpose: str, template: dict[str, Any], code: str
) -> None:
    problem = problem_with_texts(body, purpose, template)
    assert problem is not None
    assert problem[1] == code


def test_a_marketing_template_with_a_way_out_in_both_texts_is_in_order() -> None:
    assert problem_with_texts(WAY_OUT, "marketing", {"subject": "s", "html": f"<a href='{WAY_OUT}'>"}) is None


def test_variables_are_those_of_all_texts_but_not_ours() -> None:
    template = {"subject": "${a}", "html": "${c} ${b} ${unsubscribe_url}"}
    assert SmtpEmail.variables("${b} ${unsubscribe_url}", template) == ["a", "b", "c"]
