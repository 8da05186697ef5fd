"""Requests at fixed moments, whatever became of the ones before: a slow answer delays nobody else's start."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import aiohttp
import orjson

TIMEOUT_SECONDS = 30.0
MOST_CONNECTIONS = 200


class Call(NamedTuple):
    """One call in wall-clock seconds: when it was to start, and when its answer had come. `status` 0: there was none."""

    due_at: float
    answered_at: float
    status: int


async def call_at_rate(
    client: aiohttp.ClientSession, path: str, bodies: Sequence[Mapping[str, Any]], rate: float
) -> list[Call]:
    """POST each body, `rate` a second, and return the calls in the order of the bodies."""
    began = time.time()
    loop = asyncio.get_running_loop()
    began_loop = loop.time()
    calls = []
    for place, body in enumerate(bodies):
        await asyncio.sleep(max(0.0, began_loop + place / rate - loop.time()))
        calls.append(asyncio.create_task(_call(client, path, body, began + place / rate)))
    return list(await asyncio.gather(*calls))


async def _call(client: aiohttp.ClientSession, path: str, body: Mapping[str, Any], due_at: float) -> Call:
    try:
        async with client.post(path, json=body) as response:
            await response.read()
            status = response.status
    except (aiohttp.ClientError, TimeoutError):
        status = 0
    return Call(due_at, time.time(), status)


def open_client(base_url: str, api_key: str) -> aiohttp.ClientSession:
    """Open a client that costs little itself: it shares the processors with what is measured."""
    return aiohttp.ClientSession(
        base_url=base_url,
        headers={"Authorization": f"Bearer {api_key}"},
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
        json_serialize=lambda value: orjson.dumps(value).decode(),
    )
