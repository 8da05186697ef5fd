"""Identities as they are sent, and as they are stored and compared."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import phonenumbers

from workspaces.errors import DomainError

MAX_IDENTITIES = 20
MAX_VALUE = 255
DEFAULT_REGION = "CN"

# Which identity decides when those of one item belong to different people: what a brand issues itself, then what a
# person proves to own, then what an app or a device says. Types that are not listed come between, by name.
_STRONG = (
    "member_id",
    "user_id",
    "phone",
    "wechat_unionid",
    "wecom_external_userid",
    "wechat_openid",
    "jd_pin",
    "email",
)
_WEAK = ("device", "cookie", "anonymous_id")
_RANK = {name: rank for rank, name in enumerate(_STRONG)} | {name: 1000 + rank for rank, name in enumerate(_WEAK)}
_UNLISTED = 500

_TYPE = re.compile(r"[a-z][a-z0-9_.:-]{0,63}", re.ASCII)
_CHINESE_MOBILE = re.compile(r"(?:\+86)?(1[3-9]\d{9})", re.ASCII)


class IdentityKey(NamedTuple):
    """A normalised identity: two that are equal name the same person."""

    type: str
    value: str


class InvalidIdentity(DomainError):
    """An identity, or a set of them, that cannot name anybody."""


def default_rank(type_: str) -> int:
    """The place of a type as it is shipped; the lowest decides. `wechat_openid:wx1`, of one app, ranks as `wechat_openid`."""
    return _RANK.get(type_, _RANK.get(type_.partition(":")[0], _UNLISTED))


def rank(key: IdentityKey) -> tuple[int, str]:
    """Sort key of an item's identities: the first that is known decides whose the item is."""
    return default_rank(key.type), key.type


def read_type(type_: object) -> str:
    """Check the name of a type. Raises InvalidIdentity."""
    if not isinstance(type_, str) or not _TYPE.fullmatch(type_):
        raise InvalidIdentity(
            "invalid_identity_type",
            "An identity's type starts with a-z and has at most 64 of a-z, 0-9 and _ . : -",
            "identities",
        )
    return type_


def normalise(type_: object, value: object) -> IdentityKey:
    """Bring an identity into the form in which it is stored.

    A phone becomes E.164 (a number without a country code is taken as Chinese); an email is lower-cased, since no
    provider in use tells upper from lower case; any other value is trimmed. Raises InvalidIdentity.
    """
    type_ = read_type(type_)
    attr = f"identities.{type_}"
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise InvalidIdentity("invalid_identity", "An identity's value is a text.", attr)
    value = value.strip()
    if not value or len(value) > MAX_VALUE:
        raise InvalidIdentity("invalid_identity", f"An identity's value has 1 to {MAX_VALUE} characters.", attr)
    if type_ == "phone":
        value = _phone(value, attr)
    elif type_ == "email":
        value = _email(value, attr)
    return IdentityKey(type_, value)


def _phone(value: str, attr: str) -> str:
    if mobile := _CHINESE_MOBILE.fullmatch(value):
        return "+86" + mobile[1]
    try:
        number = phonenumbers.parse(value, DEFAULT_REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidIdentity("invalid_phone", "This is not a phone number.", attr) from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise InvalidIdentity("invalid_phone", "No phone number of that country has this length.", attr)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(value: str, attr: str) -> str:
    local, at, domain = value.rpartition("@")
    if not local or not at or not domain or any(character.isspace() for character in value):
        raise InvalidIdentity("invalid_email", "This is not an email address.", attr)
    return value.lower()


def read_identities(pairs: Sequence[tuple[object, object]]) -> tuple[IdentityKey, ...]:
    """Normalise one item's identities, without repetitions, the deciding one first. Raises InvalidIdentity."""
    if not pairs:
        raise InvalidIdentity("identities_required", "One identity at least must say whose this is.", "identities")
    if len(pairs) > MAX_IDENTITIES:
        raise InvalidIdentity("too_many_identities", f"At most {MAX_IDENTITIES} are taken at once.", "identities")
    return tuple(sorted({normalise(type_, value): None for type_, value in pairs}, key=rank))


def pairs_of(identities: object) -> list[tuple[object, object]]:
    """Read the `{type: value}` of the REST API. Raises InvalidIdentity if it is something else."""
    if not isinstance(identities, Mapping):
        raise InvalidIdentity("identities_required", "`identities` is an object of type → value.", "identities")
    return list(identities.items())
