"""What the JSON that SMS vendors push has in common: unsigned, so every field is doubted."""

from uuid import UUID

# Of a whole push: an array of entries of eight levels.
DEPTH = 9


def uuid_of(value: object) -> UUID | None:
    """Read our attempt id; a report of a message that another program sent has something else here."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
