"""Liquid in message parameters, with limits that a careless template cannot exceed."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from liquid import BoundTemplate, Environment
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidError
from liquid.stringify import to_liquid_string


class RenderingFailed(ValueError):
    """A parameter's Liquid does not parse, or does not end within its limits."""

    code = "liquid_error"


class LimitedEnvironment(Environment):
    """Liquid with an end: a template may loop and write only so much."""

    loop_iteration_limit = 10_000
    output_stream_limit = 20_000


_ENVIRONMENT = LimitedEnvironment()


class _Variable(NamedTuple):
    """`{{ a.b }}`, or `{{ a.b | default: ... }}`."""

    path: tuple[str, ...]
    has_default: bool


_Part: TypeAlias = str | _Variable


class _Prepared(NamedTuple):
    """A template, and, where it is only text and variables, its parts."""

    template: BoundTemplate
    parts: tuple[_Part, ...] | None


@lru_cache(maxsize=4096)
def _prepared(source: str) -> _Prepared:
    template = _ENVIRONMENT.from_string(source)
    parts = [_part(node) for node in template.nodes]
    return _Prepared(template, None if None in parts else tuple(part for part in parts if part is not None))


def _part(node: object) -> _Part | None:
    if isinstance(node, ContentNode):
        return node.text
    expression = node.expression if isinstance(node, OutputNode) else None
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        return None
    filters = [filter_.name for filter_ in expression.filters or ()]
    path = tuple(key for key in expression.left.path if isinstance(key, str))
    if len(path) < len(expression.left.path) or filters not in ([], ["default"]):
        return None
    return _Variable(path, bool(filters))


def _joined(parts: Sequence[_Part], variables: Mapping[str, Any]) -> str | None:
    """Put together what needs no engine; None where a variable is not simply there.

    Most parameters are a name with a default, and rendering them took a sixth of a tick; so they take a twentieth.
    """
    texts = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        value: Any = variables
        for key in part.path:
            if type(value) is not dict or key not in value:
                return None
            value = value[key]
        # What a default stands in for is the engine's to say; a text that is not empty is never among it.
        if part.has_default and not (isinstance(value, str) and value):
            return None
        texts.append(to_liquid_string(value, autoescape=False))
    text = "".join(texts)
    # The limit counts bytes, of which a character has four at most; near it the engine decides, as it does about the
    # line ends that it makes one of.
    return text if len(text) * 4 <= LimitedEnvironment.output_stream_limit and "\r" not in text else None


def is_constant(source: Any) -> bool:
    """Tell whether a parameter is the same for everybody."""
    return not isinstance(source, str) or ("{{" not in source and "{%" not in source)


def render(source: Any, variables: Mapping[str, Any]) -> str:
    """Render one parameter. Raises RenderingFailed."""
    if is_constant(source):
        return str(source)
    try:
        template, parts = _prepared(source)
        rendered = None if parts is None else _joined(parts, variables)
        if rendered is None:
            rendered = template.render(**variables)
    except LiquidError as error:
        raise RenderingFailed(str(error)) from error
    if "\0" in rendered:
        raise RenderingFailed("The text has a null character, which no message can carry.")
    return rendered


def check(source: Any) -> str | None:
    """Return what is wrong with a parameter's Liquid, or None."""
    try:
        if not is_constant(source):
            _prepared(source)
    except LiquidError as error:
        return str(error)
    return None
