"""What was read of some runs, written into the review's tables: which path each takes, and what that changes in the sums."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import orjson
from django.db import transaction

from journeys.models import Journey
from journeys.review.paths.folding import canonical, digest_of, fold_run
from journeys.review.paths.logs import Logged, array, logs_of
from journeys.store.postgres import execute, query

_NEW_PATHS: Final = """
insert into journeys_reviewpath (workspace_id, journey_id, version_id, digest, body)
select %(workspace)s, %(journey)s, u.version, decode(u.digest, 'hex'), u.body::jsonb
from rows from (unnest(%(versions)s::uuid[]), unnest(%(digests)s::text[]), json_array_elements(%(bodies)s::json))
    as u (version, digest, body)
on conflict do nothing
"""
_PATHS: Final = """
select u.n::int as n, p.id from unnest(%(versions)s::uuid[], %(digests)s::text[]) with ordinality u (version, digest, n)
join journeys_reviewpath p
    on p.journey_id = %(journey)s and p.version_id = u.version and p.digest = decode(u.digest, 'hex')
"""
_RUNS: Final = """
insert into journeys_reviewrun (enrollment_id, workspace_id, journey_id, profile_id, day, path_id, seq)
select u.id, %(workspace)s, %(journey)s, u.profile, u.day, u.path, u.seq
from unnest(%(ids)s::uuid[], %(people)s::uuid[], %(days)s::date[], %(paths)s::bigint[], %(seqs)s::int[])
    as u (id, profile, day, path, seq)
on conflict (enrollment_id) do update
set profile_id = excluded.profile_id, day = excluded.day, path_id = excluded.path_id, seq = excluded.seq
"""
_TALLIES: Final = """
insert into journeys_reviewtally as t (workspace_id, journey_id, path_id, day, runs)
select %(workspace)s, %(journey)s, u.path, u.day, u.runs
from unnest(%(paths)s::bigint[], %(days)s::date[], %(runs)s::bigint[]) as u (path, day, runs)
on conflict (journey_id, path_id, day) do update set runs = t.runs + excluded.runs
"""
_STAYS: Final = """
insert into journeys_reviewstay as s (workspace_id, journey_id, version_id, node, day, seconds, times)
select %(workspace)s, %(journey)s, u.version, u.node, u.day, u.seconds, u.times
from json_to_recordset(%(stays)s::json) as u (version uuid, node text, day date, seconds bigint, times bigint)
on conflict (journey_id, version_id, node, day, seconds) do update set times = s.times + excluded.times
"""
_READ: Final = """
update journeys_reviewprogress set revision = revision + 1 where journey_id = %(journey)s
"""


class _Told(NamedTuple):
    """A run with the path it takes: the version and the digest of its body."""

    run: Logged
    path: tuple[str, bytes]


class Changes(NamedTuple):
    """How many runs were read, how many of them for the first time, and whether a figure has changed."""

    read: int
    new: int
    any: bool


def read_runs(journey: Journey, zone: str, ids: Sequence[str]) -> Changes:
    """Read these runs from the logs and take them into the sums, in one transaction. Nobody else may be at the journey's."""
    with transaction.atomic():
        runs = logs_of(journey.workspace_id, journey.pk, zone, ids)
        owner: dict[str, Any] = {"workspace": journey.workspace_id, "journey": journey.pk}
        bodies: dict[tuple[str, bytes], bytes] = {}
        stays: Counter[tuple[str, str, date, int]] = Counter()
        told = []
        for run in runs:
            folded = fold_run(run.version, run.state, run.entries, run.sends)
            written = canonical(folded.body)
            path = run.version, digest_of(written)
            if path not in bodies:
                bodies[path] = written
            told.append(_Told(run, path))
            stays.update(
                (stay.version, stay.node, run.day, stay.seconds) for stay in folded.stays if stay.seq > run.was_seq
            )
        paths = _paths(owner, bodies)
        tallies = _moves(told, paths)
        _write_runs(owner, told, paths)
        _write_tallies(owner, tallies)
        _write_stays(owner, stays)
        changed = bool(tallies or stays) or any(run.profile != run.was_profile for run in runs)
        if changed:
            execute(_READ, owner)
    return Changes(len(runs), sum(run.was_path is None for run in runs), changed)


def _paths(owner: dict[str, Any], bodies: dict[tuple[str, bytes], bytes]) -> dict[tuple[str, bytes], int]:
    """The ids of these paths, of which each distinct one is stored once."""
    keys = list(bodies)
    values = {
        **owner,
        "versions": array(version for version, _ in keys),
        "digests": array(digest.hex() for _, digest in keys),
        "bodies": (b"[" + b",".join(bodies.values()) + b"]").decode(),
    }
    known = {keys[row["n"] - 1]: row["id"] for row in query(_PATHS, values)}
    if len(known) == len(keys):
        return known
    execute(_NEW_PATHS, values)
    return {keys[row["n"] - 1]: row["id"] for row in query(_PATHS, values)}


def _moves(told: Iterable[_Told], paths: dict[tuple[str, bytes], int]) -> dict[tuple[int, date], int]:
    """What changes in the tallies: a run that takes another path now leaves the one that it took."""
    moves: Counter[tuple[int, date]] = Counter()
    for run, path in told:
        moves[paths[path], run.day] += 1
        if run.was_path is not None and run.was_day is not None:
            moves[run.was_path, run.was_day] -= 1
    return {key: runs for key, runs in moves.items() if runs}


def _write_runs(owner: dict[str, Any], told: Sequence[_Told], paths: dict[tuple[str, bytes], int]) -> None:
    values = {
        **owner,
        "ids": array(one.run.id for one in told),
        "people": array(one.run.profile for one in told),
        "days": array(one.run.day for one in told),
        "paths": array(paths[one.path] for one in told),
        "seqs": array(one.run.seq for one in told),
    }
    execute(_RUNS, values)


def _write_tallies(owner: dict[str, Any], moves: dict[tuple[int, date], int]) -> None:
    if moves:
        paths, days = array(path for path, _ in moves), array(day for _, day in moves)
        execute(_TALLIES, {**owner, "paths": paths, "days": days, "runs": array(moves.values())})


def _write_stays(owner: dict[str, Any], stays: Counter[tuple[str, str, date, int]]) -> None:
    if stays:
        rows = [
            {"version": version, "node": node, "day": day, "seconds": seconds, "times": times}
            for (version, node, day, seconds), times in stays.items()
        ]
        execute(_STAYS, {**owner, "stays": orjson.dumps(rows).decode()})
