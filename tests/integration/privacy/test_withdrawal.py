"""A withdrawal holds at once: for what waits in the outbox, for whoever is inside a journey, whichever way it came."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import transaction
from django.test import Client

from channels_app import dispatch, suppressions
from channels_app.models import ChannelAccount, Message, ShortLink, Template
from channels_app.simulator.client import SimulatorClient
from channels_app.unsubscribe_token import token_of
from profiles import consent
from profiles.choices import ConsentStatus
from profiles.consent import ConsentEntry, ConsentKey
from profiles.models import Consent
from profiles.privacy import links, writing
from tests.fixtures.graphs import graph, send, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World
from tests.integration.channels_app.simulated import KEY_ID, SECRET, SIGN
from workspaces.privacy import change_rules

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+8613911112222"
BODY = "新品 https://s.example.cn/l/${out} 拒收请回复R"
OFFER = send(purpose="marketing")


class Shop(World):
    """A world whose SMS account sends through the simulator, and a person who agreed to marketing."""

    def __init__(self, url: str, simulator: SimulatorClient) -> None:
        super().__init__()
        simulator.put_access_key(
            KEY_ID, {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_1": BODY}, "delivery_ms": 0}
        )
        self.template = self.sms(purpose="marketing", body=BODY, settings={"links": {"out": "unsubscribe"}})
        self.account = ChannelAccount.objects.get(workspace=self.workspace)
        self.account.base_url, self.account.settings = url, {"sign_name": SIGN}
        self.account.credentials = {"access_key_id": KEY_ID, "access_key_secret": SECRET}
        self.account.save()
        self.anna = self.person(phone=PHONE, name="安娜")
        self.consent(self.anna, at=T0)

    def message(self) -> Message:
        return Message.objects.filter(profile_id=self.anna).latest("id")

    def drain(self, at: datetime) -> tuple[str, str]:
        dispatch.drain(self.account.pk, at)
        message = self.message()
        return message.state, message.reason


@pytest.fixture
def shop(db: None, simulator_url: str, simulator: SimulatorClient) -> Shop:
    return Shop(simulator_url, simulator)


def by_api(shop: Shop, at: datetime) -> None:
    with transaction.atomic():
        entry = ConsentEntry("sms", "marketing", ConsentStatus.WITHDRAWN, "api", at)
        writing.write(shop.workspace, [(shop.anna, entry)], at)


def by_reply(shop: Shop, at: datetime) -> None:
    said = {"phone_number": PHONE[3:], "send_time": "2026-03-02 10:30:00", "content": "R", "sequence_id": 1}
    path = f"/callbacks/{shop.account.callback_token}/sms/aliyun/up/"
    assert Client().post(path, orjson.dumps([said]), content_type="application/json").status_code == 200


def by_link(shop: Shop, at: datetime) -> None:
    assert Client().post(f"/u/{token_of(shop.message().pk)}").status_code == 200


def by_page(shop: Shop, at: datetime) -> None:
    page = f"/p/{links.token_of(shop.anna, 30, datetime.now(UTC))}"
    assert Client().post(page, {"act": "withdraw:sms:marketing"}).status_code == 200


@pytest.mark.parametrize("withdraw", [by_api, by_reply, by_link, by_page])
def test_a_message_in_the_outbox_is_not_sent_any_more(shop: Shop, simulator: SimulatorClient, withdraw: Any) -> None:
    journey = shop.journey(graph({"offer": OFFER}, ["start -> offer"]))
    shop.enrolled(journey, shop.anna)
    shop.tick(T0)
    assert shop.message().state == "queued"
    withdraw(shop, T0 + MINUTE)
    assert shop.drain(T0 + MINUTE) == ("blocked", "opted_out")
    assert list(simulator.export()) == []


@pytest.mark.parametrize("withdraw", [by_api, by_reply, by_page])
def test_whoever_waits_inside_a_journey_is_not_sent_the_next(shop: Shop, withdraw: Any) -> None:
    journey = shop.journey(graph({"pause": wait("P1D"), "offer": OFFER}, ["start -> pause", "pause -> offer"]))
    shop.enrolled(journey, shop.anna)
    shop.tick(T0)
    withdraw(shop, T0 + HOUR)
    shop.tick(T0 + DAY)
    message = shop.message()
    assert (message.state, message.reason) == ("blocked", "opted_out")


def test_a_message_held_for_the_morning_is_not_sent_in_the_morning(shop: Shop, simulator: SimulatorClient) -> None:
    night = T0 + 13 * HOUR  # eleven in the evening in Shanghai
    quiet = {"from": "21:00", "to": "08:00", "policy": "hold"}
    journey = shop.journey(graph({"offer": OFFER}, ["start -> offer"], quiet_hours=quiet))
    shop.enrolled(journey, shop.anna, at=night)
    shop.tick(night)
    assert shop.drain(night)[0] == "queued"
    by_api(shop, night + HOUR)
    assert shop.drain(T0 + DAY) == ("blocked", "opted_out")
    assert list(simulator.export()) == []


def test_with_consent_the_same_message_arrives(shop: Shop, simulator: SimulatorClient) -> None:
    journey = shop.journey(graph({"offer": OFFER}, ["start -> offer"]))
    shop.enrolled(journey, shop.anna)
    shop.tick(T0)
    assert shop.drain(T0 + MINUTE)[0] in ("accepted", "delivered")
    assert len(list(simulator.export())) == 1


# ---- links in messages ---------------------------------------------------------------------------------------------


def test_a_short_link_in_an_sms_leads_to_the_way_out(shop: Shop) -> None:
    journey = shop.journey(graph({"offer": OFFER}, ["start -> offer"]))
    shop.enrolled(journey, shop.anna)
    shop.tick(T0)
    shop.drain(datetime.now(UTC).replace(hour=3))
    link = ShortLink.objects.get(message_id=shop.message().pk)
    answer = Client(headers={"user-agent": "iPhone"}).get(f"/l/{link.code}", follow=False)
    assert answer.status_code == 302
    way_out = "/u/" + answer["Location"].partition("/u/")[2]
    assert "短信" in Client(headers={"accept-language": "zh-CN"}).get(way_out).content.decode()
    assert Consent.objects.filter(status="withdrawn").count() == 0
    assert shop.message().state != "clicked"
    Client().post(way_out)
    newest = Consent.objects.latest("id")
    assert (newest.profile_id, newest.channel, newest.status, newest.source) == (
        shop.anna,
        "sms",
        "withdrawn",
        "sms_unsubscribe",
    )


def test_a_template_can_say_where_the_person_changes_their_mind(shop: Shop) -> None:
    Template.objects.filter(pk=shop.template.pk).update(settings={}, body="详情${url} 拒收请回复R")
    offer = send(purpose="marketing", params={"url": "{{ preference_url }}"})
    journey = shop.journey(graph({"offer": offer}, ["start -> offer"]))
    shop.enrolled(journey, shop.anna)
    shop.tick(T0)
    url = shop.message().params["url"]
    assert links.read(url.rpartition("/p/")[2], T0 + DAY).profile.pk == shop.anna


# ---- double opt-in -------------------------------------------------------------------------------------------------


def grant(shop: Shop, profile: UUID, at: datetime) -> str:
    with transaction.atomic():
        entry = ConsentEntry("sms", "marketing", ConsentStatus.GRANTED, "form", at, "sms-1")
        writing.write(shop.workspace, [(profile, entry)], at)
    return consent.current([(profile, "sms", "marketing")])[ConsentKey(profile, "sms", "marketing")]


def test_with_double_opt_in_nothing_goes_before_the_person_has_confirmed(shop: Shop) -> None:
    with transaction.atomic():
        change_rules(shop.workspace.pk, {"double_opt_in": ["sms"]}, T0)
    ben = shop.person(phone="+8613911113333")
    assert grant(shop, ben, T0 + MINUTE) == "pending"
    journey = shop.journey(graph({"offer": OFFER}, ["start -> offer"], entry={"reentry": {"mode": "always"}}))
    shop.enrolled(journey, ben, at=T0 + MINUTE)
    shop.tick(T0 + MINUTE)
    assert Message.objects.get(profile_id=ben).reason == "no_consent"
    said = {"phone_number": "13911113333", "send_time": "2026-03-02 10:30:00", "content": " ｙ ", "sequence_id": 2}
    path = f"/callbacks/{shop.account.callback_token}/sms/aliyun/up/"
    Client().post(path, orjson.dumps([said]), content_type="application/json")
    newest = Consent.objects.filter(profile_id=ben).latest("id")
    assert (newest.status, newest.source, newest.text_version) == ("granted", "sms_reply", "sms-1")
    shop.enrolled(journey, ben, at=T0 + HOUR)
    shop.tick(T0 + HOUR)
    assert Message.objects.filter(profile_id=ben).latest("id").state == "queued"


def test_what_holds_need_not_be_confirmed_again(shop: Shop) -> None:
    with transaction.atomic():
        change_rules(shop.workspace.pk, {"double_opt_in": ["sms"]}, T0)
    assert grant(shop, shop.anna, T0 + MINUTE) == "granted"


def test_a_reply_of_yes_to_nothing_grants_nothing(shop: Shop) -> None:
    by_api(shop, T0 + MINUTE)
    said = {"phone_number": PHONE[3:], "send_time": "2026-03-02 10:30:00", "content": "Y", "sequence_id": 3}
    path = f"/callbacks/{shop.account.callback_token}/sms/aliyun/up/"
    Client().post(path, orjson.dumps([said]), content_type="application/json")
    assert Consent.objects.latest("id").status == "withdrawn"


# ---- suppression lists ---------------------------------------------------------------------------------------------


def test_a_suppression_with_an_end_lifts_itself(shop: Shop) -> None:
    suppressions.enter(shop.workspace.pk, "sms", [PHONE], T0, reason="投诉", by="小李", expires_at=T0 + DAY)
    assert suppressions.lift_expired(T0 + HOUR) == 0
    assert suppressions.suppressed(shop.workspace.pk, "sms", [PHONE]) == {PHONE}
    assert suppressions.lift_expired(T0 + DAY) == 1
    assert suppressions.suppressed(shop.workspace.pk, "sms", [PHONE]) == set()
