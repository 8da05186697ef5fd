"""Files of messages at the simulated WeCom: uploaded once, named by the vendor's id, uploaded again when that has ended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from channels_app import media
from channels_app.models import AccessToken, Greeting, WelcomeMessage
from channels_app.providers.base import Accepted, Outgoing
from channels_app.providers.errors import CallRefused, ErrorClass
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered
from tests.integration.channels_app.wecom_callbacks import Sink, sink
from tests.integration.channels_app.wecom_corp import SimulatedCorp, until

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["sink"]

PICTURE = b"\x89PNG\r\n\x1a\n--\r\n\r\n" + bytes(range(256))
POSTER = [{"msgtype": "image", "image": {"media": "poster"}}]


@pytest.fixture
def corp(db: None, simulator_url: str, simulator: SimulatorClient, registered: Registered) -> Iterator[SimulatedCorp]:
    corp = SimulatedCorp(simulator, simulator_url)
    media.keep(corp.account.workspace, key="poster", name="海报.png", kind="image", content=PICTURE)
    yield corp
    open_providers.close_all()


def to_customer(customer: str, **settings: Any) -> Outgoing:
    template = {"sender": "zhangsan", **settings}
    return Outgoing(uuid4(), customer, "", "上新", {}, channel="wecom_customer", template=template)


def to_staff(**settings: Any) -> Outgoing:
    return Outgoing(uuid4(), "zhangsan", "", "", {}, channel="wecom_app", template=settings)


def send(corp: SimulatedCorp, message: Outgoing) -> None:
    assert corp.provider.check(message) is None
    (result,) = corp.provider.send_batch(uuid4(), [message]).values()
    assert isinstance(result, Accepted)


def test_a_picture_is_uploaded_once_for_all_that_carry_it(corp: SimulatedCorp) -> None:
    customer, another = corp.customers(2)
    send(corp, to_customer(customer, attachments=POSTER))
    open_providers.close_all()
    send(corp, to_customer(another, attachments=POSTER))
    send(corp, to_staff(msgtype="image", image={"media": "poster"}))
    assert corp.screen["media"] == [{"kind": "image", "name": "海报.png", "size": len(PICTURE)}]


def test_a_permanent_picture_goes_by_its_address(corp: SimulatedCorp) -> None:
    (customer,) = corp.customers(1)
    send(
        corp, to_customer(customer, attachments=[{"msgtype": "image", "image": {"media": "poster", "permanent": True}}])
    )
    (task,) = corp.screen["tasks"]
    assert task["attachments"][0]["image"]["pic_url"].startswith("https://")
    assert [row["kind"] for row in corp.screen["media"]] == ["picture"]


def test_a_picture_that_wecom_does_not_know_any_more_is_uploaded_again(corp: SimulatedCorp) -> None:
    (customer,) = corp.customers(1)
    send(corp, to_customer(customer, attachments=POSTER))
    corp.do("media/forget")
    send(corp, to_customer(customer, attachments=POSTER))
    assert len(corp.screen["tasks"]) == 2
    assert len(corp.screen["media"]) == 1


def test_an_id_is_kept_until_shortly_before_its_end(corp: SimulatedCorp) -> None:
    (customer,) = corp.customers(1)
    send(corp, to_customer(customer, attachments=POSTER))
    known = AccessToken.objects.get(account=corp.account, name__startswith="media:")
    lasts = known.good_until - timezone.now()
    assert timedelta(days=2, hours=22) < lasts < timedelta(days=3)
    AccessToken.objects.filter(pk=known.pk).update(good_until=timezone.now())
    open_providers.close_all()
    from channels_app.accounts import _tokens  # a new process has no memory of its own

    _tokens.cache_clear()
    send(corp, to_customer(customer, attachments=POSTER))
    assert len(corp.screen["media"]) == 2


def test_a_welcome_carries_a_picture(
    corp: SimulatedCorp, live_server: Any, sink: Sink, simulator: SimulatorClient
) -> None:
    corp.call_back_to(live_server.url)
    WelcomeMessage.objects.create(
        workspace=corp.account.workspace, account=corp.account, name="默认", text="您好", attachments=POSTER
    )
    corp.do("scans", userid="zhangsan")
    until(lambda: Greeting.objects.filter(account=corp.account).exclude(outcome="pending").first())
    assert Greeting.objects.get(account=corp.account).outcome == "sent"
    assert corp.screen["inbox"][0]["attachments"][0]["image"]["media_id"]


def test_a_file_that_is_not_there_fails_the_message_before_any_call(corp: SimulatedCorp) -> None:
    message = to_staff(msgtype="image", image={"media": "nothing"})
    with pytest.raises(CallRefused) as caught:
        corp.provider.send_batch(uuid4(), [message])
    assert (caught.value.error_class, caught.value.code) == (ErrorClass.CONTENT_PERMANENT, "no_such_media")


def test_an_upload_that_fails_is_tried_again_later(corp: SimulatedCorp, simulator: SimulatorClient) -> None:
    corp.provider.try_connection()
    simulator.put_faults(http_503_rate=1)
    with pytest.raises(CallRefused) as caught:
        corp.provider.send_batch(uuid4(), [to_staff(msgtype="image", image={"media": "poster"})])
    assert caught.value.error_class == ErrorClass.RETRY


@pytest.mark.parametrize(
    ("query", "content", "code"),
    [
        ({"type": "sticker"}, PICTURE, "40004"),
        ({"type": "image"}, b"GIF89a" + bytes(20), "40005"),
        ({"type": "image"}, b"\xff\xd8\xff", "40006"),
    ],
)
def test_the_simulator_refuses_what_wecom_refuses(
    corp: SimulatedCorp, query: dict[str, str], content: bytes, code: str
) -> None:
    with pytest.raises(CallRefused) as caught:
        corp.provider.api.upload("/cgi-bin/media/upload", query, ("a.png", content))
    assert caught.value.code == code
    with pytest.raises(CallRefused, match="40007"):
        corp.provider.send_batch(uuid4(), [to_staff(msgtype="image", image={"media_id": "made-up"})])
