"""Why somebody may not enter: the entry rule, the re-entry rule, a request that is known already."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.correlation import key_of
from journeys.engine.plan import Plan
from journeys.store import postgres as store
from profiles.rule_sql import condition
from profiles.rules.durations import parse


class Entrant(NamedTuple):
    """One person who wants in. `source` is recorded in the first event and holds no personal data."""

    profile: UUID
    properties: Mapping[str, Any]
    source: Mapping[str, Any]
    idempotency_key: str | None = None


class Judged(NamedTuple):
    """What was found about an entrant: the value of the journey's key, and why they may not enter (empty: they may).

    `repeated` is the enrollment that the same request has made before.
    """

    key: str | None = None
    refusal: str = ""
    repeated: UUID | None = None


# In a journey with a key, another value of it is another story.
EARLIER = """
select profile_id, {key} as entry_key, bool_or(ended_at is null) as live, max(enrolled_at) as entered,
    max(ended_at) as ended
from journeys_enrollment where journey_id = %(journey)s and profile_id = any(%(profiles)s) {only} group by 1, 2
"""
OF_PERSON = EARLIER.format(key="null", only="")
OF_KEY = EARLIER.format(key="entry_key", only="and entry_key = any(%(keys)s)")
SAME_REQUEST = """
select id, profile_id, idempotency_key from journeys_enrollment
where journey_id = %(journey)s and profile_id = any(%(profiles)s) and idempotency_key = any(%(requests)s)
"""
MERGED_AWAY = "select id from profiles_profilealias where id = any(%(profiles)s)"


def judge(plan: Plan, entrants: Sequence[Entrant], now: datetime) -> list[Judged]:
    """Say of each entrant, in order, whether they may enter at `now`. The caller holds their locks."""
    profiles = list({entrant.profile for entrant in entrants})
    keys = [key_of(entrant.properties, plan.key) if plan.key else None for entrant in entrants]
    values = {"journey": plan.journey, "profiles": profiles, "keys": [key for key in keys if key]}
    rows = store.query(OF_KEY if plan.key else OF_PERSON, values)
    earlier = {(row["profile_id"], row["entry_key"]): row for row in rows}
    repeated = _repeated(values, entrants)
    # Merged into somebody else before their lock was had: whoever they are now is admitted by their own id.
    gone = {row["id"] for row in store.query(MERGED_AWAY, {"profiles": profiles})}
    matching = matching_entry_rule(plan, profiles, now)
    seen: set[tuple[UUID, str | None]] = set()
    judged: list[Judged] = []
    for entrant, key in zip(entrants, keys, strict=True):
        story = (entrant.profile, key)
        known = repeated.get((entrant.profile, entrant.idempotency_key)) if entrant.idempotency_key else None
        if known is not None:
            judged.append(Judged(key, "", known))
        elif entrant.profile in gone:
            judged.append(Judged(key, "unknown_profile"))
        elif plan.key and key is None:
            judged.append(Judged(key, "no_key"))
        elif entrant.profile not in matching:
            judged.append(Judged(key, "entry_rule"))
        elif not _may_reenter(plan, earlier.get(story), story in seen, now):
            judged.append(Judged(key, "already_enrolled"))
        else:
            seen.add(story)
            judged.append(Judged(key))
    return judged


def matching_entry_rule(plan: Plan, profiles: list[UUID], now: datetime) -> set[UUID]:
    rule = plan.settings.entry.rule
    if rule is None:
        return set(profiles)
    compiled = condition(rule, now)
    statement = (
        "select p.id from profiles_profile p cross join (select 'infinity'::timestamptz as since) m"
        f" where p.id = any(%s) and {compiled.text}"
    )
    return {row["id"] for row in store.query(statement, (profiles, *compiled.params))}


def _repeated(values: Mapping[str, Any], entrants: Sequence[Entrant]) -> dict[tuple[UUID, str], UUID]:
    requests = list({entrant.idempotency_key for entrant in entrants if entrant.idempotency_key})
    if not requests:
        return {}
    rows = store.query(SAME_REQUEST, {**values, "requests": requests})
    return {(row["profile_id"], row["idempotency_key"]): row["id"] for row in rows}


def _may_reenter(plan: Plan, earlier: Mapping[str, Any] | None, again_in_batch: bool, now: datetime) -> bool:
    reentry = plan.settings.entry.reentry
    interval = parse(reentry.interval).fixed if reentry.interval else None
    if earlier is None and not again_in_batch:
        return True
    if reentry.mode == "never":
        return False
    if reentry.mode == "after_exit":
        if again_in_batch or (earlier is not None and earlier["live"]):
            return False
        return earlier is None or interval is None or earlier["ended"] + interval <= now
    if interval is None:
        return True
    return not again_in_batch and (earlier is None or earlier["entered"] + interval <= now)
