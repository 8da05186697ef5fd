"""Reading jsonb columns of statements written by hand."""

from typing import Any

import orjson


def decoded(value: Any) -> Any:
    """Return what a jsonb column holds: Django tells psycopg to hand it over as text."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value
