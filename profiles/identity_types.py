"""What each type of identity may do: which decides, how many a person has, and whether it makes two people one.

The rules that are shipped are here; a workspace's own are rows of IdentityType. docs/reference/identity.md explains them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import orjson

from profiles.choices import Joins, Normalisation
from profiles.identity_values import IdentityKey, InvalidIdentity, default_rank, normalise
from profiles.models import IdentityType

_NOT_DIGITS = re.compile(r"\D")
# Of all types together; whoever has more is no person but a fault of a sender.
MOST_IDENTITIES_OF_PERSON: Final = 500


@dataclass(frozen=True, slots=True)
class TypeRule:
    """The rules of one type.

    `most_identities` 1 says that a person has one: another value of the type is another person. A value that was seen
    with `most_people` people joins nobody any more, and does not decide where something better is known.
    """

    type: str
    priority: int
    normalisation: Normalisation
    joins: Joins
    most_identities: int
    most_people: int


def _rule(type_: str, joins: Joins, most_identities: int, most_people: int = 10, **more: Normalisation) -> TypeRule:
    normalisation = more.get("normalisation", Normalisation.TRIM)
    return TypeRule(type_, default_rank(type_), normalisation, joins, most_identities, most_people)


DEFAULTS: Final[Mapping[str, TypeRule]] = {
    rule.type: rule
    for rule in (
        _rule("member_id", Joins.PEOPLE, 1, 100),
        _rule("user_id", Joins.PEOPLE, 1, 100),
        _rule("phone", Joins.PEOPLE, 5, normalisation=Normalisation.PHONE),
        _rule("wechat_unionid", Joins.PEOPLE, 3),
        _rule("wecom_external_userid", Joins.PEOPLE, 5),
        _rule("wechat_openid", Joins.PEOPLE, 5),
        _rule("jd_pin", Joins.PEOPLE, 5),
        _rule("email", Joins.PEOPLE, 5, normalisation=Normalisation.EMAIL),
        _rule("device", Joins.ANONYMOUS, 50),
        _rule("cookie", Joins.ANONYMOUS, 200),
        _rule("anonymous_id", Joins.ANONYMOUS, 200),
    )
}


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """The rules of one workspace: its own, and for other types those that are shipped."""

    own: Mapping[str, TypeRule] = field(default_factory=dict)

    def of(self, type_: str) -> TypeRule:
        """The rule of a type. `wechat_openid:wx1` (of one app) goes by its own rule, else by that of `wechat_openid`."""
        base = type_.partition(":")[0]
        for rules, name in ((self.own, type_), (DEFAULTS, type_), (self.own, base), (DEFAULTS, base)):
            if name in rules:
                return rules[name]
        # Nobody has said what it is, so it joins nobody.
        return _rule(type_, Joins.NOBODY, 20)

    @property
    def weak(self) -> list[str]:
        """The types that do not make two people one."""
        rules = {**DEFAULTS, **self.own}
        return sorted(name for name, rule in rules.items() if rule.joins != Joins.PEOPLE)

    def rank(self, key: IdentityKey) -> tuple[int, str, str]:
        """Sort key: the first decides."""
        return self.of(key.type).priority, key.type, key.value

    def read(self, key: IdentityKey) -> IdentityKey:
        """The identity as this workspace compares it. What cannot be brought into the form stays as it came."""
        rule = self.own.get(key.type) or self.own.get(key.type.partition(":")[0])
        if rule is None:
            return key
        match rule.normalisation:
            case Normalisation.LOWER:
                return key._replace(value=key.value.lower())
            case Normalisation.UPPER:
                return key._replace(value=key.value.upper())
            case Normalisation.DIGITS:
                return key._replace(value=_NOT_DIGITS.sub("", key.value) or key.value)
            case Normalisation.PHONE | Normalisation.EMAIL as kind:
                try:
                    return key._replace(value=normalise(str(kind), key.value).value)
                except InvalidIdentity:
                    return key
            case _:
                return key


_seen: dict[UUID, tuple[str, IdentityRules]] = {}


def rules_of(workspace_id: UUID) -> IdentityRules:
    """Read a workspace's rules, in one statement."""
    rows = IdentityType.objects.filter(workspace_id=workspace_id)
    return IdentityRules({row.type: rule_of_row(row) for row in rows})


def remembered(workspace_id: UUID) -> tuple[str, IdentityRules]:
    """The rules that this process has last seen, with their text: whoever goes by them finds out whether they still hold."""
    return _seen.get(workspace_id, ("[]", IdentityRules()))


def remember(workspace_id: UUID, text: str) -> IdentityRules:
    """Read rules from their text (JSON: a list of rows of IdentityType)."""
    rows = [IdentityType(**row) for row in orjson.loads(text)]
    rules = IdentityRules({row.type: rule_of_row(row) for row in rows})
    _seen[workspace_id] = (text, rules)
    return rules


def rule_of_row(row: IdentityType) -> TypeRule:
    return TypeRule(
        row.type,
        row.priority,
        Normalisation(row.normalisation),
        Joins(row.joins),
        row.most_identities,
        row.most_people,
    )
