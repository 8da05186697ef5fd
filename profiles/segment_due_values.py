"""When time alone may next change how a value compares with the present (see `segment_dues`)."""

from datetime import datetime, timedelta

from profiles.rule_leaves.sql import Sql
from profiles.rules.durations import parse

# The ranges of `profiles.rule_leaves.comparisons`: where an instant itself still belongs to one, the change comes after.
INSTANT = timedelta(microseconds=1)


def next_of_relative(value: Sql, cmp: str, span: str, at: datetime, zone: Sql) -> Sql:
    """`within_last`, `within_next` or `anniversary_within` of a value (jsonb): the next instant at which it may change."""
    length = parse(span).fixed
    read = (*value.params, *zone.params)
    moment = f"zhitu_moment({value.text}, {zone.text})"
    match cmp:
        case "within_last":
            changes = f"values ({moment}), ({moment} + %s)"
            params = (*read, *read, length)
        case "within_next":
            changes = f"values ({moment} - %s), ({moment} + %s)"
            params = (*read, length - INSTANT, *read, INSTANT)
        case _:
            # The next time that the day returns; the day after that it is the one of another year.
            changes = (
                f"select unnest(array[a.next - %s, zhitu_midnight((a.next at time zone z.zone)::date + 1, z.zone)])"
                f" from (select {zone.text} as zone) z"
                f" cross join lateral (select zhitu_anniversary({value.text}, z.zone, %s) as next) a"
            )
            params = (length - INSTANT, *zone.params, *value.params, at)
    return Sql(f"(select min(c.at) from ({changes}) as c(at) where c.at > %s)", (*params, at))


def earliest(found: list[Sql]) -> Sql | None:
    """The first of several instants, of which any may be missing."""
    if len(found) <= 1:
        return found[0] if found else None
    text = f"least({', '.join(part.text for part in found)})"
    return Sql(text, tuple(value for part in found for value in part.params))
