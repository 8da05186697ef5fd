"""From PostgreSQL's NOTIFY to the sockets of this process: one listener, as many canvases as are open."""

import asyncio
import logging
from contextlib import suppress

import psycopg
from channels.layers import get_channel_layer
from django.db import connection

from journeys.realtime.notify import CHANNEL, DRAFTS
from journeys.realtime.presence import PRESENCE, read

logger = logging.getLogger(__name__)

RECONNECT_AFTER = 1.0  # seconds


def group_of(journey: str) -> str:
    """The channel-layer group of everyone who looks at a journey."""
    return f"journey.{journey}"


class Relay:
    """Listens while anybody looks; PostgreSQL may go away and come back meanwhile."""

    def __init__(self) -> None:
        self._watchers = 0
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    def join(self) -> None:
        """Count one more open canvas; the first starts the listener."""
        self._watchers += 1
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())

    async def heard(self) -> None:
        """Return as soon as what is announced from now on is heard."""
        await self._listening.wait()

    async def leave(self) -> None:
        """Count one less; the last stops the listener."""
        self._watchers -= 1
        if self._watchers <= 0 and self._task is not None:
            task, self._task = self._task, None
            self._listening.clear()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        while True:
            try:
                params = connection.get_connection_params()
                params = {key: value for key, value in params.items() if key not in {"cursor_factory", "context"}}
                async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as listener:
                    await listener.execute(f"listen {CHANNEL}")
                    await listener.execute(f"listen {DRAFTS}")
                    await listener.execute(f"listen {PRESENCE}")
                    self._listening.set()
                    async for notice in listener.notifies():
                        await self._forward(notice.channel, notice.payload)
            except psycopg.OperationalError as error:
                self._listening.clear()
                logger.warning("The live numbers lost their database connection: %s", error)
                await asyncio.sleep(RECONNECT_AFTER)

    @staticmethod
    async def _forward(channel: str, payload: str) -> None:
        layer = get_channel_layer()
        assert layer is not None
        if channel == CHANNEL:
            await layer.group_send(group_of(payload), {"type": "journey.changed"})
        elif channel == DRAFTS:
            journey, revision = payload.split()
            await layer.group_send(group_of(journey), {"type": "journey.saved", "revision": int(revision)})
        else:
            sign = read(payload)
            await layer.group_send(group_of(sign.journey), {"type": "journey.presence", "sign": sign._asdict()})


relay = Relay()
