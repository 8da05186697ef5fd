import pytest

from channels_app.providers.errors import CallRefused, ErrorClass
from channels_app.providers.wecom.codes import error_of, text_of

HINT = "hint: [1655089500], from ip: 10.1.2.3, more info at https://open.work.weixin.qq.com/devtool/query?e=40096"


def classed(code: int, message: str = "", *, token_call: bool = False) -> ErrorClass:
    error = error_of(code, message, token_call=token_call)
    assert isinstance(error, CallRefused)
    return error.error_class


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (40014, ErrorClass.REFRESH),
        (42001, ErrorClass.REFRESH),
        (40001, ErrorClass.REFRESH),
        (-1, ErrorClass.RETRY),
        (45009, ErrorClass.ACCOUNT_DELAY),
        (45033, ErrorClass.ACCOUNT_DELAY),
        (40096, ErrorClass.RECIPIENT_PERMANENT),
        (84061, ErrorClass.RECIPIENT_PERMANENT),
        (81013, ErrorClass.RECIPIENT_PERMANENT),
        (82001, ErrorClass.RECIPIENT_PERMANENT),
        (40058, ErrorClass.CONTENT_PERMANENT),
        (40007, ErrorClass.CONTENT_PERMANENT),
        (45002, ErrorClass.CONTENT_PERMANENT),
        (40056, ErrorClass.ACCOUNT),
        (60020, ErrorClass.ACCOUNT),
        (48002, ErrorClass.ACCOUNT),
        (99999, ErrorClass.CONTENT_PERMANENT),
    ],
)
def test_each_code_has_its_class(code: int, expected: ErrorClass) -> None:
    assert classed(code) == expected


@pytest.mark.parametrize("code", [40001, 40014, 42001, 40013, 60020])
def test_whatever_gettoken_refuses_needs_a_person(code: int) -> None:
    assert classed(code, token_call=True) == ErrorClass.ACCOUNT


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("api freq out of limit", 60),
        ("api minute freq out of limit", 60),
        ("api hour freq out of limit", 3600),
        ("api day freq out of limit", 86400),
    ],
)
def test_a_block_lasts_as_long_as_its_window(message: str, seconds: int) -> None:
    error = error_of(45009, message)
    assert isinstance(error, CallRefused)
    assert error.delay is not None
    assert error.delay.total_seconds() == seconds


def test_a_text_loses_its_hint_address_and_link() -> None:
    assert text_of(f"invalid external_userid, {HINT}") == "invalid external_userid"
