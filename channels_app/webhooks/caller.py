"""Calls to other people's servers, many at once, none of which can hold a thread, the memory or the clock of ours."""

import asyncio
import logging
import threading
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx

from channels_app.webhooks.answers import Answer, judged, remembered, retry_after
from channels_app.webhooks.transport import CheckedTransport, PrivateAddress, Resolve, resolve

# At INFO httpx logs each address, and an address may name a person.
logging.getLogger("httpx").setLevel(logging.WARNING)

MOST_READ = 64 * 1024  # bytes of an answer
MOST_REDIRECTS = 3
AGENT = "Zhitu-Webhook/1"
LOOKUP_THREADS = 16  # a name server that does not answer keeps one of them busy
# Of a call to one server, what another may be told: a redirect must not carry a key abroad.
FOR_EVERYBODY = ("webhook-", "content-type", "accept", "user-agent")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One try of a call, ready to go. `timeout` is for all of it, in seconds; `keep` asks for the answer's JSON."""

    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes
    timeout: float
    keep: bool


class Caller:
    """An event loop in a thread of its own. `allowed`: hosts that may be private; None: all may.

    `redirects`: how many are followed; one more is a failure.
    """

    def __init__(
        self, allowed: Collection[str] | None, names: Resolve = resolve, redirects: int = MOST_REDIRECTS
    ) -> None:
        self._redirects = redirects
        self._loop = asyncio.new_event_loop()
        self._lookups = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="webhook names")
        self._loop.set_default_executor(self._lookups)
        self._thread = threading.Thread(target=self._loop.run_forever, name="webhook calls", daemon=True)
        transport = CheckedTransport(allowed, names)
        self._client = httpx.AsyncClient(transport=transport, timeout=None, trust_env=False)  # noqa: S113  # see _call

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        # Not waited for: a look-up that hangs ends when the system gives it up.
        self._lookups.shutdown(wait=False, cancel_futures=True)
        self._loop.close()

    def start(self, call: Outgoing) -> "Future[Answer]":
        """Begin a call; cancelling what is returned breaks it off."""
        return asyncio.run_coroutine_threadsafe(self._call(call), self._loop)

    async def _end(self) -> None:
        running = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._client.aclose()

    async def _call(self, call: Outgoing) -> Answer:
        try:
            # One deadline for everything: a server that sends a byte a second is as late as one that sends none.
            async with asyncio.timeout(call.timeout):
                return await self._follow(call)
        except TimeoutError:
            return Answer("retry", "timeout")
        except PrivateAddress as error:
            return Answer("failure", error.code)
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError):
            return Answer("failure", "request_invalid")
        except httpx.TransportError as error:
            return Answer("retry", "connection_refused" if isinstance(error, httpx.ConnectError) else "connection_lost")

    async def _follow(self, call: Outgoing) -> Answer:
        headers = [("User-Agent", AGENT), ("Accept-Encoding", "identity"), *call.headers]
        encoded = [(name.encode("ascii"), value.encode()) for name, value in headers]
        request = self._client.build_request(call.method, call.url, headers=encoded, content=call.body or None)
        for _ in range(self._redirects + 1):
            response = await self._client.send(request, stream=True)
            try:
                following = response.next_request
                if following is None:
                    return await _read(call, response)
                if following.method != request.method or _is_downgrade(request.url, following.url):
                    # What was asked is not what would be done there, or would be readable on the way.
                    return Answer("failure", "redirect", response.status_code)
            finally:
                await response.aclose()
            request = _same_for(request, following)
        return Answer("failure", "too_many_redirects", response.status_code)


async def _read(call: Outgoing, response: httpx.Response) -> Answer:
    answer = judged(response.status_code, _pause(response.headers))
    if answer.outcome != "success" or not call.keep:
        return answer
    body = bytearray()
    # Raw: what is packed small can be large when unpacked.
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MOST_READ:
            return remembered(response.status_code, b"", whole=False)
    return remembered(response.status_code, bytes(body), whole=True)


def _pause(headers: Mapping[str, str]) -> timedelta | None:
    return retry_after(headers.get("retry-after"), datetime.now(UTC))


def _is_downgrade(old: httpx.URL, new: httpx.URL) -> bool:
    return old.scheme == "https" and new.scheme != "https"


def _same_for(request: httpx.Request, following: httpx.Request) -> httpx.Request:
    """The redirected request; to another server only with what everybody may be told."""
    old, new = request.url, following.url
    if (old.scheme, old.raw_host, old.port) != (new.scheme, new.raw_host, new.port):
        for name in set(following.headers):
            if not name.startswith(FOR_EVERYBODY) and name not in {"host", "content-length", "transfer-encoding"}:
                del following.headers[name]
    return following
