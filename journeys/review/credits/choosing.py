"""Which conversions are meant by what a page asks for: the runs' days, version, variant, channel and people."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from journeys.review.credits.reading import EVERY, Which
from journeys.review.paths.filters import ALL, Filters, runs_sql

# Strictly: a path that is lax unwraps the arrays that it compares.
_SENT: Final = (
    "jsonb_path_exists(b.body, 'strict $.sends[*] ? (@[1] == $channel)', jsonb_build_object('channel', %s::text))"
)
_VARIANT: Final = "b.body -> 'variants' ->> %s::text = %s"
_OF_PATH: Final = """exists (select 1 from journeys_reviewpath b where b.id = r.path_id and {})"""


def chosen(workspace: UUID, filters: Filters) -> Which:
    """The conversions of the runs that are asked for. Segment and attribute go by who people are now.

    Raises DomainError as `profiles.rule_sql.condition` does.
    """
    if replace(filters, by_day=False) == ALL:
        return EVERY
    text, params = runs_sql(filters, workspace)
    if filters.version is not None:
        text += f" and {_OF_PATH.format('b.version_id = %s')}"
        params.append(filters.version)
    if filters.variant is not None:
        text += f" and {_OF_PATH.format(_VARIANT)}"
        params += filters.variant
    if filters.channel:
        text += f" and {_OF_PATH.format(_SENT)}"
        params.append(filters.channel)
    return Which(text, tuple(params), True)
