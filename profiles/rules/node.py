"""What every part of a rule has in common, and the kinds of values that several of them take."""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from profiles.rules.compare import instant
from profiles.rules.durations import parse
from profiles.rules.wording import WordedFault


class RuleNode(BaseModel):
    """Base of every part of a rule: unknown fields and wrong types are faults, not guesses."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _read_span(value: Any) -> Any:
    return parse(value) and value


def _read_instant(value: Any) -> Any:
    read = value if isinstance(value, datetime) else instant(value)
    if read is None or read.tzinfo is None:
        raise WordedFault("要写成 2026-03-01T00:00:00+08:00 这样的时间", "an instant is RFC 3339 with an offset")
    return read


def _read_period(value: Any) -> Any:
    """`[from, to]`; the object {from, to} means the same."""
    if isinstance(value, dict) and value.keys() == {"from", "to"}:
        value = [value["from"], value["to"]]
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise WordedFault("需要开始和结束两个时间", "`between` is a list of two instants")
    return tuple(value)


def _is_number(value: Any) -> bool:
    # Of any size: only a float can be infinite.
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and isfinite(value))


def _read_number(value: Any) -> Any:
    if not _is_number(value):
        raise WordedFault("必须是数字", "a number is needed")
    return value


def _read_operand(value: Any) -> Any:
    if value is not None and not all(map(_is_number, value if isinstance(value, list) else [value])):
        raise WordedFault("必须是数字，或者一组数字", "a number is needed, or a list of numbers")
    return value


Name = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
Span = Annotated[str, BeforeValidator(_read_span)]
Instant = Annotated[datetime, BeforeValidator(_read_instant), PlainSerializer(datetime.isoformat)]
Period = Annotated[tuple[Instant, Instant], BeforeValidator(_read_period)]
Number = Annotated[int | float, BeforeValidator(_read_number)]
Operand = Annotated[int | float | list[int | float] | None, BeforeValidator(_read_operand)]
