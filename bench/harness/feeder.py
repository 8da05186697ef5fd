"""Events sent as a careful client sends them: at their time, and again with the same ids until they are taken."""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx

SENDERS = 8
TIMEOUT_SECONDS = 10.0
PAUSE_SECONDS = 0.3
GIVE_UP_SECONDS = 180.0


class Rejected(Exception):
    """The API refused a batch, or items of it: the bench itself is wrong."""

    code = "rejected"


class Batch(NamedTuple):
    """Events to send at `at` seconds after the start."""

    at: float
    events: Sequence[Mapping[str, Any]]


class Feeder:
    """Sends batches to `POST /api/v1/events/`. `retries` counts the calls that had to be made again."""

    def __init__(self, web_url: str, api_key: str) -> None:
        self.accepted = 0
        self.duplicates = 0
        self.retries = 0
        self._lock = threading.Lock()
        self._client = httpx.Client(
            base_url=web_url,
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )

    def feed(self, batches: Sequence[Batch]) -> None:
        """Send every batch and return when all have been taken. Raises Rejected, or TimeoutError for one never taken."""
        began = time.monotonic()
        with ThreadPoolExecutor(SENDERS) as pool:
            sent = []
            for batch in sorted(batches, key=lambda batch: batch.at):
                time.sleep(max(0.0, began + batch.at - time.monotonic()))
                sent.append(pool.submit(self._send, batch.events))
            for one in sent:
                one.result()

    def _send(self, events: Sequence[Mapping[str, Any]]) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                response = self._client.post("/api/v1/events/", json={"events": events})
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code == 202:
                self._count(response.json())
                return
            if response is not None and response.status_code < 500:
                raise Rejected(f"HTTP {response.status_code}: {response.text[:500]}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"a batch was not taken within {GIVE_UP_SECONDS:.0f} s")
            with self._lock:
                self.retries += 1
            time.sleep(PAUSE_SECONDS)

    def _count(self, answer: Mapping[str, Any]) -> None:
        if answer["rejected"]:
            raise Rejected(f"{answer['rejected'][0]}")
        with self._lock:
            self.accepted += answer["accepted"]
            self.duplicates += answer["duplicates"]

    def close(self) -> None:
        self._client.close()
