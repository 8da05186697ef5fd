"""Kept connections to a provider, for httpx: the same requests, answers and errors at a third of the processor's time.

httpcore and h11, which httpx brings, take 0.35 ms of Python a call, and a vendor that takes one message a call is sent
hundreds a second by one process. The standard library's client takes 0.1 ms. HTTP/1.1 only, as providers' hosts speak.
"""

import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple, TypeAlias, TypeVar

import httpx

Origin: TypeAlias = tuple[str, str, int]
PORTS = {"http": 80, "https": 443}
Result = TypeVar("Result")


class _OneWrite(HTTPConnection):
    """Head and body leave together: one packet, and one call of the system instead of two."""

    auto_open = 0  # never a connection that nobody asked for

    def __init__(self, host: str, port: int, **how: Any) -> None:
        super().__init__(host, port, **how)
        self._parts: list[bytes] = []

    def send(self, data: Any) -> None:
        self._parts.append(data)

    def flush(self) -> None:
        parts, self._parts = self._parts, []
        super().send(b"".join(parts))


class _OneWriteTls(_OneWrite, HTTPSConnection):
    pass


class _Idle(NamedTuple):
    connection: _OneWrite
    since: float


class KeptConnections(httpx.BaseTransport):
    """A transport for `httpx.Client`, used by several threads at once; it opens as many connections as they need.

    A connection that has been idle for `idle_seconds` is not used again. Raises httpx.ConnectError, ConnectTimeout or
    UnsupportedProtocol if no byte has left, and any other httpx.TransportError if nobody knows what has arrived.
    """

    def __init__(self, idle_seconds: float, most_idle: int) -> None:
        self._idle_seconds = idle_seconds
        self._most_idle = most_idle
        self._idle: dict[Origin, deque[_Idle]] = {}
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        timeouts = request.extensions.get("timeout") or {}
        origin = _origin(request.url)
        connection = self._kept(origin) or self._opened(origin, timeouts.get("connect"))
        connection.sock.settimeout(timeouts.get("read"))
        try:
            response = _exchanged(connection, request)
        except BaseException:
            connection.close()
            raise
        # The standard library lets go of the socket where the server does not keep it.
        if connection.sock is None:
            connection.close()
        else:
            self._keep(origin, connection)
        return response

    def _kept(self, origin: Origin) -> _OneWrite | None:
        while True:
            with self._lock:
                waiting = self._idle.get(origin)
                if not waiting:
                    return None
                idle = waiting.pop()
            fresh = time.monotonic() - idle.since < self._idle_seconds
            if fresh and not _hung_up(idle.connection.sock):
                return idle.connection
            idle.connection.close()

    def _keep(self, origin: Origin, connection: _OneWrite) -> None:
        with self._lock:
            waiting = self._idle.setdefault(origin, deque())
            waiting.append(_Idle(connection, time.monotonic()))
            # The one that has waited longest is the least likely to be wanted.
            spare = waiting.popleft().connection if len(waiting) > self._most_idle else None
        if spare is not None:
            spare.close()

    def _opened(self, origin: Origin, timeout: float | None) -> _OneWrite:
        scheme, host, port = origin
        if scheme == "https":
            connection: _OneWrite = _OneWriteTls(host, port, timeout=timeout, context=self._context())
        else:
            connection = _OneWrite(host, port, timeout=timeout)
        try:
            connection.connect()
        except TimeoutError as error:
            connection.close()
            raise httpx.ConnectTimeout(str(error)) from error
        except (OSError, UnicodeError) as error:
            connection.close()
            raise httpx.ConnectError(str(error)) from error
        return connection

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                # The certificates that httpx trusts.
                self._tls = httpx.create_ssl_context(trust_env=False)
            return self._tls

    def close(self) -> None:
        with self._lock:
            waiting = [idle.connection for each in self._idle.values() for idle in each]
            self._idle.clear()
        for connection in waiting:
            connection.close()


def _origin(url: httpx.URL) -> Origin:
    if url.scheme not in PORTS or not url.host:
        raise httpx.UnsupportedProtocol(f"{url.scheme or 'no scheme'} is not HTTP")
    return url.scheme, url.host, url.port or PORTS[url.scheme]


def _hung_up(sock: socket.socket) -> bool:
    """Tell whether the server has closed an idle connection, or has said something nobody asked for."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _exchanged(connection: _OneWrite, request: httpx.Request) -> httpx.Response:
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in request.headers.raw}
    connection.request(request.method, request.url.raw_path.decode("ascii"), request.read(), headers)
    _told(httpx.WriteTimeout, httpx.WriteError, connection.flush)
    response = _told(httpx.ReadTimeout, httpx.ReadError, connection.getresponse)
    content = _told(httpx.ReadTimeout, httpx.ReadError, response.read)
    return httpx.Response(response.status, headers=response.getheaders(), content=content)


def _told(late: type[httpx.TransportError], broken: type[httpx.TransportError], act: Callable[[], Result]) -> Result:
    """Do one part of an exchange, with the standard library's errors told as httpx tells them."""
    try:
        return act()
    except TimeoutError as error:
        raise late(str(error)) from error
    except HTTPException as error:
        raise httpx.RemoteProtocolError(type(error).__name__) from error
    except OSError as error:
        raise broken(str(error)) from error
