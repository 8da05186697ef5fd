"""Stable assignment by hash: the same person gets the same answer on every run and every machine."""

from hashlib import blake2b

_SPAN = 2**64


def position(salt: str, subject: str) -> float:
    """Return a number in [0, 100) that depends on nothing but `salt` and `subject`, evenly spread over subjects."""
    raw = int.from_bytes(blake2b(f"{salt}\0{subject}".encode(), digest_size=8).digest())
    # Four decimals are written to the log; cutting here keeps what is decided equal to what is recorded.
    return (raw * 1_000_000 // _SPAN) / 10_000
