"""XML of callbacks: one root with flat or nested elements, read without entities, DTDs or deep nesting."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from channels_app.providers.errors import MalformedCallback

MOST_BYTES = 256 * 1024
MOST_DEPTH = 8
MOST_ELEMENTS = 5000


def parse(body: bytes) -> dict[str, Any]:
    """Return the elements below the root by name: texts, dicts, and lists where a name is repeated.

    Raises MalformedCallback, also for what PostgreSQL could not store.
    """
    if len(body) > MOST_BYTES:
        raise MalformedCallback(f"the body is larger than {MOST_BYTES} bytes")
    try:
        body.decode()
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except UnicodeDecodeError as error:
        raise MalformedCallback("the body is not UTF-8") from error
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise MalformedCallback(f"the body is not plain XML: {type(error).__name__}") from error
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise MalformedCallback(f"the body has more than {MOST_ELEMENTS} elements")
    value = _value(root, MOST_DEPTH)
    if not isinstance(value, dict):
        raise MalformedCallback("the body has no elements")
    return value


def _value(element: Element, depth: int) -> Any:
    if not len(element):
        return (element.text or "").strip()
    if depth == 0:
        raise MalformedCallback(f"the body is nested deeper than {MOST_DEPTH}")
    values: dict[str, Any] = {}
    for child in element:
        value = _value(child, depth - 1)
        if child.tag not in values:
            values[child.tag] = value
        elif isinstance(values[child.tag], list):
            values[child.tag].append(value)
        else:
            values[child.tag] = [values[child.tag], value]
    return values
