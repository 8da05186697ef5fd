"""The way out: a name is resolved here, its addresses are judged, and only a judged address is connected to.

So neither a name of a private address nor one that changes its address between the check and the connection (DNS
rebinding) leads inside. A redirect is a request of its own and is judged like the first.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection
from functools import lru_cache
from ipaddress import ip_address
from typing import TypeAlias

import httpx

from channels_app.policy.addresses import is_public

MOST_ADDRESSES = 3
# A connection that stays open could be reused for another name of the same address, whose certificate it never showed.
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)

Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]


class PrivateAddress(httpx.TransportError):
    """The host is, or resolves to, an address that calls must not reach."""

    code = "private_address"


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for a name's addresses. Raises OSError or UnicodeError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects to public addresses only. `allowed` names hosts that may be anywhere; None: all may."""

    def __init__(self, allowed: Collection[str] | None, names: Resolve = resolve) -> None:
        self._allowed = allowed
        self._resolve = names
        self._inner = httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False, limits=LIMITS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises PrivateAddress, or httpx's own errors."""
        host = request.url.raw_host.decode("ascii")
        failure: Exception | None = None
        for address in await self._addresses(host, request.url.port or 443):
            try:
                return await self._inner.handle_async_request(_to(address, host, request))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError(f"{host} has no address.")

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} was not found.") from error
        if self._allowed is not None and host.lower() not in self._allowed:
            for address in found:
                # One that carries a scope (fe80::1%eth0) is link-local.
                if "%" in address or not is_public(ip_address(address)):
                    raise PrivateAddress(f"{host} is at {address}.")
        return found[:MOST_ADDRESSES]


def _to(address: str, host: str, request: httpx.Request) -> httpx.Request:
    """The same request to a numeric address; its Host header and the name that its certificate must have stay."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host.rstrip(".")},
    )


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    # To read the trusted roots takes longer than many a call.
    return httpx.create_ssl_context(trust_env=False)
