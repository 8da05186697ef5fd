"""Which addresses of the internet a call on an operator's behalf may reach: public ones, and no others."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

# Public by registry, yet answered inside a cloud: Azure's wire server, which hands out credentials.
# https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
METADATA: Final = frozenset({IPv4Address("168.63.129.16")})
# Prefixes that carry an IPv4 address: NAT64 (RFC 6052, RFC 8215) and 6to4 (RFC 3056). Teredo hides one, too (RFC 4380).
NAT64: Final = IPv6Network("64:ff9b::/96")
LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")
# Which of these count as global differs between releases of Python; Oracle's metadata service answers at 192.0.0.192.
SPECIAL: Final = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv4Network("198.18.0.0/15"))
COMPATIBLE: Final = IPv6Network("::/96")
LOCAL_NAMES: Final = ("localhost", "local", "internal", "localdomain")


def is_public(address: Address) -> bool:
    """Tell whether `address` may be called: not loopback, private, link-local, shared, multicast, reserved or metadata.

    An IPv6 address that stands for an IPv4 one is what that one is.
    """
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return is_public(inner)
        if address in LOCAL_NAT64 or address.is_site_local or address.teredo is not None:
            return False
    elif any(address in network for network in SPECIAL):
        return False
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved or address.is_unspecified)
        and address not in METADATA
    )


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def is_private_host(host: str) -> bool:
    """Tell whether a URL's host says by itself that it is not public; what a name resolves to is judged at the call."""
    try:
        return not is_public(ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        return host.lower().rstrip(".").rpartition(".")[2] in LOCAL_NAMES
