"""Callbacks of the simulator: reports and replies pushed as the vendor does, repeated after 1, 5 and 10 minutes."""

import asyncio
import logging
import time
from collections import defaultdict
from typing import Any

import httpx

from channels_app.simulator.aliyun_sms import DELIVERED, shanghai
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
                pushes: dict[tuple[str, str, int], list[dict[str, Any]]] = defaultdict(list)
                for push in self._store.take_due(time.time(), MOST_IN_PUSH):
                    pushes[push["access_key"], push["kind"], push["tries"]].append(push)
                for (key_id, kind, tries), batch in pushes.items():
                    await self._slots.acquire()
                    task = group.create_task(self._push(key_id, kind, tries, batch))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
                if not pushes:
                    await self._nap()

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
            if key is None or not url or await self._taken(url, kind, batch):
                self._store.finish_pushes(ids)
                return
            again = time.time() + PAUSES_SECONDS[tries] * key.retry_scale if tries < len(PAUSES_SECONDS) else None
            self._store.repeat_pushes(ids, again)
        finally:
            self._slots.release()

    async def _taken(self, url: str, kind: str, batch: list[dict[str, Any]]) -> bool:
        """Tell whether the callback was answered with HTTP 200 and a numeric code of 0."""
        entries = [(_report if kind == "report" else _up)(push["entry"]) for push in batch]
        try:
            response = await self._client.post(url, json=entries)
            return response.status_code == 200 and response.json().get("code") == 0
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            log.warning("callback to %s failed: %s", httpx.URL(url).host, type(error).__name__)
            return False

    async def close(self) -> None:
        await self._client.aclose()


def _report(message: dict[str, Any]) -> dict[str, Any]:
    delivered = message["fate"] == DELIVERED
    return {
        "phone_number": message["phone"],
        "send_time": shanghai(message["accepted_at"]),
        "report_time": shanghai(message["reported_at"]),
        "success": delivered,
        "err_code": message["fate"],
        "err_msg": "用户接收成功" if delivered else "短信投递失败",
        "sms_size": str(1 if len(message["content"]) <= 70 else -(-len(message["content"]) // 67)),
        "biz_id": message["biz_id"],
        "out_id": message["out_id"],
    }


def _up(reply: dict[str, Any]) -> dict[str, Any]:
    return {
        "phone_number": reply["phone"],
        "send_time": shanghai(reply["at"]),
        "content": reply["content"],
        "sign_name": reply["sign_name"],
        "dest_code": "1234",
        "sequence_id": reply["id"],
    }
