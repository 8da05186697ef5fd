"""What simulated paths write to people, with its time, so that rules as of a later instant see it. Nothing is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import orjson

from journeys.store.postgres import execute
from profiles.person_changes import PersonChange
from workspaces.models.base import new_id

# Only this connection sees these tables, and they end with it.
_MAKE: Final = (
    "drop table if exists pg_temp.counterfactual_history",
    "drop table if exists pg_temp.counterfactual_person",
    "create temp table counterfactual_history (like profiles_personhistory)",
    "create temp table counterfactual_person (id uuid primary key, since timestamptz)",
    "create index on counterfactual_history (profile_id, at, id)",
)
_EMPTY: Final = ("truncate counterfactual_history", "truncate counterfactual_person")
_COLUMNS: Final = "id, workspace_id, profile_id, at, recorded_at, attributes, tags, home_id"
CHANGES: Final = (
    (
        f"profiles_personhistory as not materialized (select {_COLUMNS} from profiles_personhistory"
        f" union all select {_COLUMNS} from counterfactual_history)"
    ),
    (
        "profiles_profile as not materialized (select p.id, p.workspace_id, p.attributes, p.tags,"
        " coalesce(p.history_since, f.since) as history_since, p.created_at, p.updated_at"
        " from profiles_profile p left join counterfactual_person f on f.id = p.id)"
    ),
)
# Of somebody without a change on record, what is known has been so since their row was written.
_FIRST: Final = """
with new as (
    insert into counterfactual_person (id, since) select id, %(at)s from unnest(%(ids)s::uuid[]) as u(id)
    on conflict do nothing returning id
)
insert into counterfactual_history (id, workspace_id, profile_id, at, recorded_at, attributes, tags)
select gen_random_uuid(), p.workspace_id, p.id, p.updated_at, p.updated_at, p.attributes,
    (select coalesce(jsonb_object_agg(t.key, case when t.value = 'null'::jsonb then 'true'::jsonb else t.value end), '{}')
     from jsonb_each(p.tags) t)
from new join profiles_profile p on p.id = new.id and p.history_since is null
"""
_WRITE: Final = """
insert into counterfactual_history (id, workspace_id, profile_id, at, recorded_at, attributes, tags)
select u.id, p.workspace_id, p.id, %(at)s, %(at)s, u.attributes::jsonb, u.tags::jsonb
from unnest(%(ids)s::uuid[], %(profiles)s::uuid[], %(attributes)s::text[], %(tags)s::text[])
    as u(id, profile, attributes, tags) join profiles_profile p on p.id = u.profile
"""


def prepare() -> None:
    for statement in _MAKE:
        execute(statement, {})


def forget() -> None:
    """Before others are looked at: nobody needs what was written to those who are through."""
    for statement in _EMPTY:
        execute(statement, {})


def write(changes: Mapping[str, Sequence[PersonChange]], now: datetime) -> None:
    execute(_FIRST, {"ids": list(changes), "at": now})
    rows = [(profile, change) for profile, of_person in changes.items() for change in of_person]
    execute(
        _WRITE,
        {
            "at": now,
            "ids": [new_id() for _ in rows],
            "profiles": [profile for profile, _ in rows],
            "attributes": [orjson.dumps(dict(change.attributes)).decode() for _, change in rows],
            "tags": [orjson.dumps(dict(change.tags)).decode() for _, change in rows],
        },
    )
