"""A link of one's own in a message: from the template to the phone, to the click, to the receipt and the event."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from channels_app import dispatch, links
from channels_app.models import ChannelAccount, Message, Receipt, ShortLink
from channels_app.ports import ports
from channels_app.providers.inbound import InboundEvent
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import KEY_ID, SECRET, SIGN, Registered, make_messages, make_template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

BODY = "看新品 https://s.example.cn/l/${code} 拒收请回复R"
TARGET = "https://shop.example.cn/sale?utm_campaign=spring&utm_source=sms&id=7"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1"}


class Events:
    """What was told to the port of events, by id: a repetition has no effect."""

    def __init__(self) -> None:
        self.by_id: dict[str, InboundEvent] = {}

    def take(self, workspace_id: UUID, events: Any, now: datetime) -> None:
        self.by_id.update({event.event_id: event for event in events})


@pytest.fixture
def events(registered: Registered) -> Events:
    ports.events = Events()
    return ports.events


@pytest.fixture
def sent(account: ChannelAccount, simulator: SimulatorClient, registered: Registered) -> Message:
    """A message with a link on its way, as the dispatcher makes it."""
    config = {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_7": BODY}, "delivery_ms": 0}
    simulator.put_access_key(KEY_ID, config)
    template = make_template(account, provider_code="SMS_7", body=BODY, settings={"links": {"code": TARGET}})
    now = datetime.now(UTC)
    (message,) = make_messages(account, template, at=now, params={}, journey_id=uuid4(), node="n5")
    drawn = links.codes(account, {message.pk: template}, now)
    Message.objects.filter(pk=message.pk).update(params={**message.params, **drawn[message.pk]})
    dispatch.drain(account.pk, now)
    message.refresh_from_db()
    return message


def tap(code: str, **headers: str) -> Any:
    return Client(headers={**PHONE, **headers}).get(f"/l/{code}")


def code_of(message: Message) -> str:
    return ShortLink.objects.get(message_id=message.pk).code


def test_a_tap_leads_on_and_tells_the_message_and_the_journeys(
    sent: Message, simulator: SimulatorClient, events: Events
) -> None:
    (shown,) = simulator.export()
    code = code_of(sent)
    assert f"https://s.example.cn/l/{code} " in shown["content"]
    answer = tap(code)
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, TARGET, "no-store")
    sent.refresh_from_db()
    assert sent.state == "clicked"
    (event,) = events.by_id.values()
    assert (event.name, event.identities) == ("link_clicked", {"phone": sent.address})
    assert event.properties == {
        "url": TARGET,
        "utm_campaign": "spring",
        "utm_source": "sms",
        "channel": "sms",
        "message": str(sent.pk),
        "journey": str(sent.journey_id),
        "node": "n5",
    }


def test_the_code_is_long_and_says_nothing_about_the_person(sent: Message) -> None:
    code = code_of(sent)
    assert (len(code), code.isascii(), code.isalnum()) == (8, True, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "WhatsApp/2.23"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch;prerender"},
        {"X-Purpose": "preview"},
    ],
)
def test_a_program_that_looks_ahead_is_led_on_and_has_not_clicked(
    sent: Message, events: Events, headers: dict[str, str]
) -> None:
    assert tap(code_of(sent), **headers).status_code == 302
    assert (Receipt.objects.count(), events.by_id) == (0, {})


def test_a_phone_whose_maker_is_called_cubot_is_a_persons(sent: Message, events: Events) -> None:
    tap(code_of(sent), **{"User-Agent": "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) Mobile Safari/537.36"})
    assert len(events.by_id) == 1


def test_head_is_no_click(sent: Message, events: Events) -> None:
    assert Client(headers=PHONE).head(f"/l/{code_of(sent)}").status_code == 302
    assert events.by_id == {}


def test_nothing_can_be_posted(sent: Message) -> None:
    assert Client().post(f"/l/{code_of(sent)}").status_code == 405


def test_every_click_counts_but_two_taps_in_a_second_are_one(sent: Message, events: Events, time_machine: Any) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    for seconds in (0.0, 0.4, 5.0):
        time_machine.move_to(at + timedelta(seconds=seconds), tick=False)
        tap(code_of(sent))
    assert (len(events.by_id), Receipt.objects.filter(outcome="clicked").count()) == (2, 2)


def test_an_unknown_code_is_not_found_and_an_old_one_is_gone(sent: Message, events: Events) -> None:
    assert tap("00000000").status_code == 404
    ShortLink.objects.update(expires_at=datetime.now(UTC))
    assert (tap(code_of(sent)).status_code, events.by_id) == (410, {})


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "ftp://a.cn/x", "//a.cn"])
def test_only_web_addresses_are_led_to(sent: Message, target: str) -> None:
    ShortLink.objects.update(target=target)
    assert tap(code_of(sent)).status_code == 404


def test_a_testers_click_is_nobodys_event(sent: Message, events: Events) -> None:
    ShortLink.objects.update(test=True)
    tap(code_of(sent))
    assert (events.by_id, Receipt.objects.count()) == ({}, 1)


def test_a_person_arrives_even_if_nobody_takes_events(sent: Message, registered: Registered) -> None:
    assert ports.events is None
    assert tap(code_of(sent)).status_code == 302


def test_a_message_keeps_its_codes_however_often_it_is_judged(account: ChannelAccount) -> None:
    template = make_template(account, body=BODY, settings={"links": {"code": TARGET}})
    messages = {message.pk: template for message in make_messages(account, template, 3)}
    now = datetime.now(UTC)
    first = links.codes(account, messages, now)
    assert links.codes(account, messages, now) == first
    assert len({code for params in first.values() for code in params.values()}) == 3


def test_a_code_that_is_taken_is_drawn_again(account: ChannelAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    template = make_template(account, body=BODY, settings={"links": {"code": TARGET}})
    first, second = make_messages(account, template, 2)
    letters = iter("AAAAAAAA" + "AAAAAAAA" + "BBBBBBBB")
    monkeypatch.setattr("channels_app.links.secrets.choice", lambda _: next(letters))
    now = datetime.now(UTC)
    assert links.codes(account, {first.pk: template}, now)[first.pk] == {"code": "AAAAAAAA"}
    assert links.codes(account, {second.pk: template}, now)[second.pk] == {"code": "BBBBBBBB"}


def test_a_template_without_links_costs_no_statement(account: ChannelAccount, django_assert_num_queries: Any) -> None:
    template = make_template(account)
    with django_assert_num_queries(0):
        assert links.codes(account, {uuid4(): template}, datetime.now(UTC)) == {}
