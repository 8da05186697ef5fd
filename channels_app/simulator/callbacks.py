"""Callbacks that simulated vendors push one by one: stored until taken, repeated as the vendor repeats them."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from channels_app.simulator.store import Store

log = logging.getLogger(__name__)

SCHEMA = """
create table if not exists callback (
    id integer primary key,
    url text not null,
    method text not null,
    headers text not null,
    body blob not null,
    taken_if text not null,
    pauses text not null,
    due_at real not null,
    tries integer not null default 0,
    state integer not null default 0,
    answer text not null default ''
);
create index if not exists callback_due on callback (due_at) where state = 0;
"""
DUE, UNDER_WAY, TAKEN, GIVEN_UP = range(4)
TIMEOUT_SECONDS = 5
MOST_AT_ONCE = 8
MOST_IN_STEP = 64
LONGEST_NAP_SECONDS = 0.5

# How each vendor reads the answer to a callback.
TAKEN_IF: dict[str, Callable[[httpx.Response], bool]] = {
    "http_200": lambda answer: answer.status_code == 200,
    "success": lambda answer: answer.status_code == 200 and answer.text in ("success", ""),
    "success_or_xml": lambda answer: (
        answer.status_code == 200 and (answer.text in ("success", "") or answer.text.startswith("<xml>"))
    ),
    "code_0": lambda answer: answer.status_code == 200 and answer.json().get("code") == 0,
    "result_0": lambda answer: answer.status_code == 200 and answer.json().get("result") == 0,
}


class Callbacks:
    """`pauses` are the seconds between repetitions; after the last the vendor gives up."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        store.script(SCHEMA + f"update callback set state = {DUE} where state = {UNDER_WAY};")

    def push(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str,
        taken_if: str,
        method: str = "POST",
        after: float = 0,
        pauses: Sequence[float] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Push a callback `after` seconds from now; `taken_if` names a reading of the answer in TAKEN_IF."""
        if not url:
            return
        self._store.run(
            "insert into callback (url, method, headers, body, taken_if, pauses, due_at) values (?, ?, ?, ?, ?, ?, ?)",
            url,
            method,
            json.dumps({"content-type": content_type, **(headers or {})}),
            body,
            taken_if,
            json.dumps(list(pauses)),
            time.time() + after,
        )
        self._wake.set()

    def forget(self) -> None:
        self._store.run("delete from callback")

    async def quiet(self) -> None:
        """Wait until every callback that is under way now has been answered or given up."""
        if self._under_way:
            await asyncio.wait(set(self._under_way))

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                due = self._store.rows(
                    f"update callback set state = {UNDER_WAY} where id in (select id from callback where state = {DUE}"
                    " and due_at <= ? order by due_at, id limit ?) returning *",
                    time.time(),
                    MOST_IN_STEP,
                )
                for callback in sorted(due, key=lambda row: (row["due_at"], row["id"])):
                    await self._slots.acquire()
                    task = group.create_task(self._push(callback))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
                if not due:
                    await self._nap()

    async def _nap(self) -> None:
        self._wake.clear()
        due = self._store.rows(f"select min(due_at) as at from callback where state = {DUE}")[0]["at"]
        nap = LONGEST_NAP_SECONDS if due is None else min(max(due - time.time(), 0.005), LONGEST_NAP_SECONDS)
        try:
            await asyncio.wait_for(self._wake.wait(), nap)
        except TimeoutError:
            return

    async def _push(self, callback: dict[str, Any]) -> None:
        try:
            taken, answer = await self._taken(callback)
            pauses = json.loads(callback["pauses"])
            if taken:
                state, due_at = TAKEN, callback["due_at"]
            elif callback["tries"] < len(pauses):
                state, due_at = DUE, time.time() + pauses[callback["tries"]]
            else:
                state, due_at = GIVEN_UP, callback["due_at"]
            self._store.run(
                "update callback set state = ?, due_at = ?, tries = tries + 1, answer = ? where id = ?",
                state,
                due_at,
                answer[:10_000],
                callback["id"],
            )
        finally:
            self._slots.release()

    async def _taken(self, callback: dict[str, Any]) -> tuple[bool, str]:
        try:
            response = await self._client.request(
                callback["method"], callback["url"], content=callback["body"], headers=json.loads(callback["headers"])
            )
            return TAKEN_IF[callback["taken_if"]](response), response.text
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            log.warning("callback to %s failed: %s", httpx.URL(callback["url"]).host, type(error).__name__)
            return False, type(error).__name__

    async def close(self) -> None:
        await self._client.aclose()
