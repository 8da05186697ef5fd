"""Queue → WeChat → callback → state, and follower → callback → event → journey, with every part real."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from channels_app import dispatch, follower_sync
from channels_app.models import CreditEntry, FollowerSync, Interaction, Message, Receipt
from channels_app.ports import Ports
from channels_app.providers.registry import open_providers
from channels_app.qr_codes import make_qr_code
from channels_app.simulator.client import SimulatorClient
from config.composition import compose
from journeys.models import Enrollment
from profiles.models import Event, Identity, Profile
from tests.fixtures import graphs
from tests.fixtures.world import World
from tests.integration.channels_app.simulated import MORNING, Registered, replaced_ports
from tests.integration.channels_app.wechat_world import ARRIVED, OPENID, VISIT, Wechat, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

AT_JINGAN = [{"key": "qr_tags", "cmp": "contains", "value": "静安"}]
MODES = ["plain", "compatible", "encrypted"]


class Heard(Registered):
    """What came in, kept when it is committed: what else the same callback did is there then."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    def take(self, workspace_id: Any, events: Any, now: Any) -> None:
        transaction.on_commit(lambda: self.events.extend(events))

    def names(self) -> list[str]:
        return [event.name for event in self.events]


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    with replaced_ports(Ports(heard, heard, heard, message_changed=[heard.changes.extend])):
        yield heard
    open_providers.close_all()


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def wechat(simulator_url: str, simulator: SimulatorClient, live_server: Any, heard: Heard) -> Wechat:
    return Wechat(simulator, simulator_url, live_server.url)


def states(wechat: Wechat) -> Counter[str]:
    return Counter(wechat.account.messages.values_list("state", flat=True))


def test_a_template_message_is_accepted_and_then_delivered_in_each_mode(
    simulator_url: str, simulator: SimulatorClient, live_server: Any, heard: Heard, mode: str
) -> None:
    wechat = Wechat(simulator, simulator_url, live_server.url, mode=mode, delivery_ms=300)
    wechat.act("follow")
    wechat.queue(wechat.template(), 3)
    dispatch.drain(wechat.account.pk, MORNING)
    until(lambda: states(wechat) == {"delivered": 3}, lambda: states(wechat))
    assert Receipt.objects.filter(message_id__isnull=False).count() == 3
    assert heard.states().count("delivered") == 3
    assert heard.names() == ["wechat_subscribe"]


def test_a_message_that_the_person_blocks_fails_with_wechats_reason(wechat: Wechat) -> None:
    wechat.put(delivery_ms=300)
    wechat.act("follow")
    wechat.act("block")
    wechat.queue(wechat.template())
    dispatch.drain(wechat.account.pk, MORNING)
    until(lambda: states(wechat) == {"failed": 1}, lambda: states(wechat))
    (message,) = wechat.account.messages.all()
    assert (message.reason, message.error_code) == ("delivery", "user block")


def test_each_act_of_a_follower_is_an_event_and_opens_its_window(wechat: Wechat, heard: Heard) -> None:
    wechat.act("follow")
    wechat.act("click", key="HELP")
    wechat.act("view", url="https://a.example")
    wechat.act("locate")
    wechat.act("write", content="在吗")
    until(lambda: len(heard.events) == 5, heard.names)
    assert Counter(heard.names()) == Counter(
        ["wechat_subscribe", "wechat_menu_click", "wechat_menu_view", "wechat_location", "wechat_message"]
    )
    until(lambda: Interaction.objects.filter(account=wechat.account).count() == 3)
    assert set(Interaction.objects.values_list("kind", "address")) == {
        (k, OPENID) for k in ("follow", "menu", "message")
    }


def test_a_reply_counts_for_the_last_message_and_a_refusal_opts_out_of_all_the_account_sends(
    wechat: Wechat, heard: Heard
) -> None:
    wechat.act("follow")
    wechat.queue(wechat.template(), at=timezone.now())
    dispatch.drain(wechat.account.pk, timezone.now())
    wechat.act("write", content="收到")
    until(lambda: states(wechat) == {"replied": 1}, lambda: states(wechat))
    wechat.act("write", content="退订")
    until(lambda: len(heard.opt_outs) == 3)
    assert {refusal.address for refusal in heard.opt_outs} == {OPENID}
    channels = {refusal.channel for refusal in heard.opt_outs}
    assert channels == {"wechat_template", "wechat_service", "wechat_subscribe"}


@pytest.mark.parametrize("format_", ["xml", "json"])
def test_credits_follow_what_the_person_allows(
    simulator_url: str, simulator: SimulatorClient, live_server: Any, heard: Heard, format_: str
) -> None:
    wechat = Wechat(simulator, simulator_url, live_server.url, format=format_, delivery_ms=300)
    wechat.act("follow")

    def ledger() -> list[int]:
        return list(CreditEntry.objects.filter(account=wechat.account).order_by("id").values_list("change", flat=True))

    wechat.act("accept", template_id="SUB_1")
    until(lambda: ledger() == [1], ledger)
    wechat.act("reject", template_id="SUB_1")
    until(lambda: heard.names().count("wechat_subscription") == 2, heard.names)
    assert ledger() == [1]
    template = wechat.template(channel="wechat_subscribe", provider_code="SUB_1", body="{{thing1.DATA}}")
    wechat.queue(template, params=VISIT)
    dispatch.drain(wechat.account.pk, MORNING)
    until(lambda: states(wechat)["delivered"] + states(wechat)["failed"] == 1, lambda: states(wechat))
    wechat.act("withdraw", template_id="SUB_1")
    until(lambda: heard.names().count("wechat_subscription") == 3, heard.names)
    assert sum(ledger()) == 0


def test_a_permission_that_wechat_does_not_know_is_written_off(wechat: Wechat, heard: Heard) -> None:
    wechat.act("follow")
    for number in range(3):
        CreditEntry.objects.create(
            workspace=wechat.account.workspace, account=wechat.account, address=OPENID, template_code="SUB_1",
            change=1, at=MORNING, dedup_key=f"believed:{number}",
        )  # fmt: skip
    template = wechat.template(channel="wechat_subscribe", provider_code="SUB_1", body=ARRIVED)
    wechat.queue(template, params=VISIT)
    dispatch.drain(wechat.account.pk, MORNING)
    message = Message.objects.get(account=wechat.account)
    assert (message.state, message.error_code) == ("failed", "43101")
    ledger = CreditEntry.objects.filter(account=wechat.account).values_list("dedup_key", "change")
    assert dict(ledger)[f"refused:{message.pk}"] == -3
    assert sum(change for _key, change in ledger) == 0

    wechat.queue(template, params=VISIT)
    dispatch.drain(wechat.account.pk, MORNING)
    blocked = Message.objects.exclude(pk=message.pk).get(account=wechat.account)
    assert (blocked.state, blocked.reason) == ("blocked", "quota")


def test_a_callback_that_comes_twice_has_one_effect(wechat: Wechat, heard: Heard) -> None:
    simulator = wechat.simulator
    simulator.put_faults(duplicate_callback_rate=1)
    wechat.put(delivery_ms=300)
    wechat.act("follow")
    wechat.act("accept", template_id="SUB_1")
    wechat.queue(wechat.template())
    dispatch.drain(wechat.account.pk, MORNING)
    until(lambda: states(wechat) == {"delivered": 1}, lambda: states(wechat))
    until(lambda: len(heard.events) == 4, heard.names)
    assert len({event.event_id for event in heard.events}) == 2
    assert CreditEntry.objects.filter(account=wechat.account).count() == 1
    assert Receipt.objects.filter(account=wechat.account).count() == 1
    assert heard.states().count("delivered") == 1


@pytest.fixture
def composed(simulator_url: str, simulator: SimulatorClient, live_server: Any) -> Iterator[Wechat]:
    """With journeys and profiles plugged in, as in the installation."""
    with replaced_ports(Ports()):
        compose()
        yield Wechat(simulator, simulator_url, live_server.url)
    open_providers.close_all()


def person() -> Profile:
    return Profile.objects.get(pk=Identity.objects.get(type="wechat_openid", value=OPENID).profile_id)


def test_a_follow_through_a_code_makes_a_person_and_starts_a_journey(composed: Wechat) -> None:
    world = World()
    composed.account.workspace = world.workspace
    composed.account.save()
    journey = world.journey(
        graphs.graph(
            {"start": graphs.on_event("wechat_subscribe", where=AT_JINGAN), "w": graphs.wait("P1D")}, ["start -> w"]
        ),
        at=timezone.now(),
    )
    make_qr_code(composed.account, name="静安旗舰店", scene="store_17", attribution="门店", tags=["静安"], lasts=None)
    composed.act("scan", scene="store_17")
    until(lambda: Event.objects.filter(name="wechat_subscribe").exists())
    event = Event.objects.get(name="wechat_subscribe")
    assert event.properties["scene"] == "store_17"
    assert (event.properties["qr_code"], event.properties["qr_tags"]) == ("静安旗舰店", ["静安"])
    assert event.properties["qr_attribution"] == "门店"
    assert person().attributes["wechat_subscribed"] is True
    world.tick(timezone.now())
    assert Enrollment.objects.filter(journey=journey, profile_id=person().pk).count() == 1
    composed.act("scan", scene="store_17")
    until(lambda: Event.objects.filter(name="wechat_scan").exists())
    assert Event.objects.get(name="wechat_scan").properties["qr_code"] == "静安旗舰店"
    composed.act("unfollow")
    until(lambda: person().attributes["wechat_subscribed"] is False)


def test_all_followers_are_read_and_a_reading_goes_on_where_it_was_cut(composed: Wechat) -> None:
    composed.put(page_size=150, callback_url="")
    openids = [f"oFollower{number:05}" for number in range(230)]
    for openid in openids:
        composed.act("follow", openid)
    now = timezone.now()
    sync = follower_sync.start(composed.account, now)
    assert follower_sync.start(composed.account, now).pk == sync.pk
    assert follower_sync.due(now) == [composed.account.pk]
    cut = follower_sync.run(composed.account.pk, now, until=now)
    assert cut.more
    assert Identity.objects.filter(type="wechat_openid").count() == 100
    later = timezone.now() + (timezone.now() - now) * 1000
    while follower_sync.run(composed.account.pk, now, until=later).more:
        pass
    sync.refresh_from_db()
    assert (sync.state, sync.taken, sync.total) == ("done", 230, 230)
    assert set(Identity.objects.filter(type="wechat_openid").values_list("value", flat=True)) == set(openids)
    assert Identity.objects.filter(type="wechat_unionid").count() == 230
    assert Profile.objects.filter(attributes__wechat_subscribed=True).count() == 230


def test_a_reading_that_wechat_refuses_for_good_ends_with_the_reason(composed: Wechat) -> None:
    composed.put(secret="another")
    now = timezone.now()
    follower_sync.start(composed.account, now)
    assert not follower_sync.run(composed.account.pk, now, now).more
    sync = FollowerSync.objects.get()
    assert sync.state == "failed"
    assert "40125" in sync.error


def test_a_reading_waits_while_wechat_is_busy(composed: Wechat) -> None:
    composed.simulator.put_faults(http_503_rate=1)
    now = timezone.now()
    follower_sync.start(composed.account, now)
    stepped = follower_sync.run(composed.account.pk, now, now)
    assert stepped.next_at is not None
    assert stepped.next_at > now
    assert follower_sync.due(now) == []
