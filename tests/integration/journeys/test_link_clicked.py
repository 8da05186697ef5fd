"""A tap on a short link reaches the person and their journeys, with everything plugged together."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from channels_app.models import Message, ShortLink
from profiles.models import Event
from tests.fixtures.world import World

pytestmark = pytest.mark.django_db(transaction=True)

BROWSER = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile Safari/537.36"}


def test_a_tap_is_an_event_of_the_person_who_got_the_message() -> None:
    world, now = World(), datetime.now(UTC)
    person, template = world.person(phone="+8613800000001"), world.sms()
    message = Message.objects.create(
        workspace=world.workspace,
        account=template.account,
        template=template,
        profile_id=person,
        channel="sms",
        purpose="service",
        address="+8613800000001",
        state="accepted",
        node="n5",
        not_before=now,
        requested_at=now,
        updated_at=now,
    )
    ShortLink.objects.create(
        workspace=world.workspace,
        account=template.account,
        code="aB3dE6gH",
        target="https://shop.example.cn/sale?utm_campaign=spring",
        message_id=message.pk,
        param="code",
        address=message.address,
        journey_id=uuid4(),
        node="n5",
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    assert Client(headers=BROWSER).get("/l/aB3dE6gH").status_code == 302
    event = Event.objects.get(workspace=world.workspace, name="link_clicked")
    assert (event.profile_id, event.properties["utm_campaign"], event.properties["node"]) == (person, "spring", "n5")
    message.refresh_from_db()
    assert message.state == "clicked"
