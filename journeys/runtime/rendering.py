"""Liquid in message parameters, with limits that a careless template cannot exceed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError


class RenderingFailed(ValueError):
    """A parameter's Liquid does not parse, or does not end within its limits."""

    code = "liquid_error"


class LimitedEnvironment(Environment):
    """Liquid with an end: a template may loop and write only so much."""

    loop_iteration_limit = 10_000
    output_stream_limit = 20_000


_ENVIRONMENT = LimitedEnvironment()


@lru_cache(maxsize=4096)
def _template(source: str) -> BoundTemplate:
    return _ENVIRONMENT.from_string(source)


def is_constant(source: Any) -> bool:
    """Tell whether a parameter is the same for everybody."""
    return not isinstance(source, str) or ("{{" not in source and "{%" not in source)


def render(source: Any, variables: Mapping[str, Any]) -> str:
    """Render one parameter. Raises RenderingFailed."""
    if is_constant(source):
        return str(source)
    try:
        rendered = _template(source).render(**variables)
    except LiquidError as error:
        raise RenderingFailed(str(error)) from error
    if "\0" in rendered:
        raise RenderingFailed("The text has a null character, which no message can carry.")
    return rendered


def check(source: Any) -> str | None:
    """Return what is wrong with a parameter's Liquid, or None."""
    try:
        if not is_constant(source):
            _template(source)
    except LiquidError as error:
        return str(error)
    return None
