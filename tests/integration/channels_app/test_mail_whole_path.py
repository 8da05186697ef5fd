"""Outbox → mail server → bounce by the mail server's pipe, or a click on the button → what becomes of it."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from channels_app import dispatch
from channels_app.models import ChannelAccount, Receipt, Suppression
from channels_app.ports import ports
from channels_app.providers.inbound import InboundEvent
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.mailing import LETTER, WAY_OUT, box, make_email_account, make_letter, set_up
from tests.integration.channels_app.simulated import MORNING, Registered, make_messages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


class Taken:
    def __init__(self) -> None:
        self.events: list[InboundEvent] = []

    def take(self, workspace_id: Any, events: Any, now: Any) -> None:
        self.events += events


@pytest.fixture
def taken(registered: Registered) -> Taken:
    ports.events = Taken()
    return ports.events


@pytest.fixture
def email_account(simulator: SimulatorClient, live_server: Any, taken: Taken) -> ChannelAccount:
    account = make_email_account(set_up(simulator), settings={"public_url": live_server.url})
    set_up(simulator, bounce_url=f"{live_server.url}/callbacks/{account.callback_token}/email/smtp/bounce/")
    return account


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_bounce_fails_its_message_and_marks_the_person_once(
    email_account: ChannelAccount, simulator: SimulatorClient, taken: Taken
) -> None:
    simulator.put_faults(duplicate_callback_rate=1)
    (message,) = make_messages(
        email_account, make_letter(email_account), channel="email", address="bounce@example.com", params={"name": "王"}
    )
    dispatch.drain(email_account.pk, MORNING)
    until(lambda: len(taken.events) == 2)
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("failed", "5.1.1")
    assert message.error_detail == "smtp; 550 5.1.1 User unknown"
    assert Receipt.objects.count() == 1
    first, second = taken.events
    assert first.event_id == second.event_id == f"email_bounced:{message.pk}"
    assert (first.name, first.identities) == ("email_bounced", {"email": "bounce@example.com"})
    assert (first.properties["hard"], first.traits) == (True, {"email_bounced": True})


def test_an_address_that_bounced_hard_gets_nothing_more_and_the_next_message_says_why(
    email_account: ChannelAccount, simulator: SimulatorClient, taken: Taken
) -> None:
    template = make_letter(email_account)
    wanted: dict[str, Any] = {"channel": "email", "address": "bounce@example.com", "params": {"name": "王"}}
    make_messages(email_account, template, **wanted)
    dispatch.drain(email_account.pk, MORNING)
    until(lambda: Suppression.objects.filter(workspace=email_account.workspace).exists())
    kept = Suppression.objects.get(workspace=email_account.workspace)
    assert (kept.channel, kept.address, kept.source) == ("email", "bounce@example.com", "hard_bounce")
    assert kept.proof["status"] == "5.1.1"
    (bounced,) = box(simulator, "bounce@example.com")

    (again,) = make_messages(email_account, template, **wanted)
    dispatch.drain(email_account.pk, MORNING)
    again.refresh_from_db()
    assert (again.state, again.reason, again.error_code) == ("blocked", "opted_out", "suppression_list")
    assert box(simulator, "bounce@example.com") == [bounced]


def test_a_complaint_suppresses_the_address_and_the_next_message_is_blocked(
    email_account: ChannelAccount, simulator: SimulatorClient, taken: Taken
) -> None:
    template = make_letter(email_account)
    wanted: dict[str, Any] = {"channel": "email", "address": "wang@example.com", "params": {"name": "王"}}
    (message,) = make_messages(email_account, template, **wanted)
    dispatch.drain(email_account.pk, MORNING)
    (mail,) = box(simulator)
    for _ in range(2):
        simulator.request("POST", f"/admin/mail/mails/{mail['id']}/complain/").raise_for_status()
    until(lambda: len(taken.events) == 2)
    kept = Suppression.objects.get(workspace=email_account.workspace)
    assert (kept.address, kept.source) == ("wang@example.com", "complaint")
    first, second = taken.events
    assert first.event_id == second.event_id == f"email_complained:{message.pk}"
    assert (first.name, first.identities) == ("email_complained", {"email": "wang@example.com"})
    message.refresh_from_db()
    assert message.state == "accepted"

    (again,) = make_messages(email_account, template, **wanted)
    dispatch.drain(email_account.pk, MORNING)
    again.refresh_from_db()
    assert (again.state, again.reason) == ("blocked", "opted_out")
    assert len(box(simulator)) == 1


def test_a_full_mailbox_fails_the_message_and_not_the_address(
    email_account: ChannelAccount, simulator: SimulatorClient, taken: Taken
) -> None:
    (message,) = make_messages(
        email_account,
        make_letter(email_account),
        channel="email",
        address="bounce-full@example.com",
        params={"name": "王"},
    )
    dispatch.drain(email_account.pk, MORNING)
    until(lambda: bool(taken.events))
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("failed", "4.2.2")
    assert (taken.events[0].properties["hard"], taken.events[0].traits) == (False, {})


def test_the_button_of_a_mail_client_withdraws_consent(
    email_account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    template = make_letter(email_account, purpose="marketing", body="退订 ${unsubscribe_url}", settings=WAY_OUT)
    (message,) = make_messages(email_account, template, channel="email", address="wang@example.com")
    registered.consents[message.profile_id] = "granted"
    dispatch.drain(email_account.pk, MORNING)
    (mail,) = box(simulator)
    simulator.request("POST", f"/admin/mail/mails/{mail['id']}/unsubscribe/").raise_for_status()
    until(lambda: bool(registered.opt_outs))
    (refusal,) = registered.opt_outs
    assert (refusal.channel, refusal.address, refusal.source) == ("email", "wang@example.com", "email_unsubscribe")
    assert refusal.proof == {"message": str(message.pk), "by": "one_click"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"address": "not an address"}, "bad_address"),
        ({"address": "a\r\nRCPT TO:<b@example.com>@example.com"}, "bad_address"),
        ({"params": {}}, "missing_variable"),
    ],
)
def test_what_cannot_be_sent_fails_with_its_reason_and_no_call(
    email_account: ChannelAccount, simulator: SimulatorClient, fields: dict[str, Any], code: str
) -> None:
    wanted = {"address": "wang@example.com", "params": {"name": "王"}, "channel": "email", **fields}
    (message,) = make_messages(email_account, make_letter(email_account, settings=LETTER), **wanted)
    dispatch.drain(email_account.pk, MORNING)
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("failed", code)
    assert simulator.request("GET", "/admin/mail/").json()["results"] == []


def test_with_every_fault_switched_on_no_mail_is_sent_twice(
    email_account: ChannelAccount, simulator: SimulatorClient, taken: Taken
) -> None:
    simulator.put_faults(
        http_500_rate=0.2,
        http_503_rate=0.2,
        throttle_rate=0.2,
        # One of sixty at least is dropped and does not bounce, but for one run in ten million.
        timeout_after_accept_rate=0.3,
        duplicate_callback_rate=0.2,
        fail_delivery_rate=0.2,
    )
    template, total = make_letter(email_account), 60
    addresses = [f"wang{number}@example.com" for number in range(total)]
    for address in addresses:
        make_messages(email_account, template, channel="email", address=address, params={"name": "王"})
    deadline, now = time.monotonic() + 60, MORNING
    while (next_at := dispatch.drain(email_account.pk, now).next_at) is not None:
        assert time.monotonic() < deadline
        now = max(now, next_at)
    simulator.put_faults()
    boxes = [box(simulator, address) for address in addresses]
    bounced = sum(mail["state"] == "bounced" for mails in boxes for mail in mails)
    until(lambda: email_account.messages.filter(state="failed").count() == bounced)
    assert max(map(len, boxes)) == 1
    states = Counter(email_account.messages.values_list("state", flat=True))
    assert sum(states.values()) == total
    assert set(states) <= {"accepted", "failed", "unknown"}
    # What was dropped after the final dot arrived: each is unknown, or a bounce has told of it since.
    assert sum(map(len, boxes)) == total
    assert states["unknown"] > 0
