"""What one simulated vendor looks like to the simulator; each is one module, listed in `app.VENDORS`."""

import asyncio
import random
from dataclasses import dataclass
from typing import ClassVar, Protocol

from starlette.responses import Response
from starlette.routing import BaseRoute

from channels_app.simulator.callbacks import Callbacks
from channels_app.simulator.config import Faults
from channels_app.simulator.store import Store


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all vendors share: the memory, the callbacks they push, the switches of misbehaviour, and chance."""

    store: Store
    callbacks: Callbacks
    draw: random.Random

    def faults(self) -> Faults:
        return self.store.faults()

    def strikes(self, rate: float) -> bool:
        return rate > 0 and self.draw.random() < rate

    async def lag(self) -> None:
        """Take as long to answer as the switches say."""
        if self.faults().latency_ms:
            await asyncio.sleep(self.faults().latency_ms / 1000)

    def delay_of_callback(self) -> float:
        """Return how many seconds later than usual a callback leaves."""
        faults = self.faults()
        return faults.late_callback_ms / 1000 + (self.draw.uniform(0, 2) if faults.reorder_callbacks else 0)


class Vendor(Protocol):
    """One vendor: its tables, its own paths, and the paths below `/admin/<name>/` that play its users.

    An account points to it by the base URL `http://127.0.0.1:<port>/<name>`, so routes begin with `/<name>/`. `schema`
    makes its tables if they do not exist; `forgotten` are those that a reset empties (set-up stays).
    """

    name: ClassVar[str]
    schema: ClassVar[str]
    forgotten: ClassVar[tuple[str, ...]]

    def __init__(self, surroundings: Surroundings) -> None: ...

    def routes(self) -> list[BaseRoute]: ...


async def hang(seconds: float = 60) -> Response:
    """Keep silent until the caller has given up: the vendor has taken the call and nobody hears of it."""
    await asyncio.sleep(seconds)
    return Response(status_code=504)
