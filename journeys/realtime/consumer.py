"""The live numbers of one open canvas."""

import asyncio
import logging
import time
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from journeys.models import Journey
from journeys.realtime.presence import BEAT, Kind, Others, Sign, show
from journeys.realtime.relay import group_of, relay
from journeys.review.counts import counts
from workspaces.models import Membership

logger = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds: at most one update in this time
NOT_ALLOWED = 4404


MOST_LETTERS = 64  # of a node's id


class JourneyConsumer(AsyncJsonWebsocketConsumer):
    """Sends the counts on connect, and again whenever they have changed, at most once a second; who else is here; and
    the revision of a draft that was saved.

    The canvas may say `{"type": "at", "node": "n3"}`: which node it has open, null for none. Others are told.
    """

    async def connect(self) -> None:
        self.changed = asyncio.Event()
        self.sender: asyncio.Task[None] | None = None
        self.beats: asyncio.Task[None] | None = None
        self.node: str | None = None
        self.others, self.told = Others(self.channel_name), list[dict[str, Any]]()
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
        self.beats = asyncio.create_task(self._stay())

    async def disconnect(self, code: int) -> None:
        if self.sender is not None and self.beats is not None and self.journey is not None:
            self.sender.cancel()
            self.beats.cancel()
            await self._show("gone")
            await self.channel_layer.group_discard(group_of(str(self.journey.pk)), self.channel_name)
            await relay.leave()

    async def journey_changed(self, message: dict[str, Any]) -> None:
        self.changed.set()

    async def journey_saved(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": "saved", "revision": message["revision"]})

    async def journey_presence(self, message: dict[str, Any]) -> None:
        sign = Sign(**message["sign"])
        self.others.take(sign, time.monotonic())
        if sign.kind == "came" and sign.seat != self.channel_name:
            await self._show("here")
        await self._tell_who_is_here()

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if self.journey is None or not isinstance(content, dict) or content.get("type") != "at":
            return
        node = content.get("node")
        if (node is None or (isinstance(node, str) and len(node) <= MOST_LETTERS)) and node != self.node:
            self.node = node
            await self._show("here")

    async def _stay(self) -> None:
        await relay.heard()
        await self._show("came")
        while True:
            await asyncio.sleep(BEAT)
            await self._show("here")
            await self._tell_who_is_here()

    async def _tell_who_is_here(self) -> None:
        people = self.others.people(time.monotonic())
        if people != self.told:
            self.told = people
            await self.send_json({"type": "presence", "people": people})

    @database_sync_to_async
    def _show(self, kind: Kind) -> None:
        user: Any = self.scope["user"]
        assert self.journey is not None
        name = user.get_full_name() or user.get_username()
        show(Sign(kind, str(self.journey.pk), self.channel_name, user.pk, name, self.node))

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
        workspaces = Membership.objects.filter(user=user, active=True).values("workspace")
        return Journey.objects.filter(pk=journey, workspace__in=workspaces).first()

    @database_sync_to_async
    def _counts(self, journey: Journey) -> dict[str, Any]:
        return counts(journey)
