"""The runs of a journey as a source of exports: who went which way, and what came of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from journeys.models import JourneyVersion, ReviewPath
from journeys.review.paths.filters import runs_sql
from journeys.review.paths.reading import bodies
from journeys.review.rows import by_name
from journeys.review.worth.export_filters import chosen_of, journey_of
from journeys.store.postgres import query
from profiles.exports.sources import CellKind, ExportPage, InvalidExport, Request, Source, after, text_of

# In the order of the index on (journey, id). What a run was worth is summed by currency.
PAGE: Final = """
select e.id, e.profile_id, e.version_id, e.state, e.node, e.enrolled_at, e.ended_at, r.path_id, c.conversions, c.value
from (
    select * from journeys_enrollment e
    where e.journey_id = %(journey)s and e.id > %(after)s and {chosen} order by e.id limit %(limit)s
) e
left join journeys_reviewrun r on r.enrollment_id = e.id
left join lateral (
    select sum(v.conversions)::bigint as conversions, string_agg(v.currency || ' ' || v.value, '; ' order by v.currency) as value
    from (
        select currency, count(*) as conversions, coalesce(sum(value - refunded), 0) as value
        from journeys_credit where enrollment_id = e.id and counted group by currency) v
) c on true
order by e.id
"""
COUNT: Final = "select count(*) as runs from journeys_enrollment e where e.journey_id = %(journey)s and {chosen}"
CHOSEN: Final = """e.enrolled_at >= coalesce(%(begins)s::timestamptz, e.enrolled_at)
    and (%(ends)s::timestamptz is null or e.enrolled_at < %(ends)s)
    and (%(version)s::uuid is null or e.version_id = %(version)s) and e.enrolled_at <= %(at)s"""
# What else is asked goes by paths and people, as the review last read them.
READ: Final = """{chosen} and exists (select 1 from journeys_reviewrun r
    where r.enrollment_id = e.id and r.path_id = any(%(paths)s) and {runs})"""

Row = Mapping[str, Any]
Path = Mapping[str, Any]

CELLS: Final[Mapping[str, Callable[[Row, Path, Mapping[UUID, int]], Any]]] = {
    "run": lambda row, path, versions: row["id"],
    "person": lambda row, path, versions: row["profile_id"],
    "version": lambda row, path, versions: versions.get(row["version_id"]),
    "entered_at": lambda row, path, versions: row["enrolled_at"],
    "ended_at": lambda row, path, versions: row["ended_at"],
    "state": lambda row, path, versions: row["state"],
    "node": lambda row, path, versions: row["node"],
    "reason": lambda row, path, versions: path.get("reason"),
    "steps": lambda row, path, versions: " > ".join(str(step[0]) for step in path.get("steps", [])),
    "variants": lambda row, path, versions: _pairs(path.get("variants", {}).items()),
    "messages": lambda row, path, versions: _pairs((one[0], one[2]) for one in path.get("sends", [])),
    "goals": lambda row, path, versions: "; ".join(path.get("goals", [])),
    "held_out": lambda row, path, versions: row["state"] == "held_out",
    "conversions": lambda row, path, versions: row["conversions"] or 0,
    "value": lambda row, path, versions: row["value"],
}
COLUMNS: Final = tuple(CELLS)


def _pairs(pairs: Any) -> str:
    return "; ".join(f"{name}={value}" for name, value in pairs)


def _asked(request: Request) -> tuple[str, dict[str, Any]]:
    """The condition on runs `e`, and its values. Raises as `chosen_of` does."""
    journey = journey_of(request)
    chosen = chosen_of(request, journey)
    values = {**chosen.values(), **chosen.instants(request.workspace.timezone), "at": request.at, "journey": journey.pk}
    if not (chosen.variant or chosen.channel or chosen.about_people):
        return CHOSEN, values
    text, params = runs_sql(chosen, journey.workspace_id)
    runs, named = by_name(text, params)
    values["paths"] = [path for path, taken in bodies(journey).items() if chosen.takes(*taken)]
    return READ.format(chosen=CHOSEN, runs=runs), values | named


def _check(request: Request) -> None:
    if unknown := set(request.columns) - set(COLUMNS):
        raise InvalidExport("unknown_column", f"There is no column {min(unknown)[:100]}.", "columns")
    _asked(request)


def _count(request: Request) -> int:
    condition, values = _asked(request)
    return int(query(COUNT.format(chosen=condition), values)[0]["runs"])


def _page(request: Request, cursor: str, limit: int) -> ExportPage:
    condition, asked = _asked(request)
    values = {**asked, "after": after(cursor), "limit": limit}
    found = query(PAGE.format(chosen=condition), values)
    paths = dict(ReviewPath.objects.filter(pk__in={row["path_id"] for row in found}).values_list("pk", "body"))
    versions = dict(JourneyVersion.objects.filter(journey_id=values["journey"]).values_list("pk", "number"))
    rows = [
        [text_of(CELLS[column](row, paths.get(row["path_id"], {}), versions)) for column in request.columns]
        for row in found
    ]
    return ExportPage(rows, str(found[-1]["id"]) if len(found) == limit else "")


KINDS: Final[Mapping[str, CellKind]] = {
    "version": "number",
    "entered_at": "instant",
    "ended_at": "instant",
    "conversions": "number",
}
SOURCE: Final = Source(COLUMNS, _check, _count, _page, lambda request: KINDS)
