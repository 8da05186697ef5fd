"""What the operator says for a play, within its bounds; what they leave out is the play's default."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from journeys.plays.play import Parameter
from profiles.rules.durations import parse
from workspaces.errors import DomainError
from workspaces.instants import parse_instant
from workspaces.localtime import day_of, instant_of, zone_of

CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST_TEXT: Final = 200
# An instant's default is at ten in the morning of the workspace.
MORNING: Final = time(10)
_PLACE: Final = re.compile(r"\[\[([a-z_]+(?:\.[a-z_]+)?)(?:-([a-z_]+))?\]\]")


class InvalidParameter(DomainError):
    """A parameter is out of its bounds, of another kind, or unknown."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__("invalid_parameter", detail, attr=f"parameters.{key}"[:200])


def read_parameters(
    parameters: Sequence[Parameter], given: Mapping[str, Any], now: datetime, zone: str
) -> dict[str, Any]:
    """Return every parameter's value. `now` is aware; `zone` is the workspace's. Raises InvalidParameter."""
    known = {parameter.key for parameter in parameters}
    for key in given:
        if key not in known:
            raise InvalidParameter(key, "The play has no such parameter.")
    return {
        parameter.key: _value(parameter, given[parameter.key])
        if parameter.key in given
        else default_of(parameter, now, zone)
        for parameter in parameters
    }


def default_of(parameter: Parameter, now: datetime, zone: str) -> Any:
    if parameter.kind != "instant":
        return parameter.default
    day = day_of(now, zone) + timedelta(days=parse(str(parameter.default)).days)
    return instant_of(datetime.combine(day, MORNING), zone_of(zone)).isoformat()


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """Return a part of a play with its parameters in place. Raises InvalidParameter where a difference is not positive."""
    if isinstance(value, dict):
        return {key: fill(part, values) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [fill(part, values) for part in value]
    if not isinstance(value, str):
        return value
    whole = _PLACE.fullmatch(value)
    if whole:
        return _place(whole, values)
    return _PLACE.sub(lambda place: str(_place(place, values)), value)


def _place(place: re.Match[str], values: Mapping[str, Any]) -> Any:
    key, less = place[1], place[2]
    if less is None:
        return values[key]
    difference = values[key] - values[less]
    if difference < 1:
        raise InvalidParameter(less, f"It has to be less than {key}.")
    return difference


def _value(parameter: Parameter, value: Any) -> Any:
    match parameter.kind:
        case "number":
            return _number(parameter, value)
        case "choice":
            if value not in [choice.value for choice in parameter.choices]:
                raise InvalidParameter(parameter.key, "It is none of the choices.")
        case "time":
            if not isinstance(value, str) or not CLOCK.fullmatch(value):
                raise InvalidParameter(parameter.key, "It is a time of the day, such as 09:30.")
        case "instant":
            return _instant(parameter, value)
        case "text":
            longest = parameter.max or LONGEST_TEXT
            if not isinstance(value, str) or not value.strip() or len(value) > longest:
                raise InvalidParameter(parameter.key, f"It is a text of at most {longest} characters.")
            # What an operator writes is shown as it is: it is neither Liquid nor a place of the play.
            if any(sign in value for sign in ("{{", "{%", "[[", "${")):
                raise InvalidParameter(parameter.key, "It may not have {{, {%, ${ or [[ in it.")
    return value


def _number(parameter: Parameter, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidParameter(parameter.key, "It is a whole number.")
    least, most = parameter.min, parameter.max
    if (least is not None and value < least) or (most is not None and value > most):
        raise InvalidParameter(parameter.key, f"It lies between {least} and {most}.")
    return value


def _instant(parameter: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidParameter(parameter.key, "It is an instant with an offset.")
    try:
        return parse_instant(value).isoformat()
    except DomainError as error:
        raise InvalidParameter(parameter.key, error.detail) from error
