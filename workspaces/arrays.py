"""Arrays for PostgreSQL as one text each: psycopg writes and quotes them element by element, which shows in a batch."""

from collections.abc import Iterable


def array_of(values: Iterable[object]) -> str:
    """Write numbers or UUIDs, None as null, as the text of an array; the statement casts it (`%s::uuid[]`)."""
    return f"{{{','.join('null' if value is None else str(value) for value in values)}}}"


def array_of_texts(values: Iterable[str]) -> str:
    """Write texts, of whatever content, as the text of an array (`%s::text[]`)."""
    # https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
