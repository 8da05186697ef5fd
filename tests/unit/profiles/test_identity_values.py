import pytest

from profiles.identity_values import InvalidIdentity, normalise, read_identities


@pytest.mark.parametrize(
    ("type_", "value", "stored"),
    [
        ("phone", "13800138000", "+8613800138000"),
        ("phone", "+86 138 0013 8000", "+8613800138000"),
        ("phone", "0086-138-0013-8000", "+8613800138000"),
        ("phone", 13800138000, "+8613800138000"),
        ("phone", "１３８００１３８０００", "+8613800138000"),
        ("phone", "+44 20 7946 0958", "+442079460958"),
        ("email", " Li.Wei@Example.COM ", "li.wei@example.com"),
        ("wechat_openid", "  oAbC ", "oAbC"),
        ("wechat_openid:wx1", "oAbC", "oAbC"),
    ],
)
def test_one_person_has_one_spelling(type_: str, value: object, stored: str) -> None:
    assert normalise(type_, value).value == stored


@pytest.mark.parametrize(
    ("type_", "value", "code"),
    [
        ("phone", "not a phone", "invalid_phone"),
        ("phone", "12", "invalid_phone"),
        ("email", "nobody", "invalid_email"),
        ("email", "a b@example.com", "invalid_email"),
        ("member_id", "   ", "invalid_identity"),
        ("member_id", "x" * 256, "invalid_identity"),
        ("member_id", None, "invalid_identity"),
        ("member_id", True, "invalid_identity"),
        ("member_id", {"$ne": 1}, "invalid_identity"),
        ("Robert'); drop table", "x", "invalid_identity_type"),
        ("", "x", "invalid_identity_type"),
        (7, "x", "invalid_identity_type"),
    ],
)
def test_what_names_nobody_is_refused(type_: object, value: object, code: str) -> None:
    with pytest.raises(InvalidIdentity) as error:
        normalise(type_, value)
    assert error.value.code == code


def test_the_deciding_identity_comes_first() -> None:
    keys = read_identities([("anonymous_id", "a"), ("shop_code", "s"), ("phone", "13800138000"), ("member_id", "m")])
    assert [key.type for key in keys] == ["member_id", "phone", "shop_code", "anonymous_id"]


def test_more_than_twenty_identities_are_refused() -> None:
    with pytest.raises(InvalidIdentity) as error:
        read_identities([("device", str(number)) for number in range(21)])
    assert error.value.code == "too_many_identities"
