"""Who else has a canvas open, over real sockets and PostgreSQL's NOTIFY."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.contrib.auth.models import User
from django.db import connections

from journeys.models import Journey
from journeys.realtime.presence import SILENT_FOR, Others, Sign
from journeys.realtime.relay import relay
from journeys.realtime.routing import urlpatterns
from journeys.runtime.drafts import create_draft, save_draft
from tests.fixtures.world import World
from workspaces.models import Membership

DEADLINE = 15.0  # seconds
COMMUNICATOR: Any = ApplicationCommunicator  # it has no types


class Canvas:
    """One open canvas, and who else it was last told of."""

    def __init__(self, journey: Journey, user: User) -> None:
        path = f"/ws/journeys/{journey.pk}/"
        scope = {"type": "websocket", "path": path, "headers": [], "subprotocols": [], "user": user}
        self.socket: Any = COMMUNICATOR(URLRouter(urlpatterns), scope)
        self.people: list[dict[str, Any]] = []

    async def open(self) -> "Canvas":
        await self.socket.send_input({"type": "websocket.connect"})
        assert (await self.heard())["type"] == "websocket.accept"
        return self

    async def heard(self) -> dict[str, Any]:
        return await self.socket.receive_output(DEADLINE)  # type: ignore[no-any-return]

    async def say(self, message: Any) -> None:
        await self.socket.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def until(self, *people: tuple[str, str | None]) -> None:
        """Read what comes until exactly these are here, as (name, node)."""
        async with asyncio.timeout(DEADLINE):
            while [(person["name"], person["node"]) for person in self.people] != list(people):
                message = json.loads((await self.heard())["text"])
                if message["type"] == "presence":
                    self.people = message["people"]

    async def close(self) -> None:
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.socket.wait(DEADLINE)


@database_sync_to_async
def crew() -> tuple[Journey, list[User]]:
    world = World()
    users = [User.objects.create_user(f"{name}{uuid4().hex[:8]}", first_name=name) for name in ("陈", "林", "王")]
    for user in users[:2]:
        Membership.objects.create(workspace=world.workspace, user=user)
    return create_draft(world.workspace, "旅程"), users


@database_sync_to_async
def save(journey: Journey) -> int:
    return save_draft(journey, revision=journey.revision, name="改名").revision


@database_sync_to_async
def hang_up() -> None:
    connections.close_all()


@pytest.mark.django_db(transaction=True)
async def test_two_operators_see_each_other_come_work_and_go() -> None:
    journey, (chen, lin, _) = await crew()
    first = await Canvas(journey, chen).open()
    await asyncio.wait_for(relay.heard(), DEADLINE)
    second = await Canvas(journey, lin).open()
    await first.until(("林", None))
    await second.until(("陈", None))
    await second.say({"type": "at", "node": "n3"})
    await first.until(("林", "n3"))
    await second.say({"type": "at", "node": 7})
    await second.close()
    await first.until()
    await first.close()
    await hang_up()


@pytest.mark.django_db(transaction=True)
async def test_a_canvas_hears_that_the_draft_was_saved() -> None:
    journey, (chen, *_) = await crew()
    canvas = await Canvas(journey, chen).open()
    await asyncio.wait_for(relay.heard(), DEADLINE)
    revision = await save(journey)
    async with asyncio.timeout(DEADLINE):
        while (message := json.loads((await canvas.heard())["text"]))["type"] != "saved":
            pass
    assert message == {"type": "saved", "revision": revision}
    await canvas.close()
    await hang_up()


@pytest.mark.django_db(transaction=True)
async def test_nobody_of_another_workspace_is_let_in() -> None:
    journey, (*_, stranger) = await crew()
    canvas = await Canvas(journey, stranger).open()
    assert (await canvas.heard())["code"] == 4404
    await hang_up()


def sign(seat: str, user: int = 1, kind: Any = "here") -> Sign:
    return Sign(kind, "j", seat, user, f"u{user}", None)


def test_a_canvas_does_not_see_itself_and_a_person_with_two_tabs_is_one() -> None:
    others = Others("me")
    for each in (sign("me", 9), sign("a"), sign("b"), sign("c", 2)):
        others.take(each, 0.0)
    assert [person["id"] for person in others.people(1.0)] == [1, 2]
    others.take(sign("a", kind="gone"), 2.0)
    assert [person["id"] for person in others.people(2.0)] == [1, 2]


def test_who_falls_silent_is_gone() -> None:
    others = Others("me")
    others.take(sign("a"), 0.0)
    others.take(sign("b", 2), SILENT_FOR / 2)
    assert [person["id"] for person in others.people(SILENT_FOR)] == [2]
