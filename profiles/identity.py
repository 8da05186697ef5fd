"""One ID: whose are these identities? Answered for a whole batch, without races between requests."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils import timezone

from profiles import identity_facts
from profiles.hooks import profiles_changed
from profiles.identity_plan import Attach, Create, Decided, Join, Keys, Known, concerned, decide
from profiles.identity_types import remember, remembered, rules_of
from profiles.identity_values import IdentityKey
from profiles.locks import lock_identities, lock_people
from profiles.merging.aliases import PeopleMoved, current_ids, may_have_moved
from profiles.merging.facts import merges_ahead
from profiles.merging.merge import Evidence, merge
from profiles.merging.tries import until_settled
from workspaces.models import Workspace
from workspaces.models.base import new_id


@dataclass
class Resolution:
    """Whose each item is, and what this changed.

    `homes` says of each item whose the deciding identity was before a merge brought it to its person; `also` whom each
    id that was asked for besides means now.
    """

    profile_ids: list[UUID] = field(default_factory=list)
    homes: list[UUID] = field(default_factory=list)
    created: list[UUID] = field(default_factory=list)
    attached: list[tuple[UUID, IdentityKey]] = field(default_factory=list)
    merged: list[Join] = field(default_factory=list)
    conflicts: set[tuple[UUID, IdentityKey]] = field(default_factory=set)
    also: dict[UUID, UUID] = field(default_factory=dict)

    @property
    def changed(self) -> set[UUID]:
        """The people who are new or have a new identity, or somebody else's."""
        gone = {join.merged for join in self.merged}
        return ({profile_id for profile_id, _ in self.attached} | {join.survivor for join in self.merged}) - gone


def resolve(
    workspace_id: UUID,
    people: Sequence[Sequence[IdentityKey]],
    at: datetime | None = None,
    event_ids: Sequence[str] = (),
    also: Collection[UUID] = (),
) -> Resolution:
    """Find, or create, the profile of each item, attach the identities that nobody has yet, and merge who is one.

    Each item is a result of `read_identities`. Its people are locked when this returns, and those of `also` with them
    (profiles.locks): nobody of them can be merged before the transaction ends. If an item's identities belong to several
    people, the rules of their types say whether these are one; if not, the item is that of the deciding identity, and
    an IdentityConflict remembers the others. `event_ids` names what each item came with, as the evidence of merges.
    Concurrent calls with the same new identity give one profile. Must run in a transaction, once, before people are
    locked.
    """
    return until_settled(lambda: resolve_once(workspace_id, people, at, event_ids, also))


def resolve_once(
    workspace_id: UUID,
    people: Sequence[Sequence[IdentityKey]],
    at: datetime | None = None,
    event_ids: Sequence[str] = (),
    also: Collection[UUID] = (),
) -> Resolution:
    """`resolve` for a caller who does its whole transaction again (`until_settled`): raises PeopleMoved."""
    return _Resolving(workspace_id, people, at or timezone.now(), event_ids, also).run()


def find(workspace_id: UUID, key: IdentityKey) -> UUID | None:
    """Return the id of the profile that has this identity, if one has."""
    known = Known()
    key = rules_of(workspace_id).read(key)
    identity_facts.owners_of(workspace_id, [key], known)
    return known.owners.get(key)


class _Resolving:
    def __init__(
        self,
        workspace_id: UUID,
        people: Sequence[Keys],
        at: datetime,
        event_ids: Sequence[str],
        also: Collection[UUID],
    ) -> None:
        self.workspace_id = workspace_id
        self.people = people
        self.at = at
        self.event_ids = event_ids
        self.also = also

    def run(self) -> Resolution:
        self.named = current_ids(self.workspace_id, self.also) if self.also else {}
        known = self._begin()
        open_items = concerned(self.items, known.owners)
        keys = {key for item in open_items for key in item}
        if keys:
            # All identities of such an item are locked, also the known ones: two requests must not give one person two
            # ids of a type of which a person has one.
            lock_identities(self.workspace_id, keys)
            identity_facts.owners_of(self.workspace_id, keys, known)
        ahead = self._keep_others_out(known, keys)
        owners = {*known.owners.values(), *self.named.values()}
        lock_people(self.workspace_id, owners)
        if owners and may_have_moved(owners):
            self._check(known)
        identity_facts.people_of(self.workspace_id, keys, known, self.rules)
        decided = decide(self.items, known, self.rules, new_id)
        if not {one for join in decided.joins for one in (join.survivor, join.merged)} <= ahead | _created(decided):
            raise PeopleMoved
        self._write(decided)
        return _resolution(decided, self.named)

    def _begin(self) -> Known:
        """Read whose the identities are, as the rules compare them; again, if these have changed since they were seen."""
        seen, self.rules = remembered(self.workspace_id)
        known, present = self._owners()
        if present != seen:
            self.rules = remember(self.workspace_id, present)
            known, _ = self._owners()
        return known

    def _owners(self) -> tuple[Known, str]:
        rules, known = self.rules, Known()
        self.items = [tuple(dict.fromkeys(rules.read(key) for key in keys)) for keys in self.people]
        present = identity_facts.owners_of(self.workspace_id, {key for item in self.items for key in item}, known)
        return known, present

    def _keep_others_out(self, known: Known, keys: Collection[IdentityKey]) -> set[UUID]:
        """If there are people to merge, tell those who drive them; what is decided is decided again under the locks."""
        if not any(_may_join(item, known) for item in self.items) and not _share_news(self.items, known):
            return set()
        foreseen = Known(dict(known.owners), dict(known.homes))
        identity_facts.people_of(self.workspace_id, keys, foreseen, self.rules)
        joins = decide(self.items, foreseen, self.rules, new_id).joins
        people = {one for join in joins for one in (join.survivor, join.merged)} & set(known.owners.values())
        if people:
            merges_ahead.send(Workspace.objects.get(id=self.workspace_id), sorted(people))
        return people

    def _check(self, known: Known) -> None:
        """Raises PeopleMoved if an identity is not whose it was when the locks were asked for."""
        now, _ = self._owners()
        if (now.owners, now.homes) != (known.owners, known.homes):
            raise PeopleMoved
        if self.also and current_ids(self.workspace_id, self.also) != self.named:
            raise PeopleMoved

    def _write(self, decided: Decided) -> None:
        survivors: set[UUID] = set()
        for joining, steps in groupby(decided.steps, key=lambda step: isinstance(step, Join)):
            if joining:
                survivors |= {self._merge(step) for step in steps if isinstance(step, Join)}
            else:
                identity_facts.write(self.workspace_id, [one for one in steps if isinstance(one, Create | Attach)])
        identity_facts.write_conflicts(self.workspace_id, decided.conflicts)
        survivors -= {join.merged for join in decided.joins}
        if survivors:
            profiles_changed.send(Workspace.objects.get(id=self.workspace_id), sorted(survivors))

    def _merge(self, join: Join) -> UUID:
        event_id = self.event_ids[join.item] if self.event_ids else ""
        evidence = Evidence(join.key, join.seen_with, event_id)
        merge(self.workspace_id, join.survivor, join.merged, self.at, rule=join.rule, evidence=evidence)
        return join.survivor


def _may_join(keys: Keys, known: Known) -> bool:
    return len({known.owners[key] for key in keys if key in known.owners}) > 1


def _share_news(items: Sequence[Keys], known: Known) -> bool:
    """Whether two items have a new identity in common: it may join the people of both."""
    news = [key for keys in items for key in keys if key not in known.owners]
    return len(news) > len(set(news))


def _created(decided: Decided) -> set[UUID]:
    return {step.profile_id for step in decided.steps if isinstance(step, Create)}


def _resolution(decided: Decided, named: Mapping[UUID, UUID]) -> Resolution:
    gone = {join.merged for join in decided.joins}
    return Resolution(
        decided.profile_ids,
        decided.homes,
        [step.profile_id for step in decided.steps if isinstance(step, Create) and step.profile_id not in gone],
        list(_attached(decided)),
        decided.joins,
        {(conflict.profile_id, conflict.key) for conflict in decided.conflicts},
        _after(named, decided.joins),
    )


def _after(named: Mapping[UUID, UUID], joins: Sequence[Join]) -> dict[UUID, UUID]:
    became = {join.merged: join.survivor for join in joins}
    found = dict(named)
    for one, person in named.items():
        while person in became:
            person = became[person]
        found[one] = person
    return found


def _attached(decided: Decided) -> Iterator[tuple[UUID, IdentityKey]]:
    for step in decided.steps:
        if isinstance(step, Attach):
            yield step.profile_id, step.key
