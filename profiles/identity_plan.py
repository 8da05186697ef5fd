"""Whose are these identities, and who turns out to be the same: decided for a batch as if its items came one by one.

Pure: what the database knows comes in as Known, and what is to be written comes out as Decided.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from profiles.choices import ConflictReason, Joins
from profiles.identity_types import MOST_IDENTITIES_OF_PERSON, IdentityRules
from profiles.identity_values import IdentityKey

Keys = Sequence[IdentityKey]
_NEW = datetime.max.replace(tzinfo=UTC)


@dataclass
class Known:
    """What the database knows of the identities and the people of a batch.

    `homes` says whose an identity was before a merge brought it to its owner. `crowds` counts the people whom a value
    was seen with. `apart` are pairs that somebody has said to be two people.
    """

    owners: dict[IdentityKey, UUID] = field(default_factory=dict)
    homes: dict[IdentityKey, UUID] = field(default_factory=dict)
    people: dict[UUID, set[IdentityKey]] = field(default_factory=dict)
    since: dict[UUID, datetime] = field(default_factory=dict)
    crowds: Counter[IdentityKey] = field(default_factory=Counter)
    apart: set[frozenset[UUID]] = field(default_factory=set)


class Create(NamedTuple):
    profile_id: UUID


class Attach(NamedTuple):
    profile_id: UUID
    key: IdentityKey
    home: UUID


class Join(NamedTuple):
    """`merged` becomes part of `survivor`: `key` was seen together with `seen_with`, in the item at that place."""

    survivor: UUID
    merged: UUID
    rule: str
    key: IdentityKey
    seen_with: IdentityKey
    item: int


class Conflict(NamedTuple):
    """`key` came with `seen_with` of this person, and is somebody else's. Without it: `key` found nobody for the item."""

    profile_id: UUID
    key: IdentityKey
    reason: ConflictReason
    seen_with: IdentityKey | None = None


@dataclass
class Decided:
    """`profile_ids` and `homes` are in the order of the items; `steps` must be done in their order."""

    profile_ids: list[UUID] = field(default_factory=list)
    homes: list[UUID] = field(default_factory=list)
    steps: list[Create | Attach | Join] = field(default_factory=list)
    conflicts: set[Conflict] = field(default_factory=set)

    @property
    def joins(self) -> list[Join]:
        return [step for step in self.steps if isinstance(step, Join)]


def decide(items: Sequence[Keys], known: Known, rules: IdentityRules, make_id: Callable[[], UUID]) -> Decided:
    """Decide each item in order; `known` is brought up to date on the way."""
    return _Deciding(known, rules, make_id).run(items)


class _Deciding:
    def __init__(self, known: Known, rules: IdentityRules, make_id: Callable[[], UUID]) -> None:
        self.known = known
        self.rules = rules
        self.make_id = make_id
        self.decided = Decided()
        self.became: dict[UUID, UUID] = {}

    def run(self, items: Sequence[Keys]) -> Decided:
        for index, keys in enumerate(items):
            person, home = self._item(index, sorted(keys, key=self._rank))
            self.decided.profile_ids.append(person)
            self.decided.homes.append(home)
        self.decided.profile_ids = [self._now(one) for one in self.decided.profile_ids]
        self.decided.conflicts = {one._replace(profile_id=self._now(one.profile_id)) for one in self.decided.conflicts}
        return self.decided

    def _rank(self, key: IdentityKey) -> tuple[bool, tuple[int, str, str]]:
        return self._is_crowded(key), self.rules.rank(key)

    def _item(self, index: int, keys: Keys) -> tuple[UUID, UUID]:
        owners = self.known.owners
        anchors: dict[UUID, IdentityKey] = {}
        for key in keys:
            if key in owners:
                anchors.setdefault(owners[key], key)
        person = next((one for one, key in anchors.items() if not self._bar(one, key, keys)), None)
        if person is None:
            person = self.make_id()
            self.known.people[person], self.known.since[person] = set(), _NEW
            self.decided.steps.append(Create(person))
            for one, key in anchors.items():
                self._note(person, key, self._bar(one, key, keys) or ConflictReason.SHARED_TYPE)
            anchor, home = None, person
        else:
            anchor = anchors.pop(person)
            home = self.known.homes.get(anchor, person)
            for other, key in anchors.items():
                person = self._meet(index, person, anchor, other, key, keys)
        for key in keys:
            if key not in owners:
                self._attach(person, key, home)
        return person, home

    def _meet(self, index: int, person: UUID, anchor: IdentityKey, other: UUID, key: IdentityKey, keys: Keys) -> UUID:
        """`key` of `other` came with `anchor` of `person`. Returns who the person is now."""
        reason = self._why_two(person, anchor, other, key, keys)
        if reason is not None:
            self._note(person, key, reason, anchor)
            return person
        survivor, merged, rule = survivor_of(person, other, self.known, self.rules)
        self.decided.steps.append(Join(survivor, merged, rule, key, anchor, index))
        self.became[merged] = survivor
        for one in self.known.people[merged]:
            self.known.owners[one] = survivor
            self.known.homes.setdefault(one, merged)
        for one in [one for one, owner in self.known.owners.items() if owner == merged]:
            self.known.owners[one] = survivor
            self.known.homes.setdefault(one, merged)
        self.known.people[survivor] |= self.known.people.pop(merged)
        self._count(key, anchor)
        self.known.apart = {frozenset(survivor if one == merged else one for one in pair) for pair in self.known.apart}
        return survivor

    def _attach(self, person: UUID, key: IdentityKey, home: UUID) -> None:
        present = self.known.people[person]
        rule = self.rules.of(key.type)
        of_type = sum(one.type == key.type for one in present)
        full = of_type >= rule.most_identities and rule.joins != Joins.PEOPLE
        if full or len(present) >= MOST_IDENTITIES_OF_PERSON:
            self.decided.conflicts.add(Conflict(person, key, ConflictReason.TOO_MANY_IDENTITIES))
            return
        self.known.owners[key] = person
        if home != person:
            self.known.homes[key] = home
        present.add(key)
        self.decided.steps.append(Attach(person, key, home))

    def _bar(self, person: UUID, anchor: IdentityKey, keys: Keys) -> ConflictReason | None:
        """Why an item cannot be of somebody who has one of its identities."""
        unknown = [key for key in keys if key not in self.known.owners]
        if not unknown:
            return None
        names = [key for key in unknown if self.rules.of(key.type).joins == Joins.PEOPLE]
        if names and self._is_crowded(anchor):
            return ConflictReason.TOO_MANY_PEOPLE
        return self._over(self.known.people[person], keys, names)

    def _over(self, present: set[IdentityKey], keys: Keys, added: Iterable[IdentityKey]) -> ConflictReason | None:
        for type_ in {key.type for key in keys if self.rules.of(key.type).joins == Joins.PEOPLE}:
            most = self.rules.of(type_).most_identities
            had = {key for key in present if key.type == type_}
            come = {key for key in added if key.type == type_}
            said = {key for key in keys if key.type == type_}
            # An item that names two ids of one person itself (an alias) says that they are one's.
            if most == 1 and had and said and had.isdisjoint(said):
                return ConflictReason.ONE_PER_PERSON
            if most > 1 and come - had and len(had | come) > most:
                return ConflictReason.TOO_MANY_IDENTITIES
        return None

    def _why_two(
        self, person: UUID, anchor: IdentityKey, other: UUID, key: IdentityKey, keys: Keys
    ) -> ConflictReason | None:
        for one, whose in ((key, other), (anchor, person)):
            joins = self.rules.of(one.type).joins
            if joins == Joins.NOBODY or (joins == Joins.ANONYMOUS and not self._is_anonymous(whose)):
                return ConflictReason.SHARED_TYPE
        if frozenset({person, other}) in self.known.apart:
            return ConflictReason.KEPT_APART
        if self._is_crowded(key) or self._is_crowded(anchor):
            return ConflictReason.TOO_MANY_PEOPLE
        return self._cannot_be_one(person, other, keys)

    def _cannot_be_one(self, person: UUID, other: UUID, keys: Keys) -> ConflictReason | None:
        return too_much(self.known.people[person], self.known.people[other], self.rules, keys)

    def _is_anonymous(self, person: UUID) -> bool:
        return all(self.rules.of(key.type).joins == Joins.ANONYMOUS for key in self.known.people[person])

    def _is_crowded(self, key: IdentityKey) -> bool:
        return self.known.crowds[key] >= self.rules.of(key.type).most_people

    def _note(
        self, person: UUID, key: IdentityKey, reason: ConflictReason, seen_with: IdentityKey | None = None
    ) -> None:
        conflict = Conflict(person, key, reason, seen_with)
        if conflict not in self.decided.conflicts:
            self.decided.conflicts.add(conflict)
            self._count(key, seen_with)

    def _count(self, key: IdentityKey, seen_with: IdentityKey | None) -> None:
        """A value was seen with one more person. That somebody has many devices says nothing against their member id."""
        self.known.crowds[key] += 1
        if seen_with is not None and self.rules.of(key.type).joins == Joins.PEOPLE:
            self.known.crowds[seen_with] += 1

    def _now(self, person: UUID) -> UUID:
        while person in self.became:
            person = self.became[person]
        return person


def too_much(
    one: set[IdentityKey], other: set[IdentityKey], rules: IdentityRules, keys: Keys = ()
) -> ConflictReason | None:
    """Why two people cannot be one by what they are called; `keys` came together in one item."""
    both = one | other
    if len(both) > MOST_IDENTITIES_OF_PERSON:
        return ConflictReason.TOO_MANY_IDENTITIES
    for type_ in sorted({key.type for key in one} & {key.type for key in other}):
        first, second = ({key for key in keys_ if key.type == type_} for keys_ in (one, other))
        most = rules.of(type_).most_identities
        if most == 1:
            said = {key for key in keys if key.type == type_}
            if not (said & first and said & second):
                return ConflictReason.ONE_PER_PERSON
        elif len(first | second) > most:
            return ConflictReason.TOO_MANY_IDENTITIES
    return None


def survivor_of(one: UUID, other: UUID, known: Known, rules: IdentityRules) -> tuple[UUID, UUID, str]:
    """Who survives, who is merged, and by which rule: whose best identity ranks higher, then who is known for longer."""
    ranks = {
        person: min((rules.of(key.type).priority for key in known.people[person]), default=10**6)
        for person in (one, other)
    }
    if ranks[one] != ranks[other]:
        survivor = min((one, other), key=lambda person: ranks[person])
        rule = "priority"
    else:
        survivor = min((one, other), key=lambda person: (known.since.get(person, _NEW), person))
        rule = "older"
    return survivor, other if survivor == one else one, rule


def concerned(items: Sequence[Keys], owners: Mapping[IdentityKey, UUID]) -> list[Keys]:
    """The items about which there is something to decide: an identity is new, or they are of several people."""
    return [keys for keys in items if any(key not in owners for key in keys) or len({owners[key] for key in keys}) > 1]
