"""Stable percentages of people: the same person has the same position for a salt, always and everywhere."""

from fractions import Fraction
from hashlib import md5
from math import ceil

# PostgreSQL works it out, too: as many bits as its integers hold with room, of a digest that it has built in.
DIGITS = 10
_SPAN = 16**DIGITS


def raw_position(salt: str, person: str) -> int:
    """An integer in [0, 16 ** 10), evenly spread over people; `person` is the profile's id."""
    return int(md5(f"{salt}/{person}".encode(), usedforsecurity=False).hexdigest()[:DIGITS], 16)


def bounds(low: float, high: float) -> tuple[int, int]:
    """The raw positions [first, last) that lie in [low, high) percent."""
    # As written: 0.1 is a tenth, not the nearest binary fraction.
    first, last = (ceil(Fraction(str(edge)) * _SPAN / 100) for edge in (low, high))
    return first, last
