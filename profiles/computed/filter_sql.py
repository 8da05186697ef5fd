"""Filters and values of JSON in SQL, as rules read them: the one place where this package touches the rules' compiler."""

from collections.abc import Sequence
from datetime import UTC, datetime

from profiles.rule_leaves.comparisons import at_path, comparison
from profiles.rule_leaves.sql import Sql, joined
from profiles.rules.compare import RELATIVE
from profiles.rules.filters import Filter

# Only comparisons that go with the clock look at these, and definitions have none.
NO_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
NO_ZONE = Sql("null::text")


def filters(where: Sequence[Filter]) -> Sql:
    """A boolean over `e.properties` that is never null."""
    assert all(one.cmp not in RELATIVE for one in where), "definitions are checked"
    parts = [comparison(at_path("e.properties", one.key), one.cmp, one.value, NO_INSTANT, NO_ZONE) for one in where]
    return joined(parts, " and ", "true")


def value_at(column: str, key: str) -> Sql:
    """The JSON value at a dotted key, or null."""
    return at_path(column, key)
