"""Texts with variables in WeChat's notation, `{{thing1.DATA}}`, in bodies and in templates' settings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\.DATA\s*\}\}")
# Settings that name things at WeChat, and hold no text for a person.
UNRENDERED = frozenset({"fields", "msgtype"})


class MissingVariable(KeyError):
    """A message does not have a variable of its template; the name is the argument."""


def names_in(text: str) -> list[str]:
    """Return the variables of a text, in order, each once."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def all_names(body: str, settings: Mapping[str, Any]) -> list[str]:
    """Return the variables of a template and of its settings (link, page, parts of a message), each once."""
    found = names_in(body)
    for key, value in settings.items():
        if key not in UNRENDERED:
            found += [name for text in _texts(value) for name in names_in(text)]
    return list(dict.fromkeys(found))


def stray_braces(text: str) -> bool:
    """Tell whether a text has braces that are no variable, which WeChat would show as they are."""
    rest = VARIABLE.sub("", text)
    return "{{" in rest or "}}" in rest


def render(text: str, params: Mapping[str, str]) -> str:
    """Fill in a text. Raises MissingVariable."""
    return VARIABLE.sub(lambda match: _param(match[1], params), text)


def shown(text: str, params: Mapping[str, str]) -> str:
    """Fill in what has a value; the rest stays as written."""
    return VARIABLE.sub(lambda match: params.get(match[1], match[0]), text)


def shown_all(value: Any, params: Mapping[str, str]) -> Any:
    """Fill in what has a value in every text of a JSON value."""
    if isinstance(value, str):
        return shown(value, params)
    if isinstance(value, list):
        return [shown_all(part, params) for part in value]
    return {key: shown_all(part, params) for key, part in value.items()} if isinstance(value, dict) else value


def render_link(text: str, params: Mapping[str, str]) -> str:
    """Fill in an address: values are quoted, unless the address is nothing but one variable. Raises MissingVariable."""
    if whole := VARIABLE.fullmatch(text.strip()):
        return _param(whole[1], params)
    return VARIABLE.sub(lambda match: quote(_param(match[1], params), safe=""), text)


def render_all(value: Any, params: Mapping[str, str]) -> Any:
    """Fill in every text of a JSON value; those called url, picurl or pagepath as links. Raises MissingVariable."""
    if isinstance(value, str):
        return render(value, params)
    if isinstance(value, list):
        return [render_all(part, params) for part in value]
    if isinstance(value, dict):
        return {
            key: render_link(part, params) if key in LINKS and isinstance(part, str) else render_all(part, params)
            for key, part in value.items()
        }
    return value


LINKS = frozenset({"url", "picurl", "pagepath", "page"})


def _param(name: str, params: Mapping[str, str]) -> str:
    try:
        return params[name]
    except KeyError as error:
        raise MissingVariable(name) from error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
