"""Hosts that are this machine itself."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(host: str | None) -> bool:
    return host in LOOPBACK
