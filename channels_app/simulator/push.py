"""Callbacks of the simulator: reports and replies pushed as the vendor does, repeated after 1, 5 and 10 minutes."""

import asyncio
import logging
import time
from collections import defaultdict
from typing import Any

import httpx

from channels_app.simulator.sms_pushes import FORMATS, Format
from channels_app.simulator.store import Store

log = logging.getLogger(__name__)

PAUSES_SECONDS = (60, 300, 600)
MOST_IN_PUSH = 200
MOST_AT_ONCE = 8
LONGEST_NAP_SECONDS = 0.5


class Pusher:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=5, trust_env=False)
        store.wake = self.wake

    def wake(self) -> None:
        """Look at once whether something is due."""
        self._wake.set()

    async def quiet(self) -> None:
        """Wait until every callback that is under way now has been answered or given up."""
        if self._under_way:
            await asyncio.wait(set(self._under_way))

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                pushes: dict[tuple[str, str, int, int], list[dict[str, Any]]] = defaultdict(list)
                for push in self._store.take_due(time.time(), MOST_IN_PUSH):
                    alone = push["id"] if push["kind"] in self._format(push["access_key"]).one_by_one else 0
                    pushes[push["access_key"], push["kind"], push["tries"], alone].append(push)
                for (key_id, kind, tries, _), batch in pushes.items():
                    await self._slots.acquire()
                    task = group.create_task(self._push(key_id, kind, tries, batch))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
                if not pushes:
                    await self._nap()

    def _format(self, key_id: str) -> Format:
        key = self._store.access_key(key_id)
        return FORMATS[key.vendor if key else "aliyun"]

    async def _nap(self) -> None:
        self._wake.clear()
        due = self._store.next_due()
        nap = LONGEST_NAP_SECONDS if due is None else min(max(due - time.time(), 0.005), LONGEST_NAP_SECONDS)
        try:
            await asyncio.wait_for(self._wake.wait(), nap)
        except TimeoutError:
            return

    async def _push(self, key_id: str, kind: str, tries: int, batch: list[dict[str, Any]]) -> None:
        try:
            key = self._store.access_key(key_id)
            url = "" if key is None else key.report_url if kind == "report" else key.up_url
            ids = [push["id"] for push in batch]
            if key is None or not url or await self._taken(url, kind, batch, FORMATS[key.vendor]):
                self._store.finish_pushes(ids)
                return
            again = time.time() + PAUSES_SECONDS[tries] * key.retry_scale if tries < len(PAUSES_SECONDS) else None
            self._store.repeat_pushes(ids, again)
        finally:
            self._slots.release()

    async def _taken(self, url: str, kind: str, batch: list[dict[str, Any]], form: Format) -> bool:
        try:
            return form.taken(await self._client.post(url, json=form.body(kind, [push["entry"] for push in batch])))
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            log.warning("callback to %s failed: %s", httpx.URL(url).host, type(error).__name__)
            return False

    async def close(self) -> None:
        await self._client.aclose()
