"""The live numbers of one open canvas."""

import asyncio
import logging
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from journeys.models import Journey
from journeys.realtime.relay import group_of, relay
from journeys.review.counts import counts
from workspaces.models import Membership

logger = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds: at most one update in this time
NOT_ALLOWED = 4404


class JourneyConsumer(AsyncJsonWebsocketConsumer):
    """Sends the counts on connect, and again whenever they have changed, at most once a second."""

    async def connect(self) -> None:
        self.changed = asyncio.Event()
        self.sender: asyncio.Task[None] | None = None
        self.journey = await self._find(self.scope["url_route"]["kwargs"]["journey"], self.scope.get("user"))
        await self.accept()
        if self.journey is None:
            # Closed after the handshake, so that the browser learns the code.
            await self.close(NOT_ALLOWED)
            return
        await self.channel_layer.group_add(group_of(str(self.journey.pk)), self.channel_name)
        relay.join()
        self.changed.set()
        self.sender = asyncio.create_task(self._send_changes(self.journey))

    async def disconnect(self, code: int) -> None:
        if self.sender is not None and self.journey is not None:
            self.sender.cancel()
            await self.channel_layer.group_discard(group_of(str(self.journey.pk)), self.channel_name)
            await relay.leave()

    async def journey_changed(self, message: dict[str, Any]) -> None:
        self.changed.set()

    async def _send_changes(self, journey: Journey) -> None:
        while True:
            await self.changed.wait()
            self.changed.clear()
            try:
                await self.send_json(await self._counts(journey))
            except Exception:
                logger.exception("The counts of journey %s could not be sent.", journey.pk)
            await asyncio.sleep(INTERVAL)

    @database_sync_to_async
    def _find(self, journey: UUID, user: Any) -> Journey | None:
        if user is None or not user.is_authenticated:
            return None
        workspaces = Membership.objects.filter(user=user).values("workspace")
        return Journey.objects.filter(pk=journey, workspace__in=workspaces).first()

    @database_sync_to_async
    def _counts(self, journey: Journey) -> dict[str, Any]:
        return counts(journey)
