"""Comparisons of JSON values with constants: profiles.rules.compare in SQL."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from profiles.rule_leaves.sql import Sql, joined, opposite
from profiles.rules.compare import DENIES, LIST_VALUED, NEGATIVE, ORDERINGS, RELATIVE, instant, number, text
from profiles.rules.durations import parse

OPERATORS = {"eq": "=", "ne": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "before": "<", "after": ">"}


_INDEX = re.compile(r"-?[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Json(Sql):
    """A value as jsonb; `as_text` is the same piece of SQL, with the same values, but for its text."""

    as_text: str = ""


def at_path(column: str, key: str) -> Json:
    """The value at a dotted path: null, or JSON null, if it is missing."""
    path = key.split(".")
    if any(map(_INDEX.fullmatch, path)):
        return Json(f"({column} #> %s)", (path,), f"({column} #>> %s)")
    # Twice as fast as a path; of a list it finds nothing, and neither does a path that is no number.
    above = "".join(" -> %s" for _ in path[1:])
    return Json(f"({column}{above} -> %s)", tuple(path), f"({column}{above} ->> %s)")


def comparison(left: Sql, cmp: str, value: Any, at: datetime | Sql, zone: Sql) -> Sql:
    """`left` (jsonb, null if missing) compared with a constant: never null. A date's midnight is that of `zone`.

    The moment of judgement is one instant, or a column: then each row is judged at its own.
    """
    if cmp in NEGATIVE:
        return opposite(comparison(left, DENIES[cmp], value, at, zone))
    if cmp in RELATIVE:
        return _relative(left, cmp, value, at, zone)
    if cmp == "exists":
        return Sql(f"coalesce({left.text} not in ('\"\"'::jsonb, 'null'::jsonb), false)", left.params)
    if cmp in LIST_VALUED:
        return _is_one_of(left, value)
    if cmp == "eq":
        return _is_one_of(left, [value])
    if cmp == "contains":
        return _contains(left, value)
    if cmp in {"starts_with", "ends_with"}:
        return _affix(left, cmp, value)
    return _scalar(left, cmp, value)


def _is_one_of(left: Sql, values: list[Any]) -> Sql:
    """Plain texts are looked for together, and with nothing but the value's text."""
    plain = [str(text(value)) for value in values if _is_plain(value)]
    parts = [_scalar(left, "eq", value) for value in values if not _is_plain(value)]
    if plain:
        given = left.as_text if isinstance(left, Json) else f"({left.text} #>> '{{}}')"
        parts.append(Sql(f"coalesce({given} = any(%s), false)", (*left.params, plain)))
    return joined(parts, " or ", "false")


def _is_plain(value: Any) -> bool:
    # A list or an object in JSON begins as its text does; what reads as a number or an instant compares as one.
    return number(value) is None and instant(value) is None and not str(text(value)).startswith(("{", "["))


def _scalar(left: Sql, cmp: str, value: Any) -> Sql:
    """`left` compared as a number, an instant or text: what both sides read as."""
    operator = OPERATORS[cmp]
    as_text = f"zhitu_text({left.text})"
    choices: list[str] = []
    params: list[Any] = []
    for read, function in ((number(value), "zhitu_number"), (instant(value), "zhitu_instant")):
        if read is not None:
            choices.append(f"{function}({left.text}) {operator} %s")
            params += [*left.params, read]
    # What reads as a number never equals, as text, what does not; an order between them is that of the texts.
    if cmp in ORDERINGS or not choices:
        choices.append(f'{as_text} collate "C" {operator} %s')
        params += [*left.params, text(value)]
    return Sql(f"coalesce({', '.join(choices)}, false)", tuple(params))


def _relative(left: Sql, cmp: str, value: str, at: datetime | Sql, zone: Sql) -> Sql:
    length = parse(value).fixed
    read = (*left.params, *zone.params)
    then = _moment(at, timedelta())
    if cmp == "anniversary_within":
        end = _moment(at, length)
        text_ = f"coalesce(zhitu_anniversary({left.text}, {zone.text}, {then.text}) < {end.text}, false)"
        return Sql(text_, (*read, *then.params, *end.params))
    # As in the windows of events: younger than that, or nearer than that.
    since, until, bounds = (
        (_moment(at, -length), then, "(]") if cmp == "within_last" else (then, _moment(at, length), "[)")
    )
    range_ = f"tstzrange({since.text}, {until.text}, '{bounds}')"
    return Sql(
        f"coalesce(zhitu_moment({left.text}, {zone.text}) <@ {range_}, false)", (*read, *since.params, *until.params)
    )


def _moment(at: datetime | Sql, later: timedelta) -> Sql:
    if isinstance(at, datetime):
        return Sql("%s", (at + later,))
    # In seconds, so that no zone's days have a say.
    return Sql(f"({at.text} + make_interval(secs => %s))", (*at.params, later.total_seconds())) if later else at


def _contains(left: Sql, value: Any) -> Sql:
    element = _scalar(Sql("item"), "eq", value)
    return Sql(
        f"(case jsonb_typeof({left.text}) when 'array' then "
        f"exists (select 1 from jsonb_array_elements({left.text}) item where {element.text}) "
        f"else coalesce(strpos(zhitu_text({left.text}), %s) > 0, false) end)",
        (*left.params, *left.params, *element.params, *left.params, text(value)),
    )


def _affix(left: Sql, cmp: str, value: Any) -> Sql:
    part = text(value) or ""
    if cmp == "starts_with":
        return Sql(f"coalesce(starts_with(zhitu_text({left.text}), %s), false)", (*left.params, part))
    return Sql(f"coalesce(right(zhitu_text({left.text}), %s) = %s, false)", (*left.params, len(part), part))
