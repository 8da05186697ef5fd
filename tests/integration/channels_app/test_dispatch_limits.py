"""What holds an account back: its rate, quotas over all accounts, the breaker, the kill switch; and what a message costs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction

from channels_app import dispatch, outbox
from channels_app.models import Alert, ChannelAccount, Message, SendingRules, SendingStop
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    KEY_ID,
    MORNING,
    SECRET,
    Registered,
    fates,
    make_account,
    make_messages,
    make_template,
)

pytestmark = pytest.mark.django_db(transaction=True)

RATE = 60
SENDERS = 50


def most_in_a_second(instants: list[float]) -> int:
    """The most of these instants (ascending) that lie in one second, wherever it begins."""
    return max(sum(start <= at < start + 1 for at in instants[place:]) for place, start in enumerate(instants))


def test_no_second_at_the_provider_sees_more_than_the_rate(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    """How little of the rate is lost depends on how long calls take: with a clock of its own in the unit test of paces."""
    ChannelAccount.objects.filter(pk=account.pk).update(rate=RATE)
    make_messages(account, make_template(account), 4 * RATE)
    sent = 0
    while sent < 4 * RATE:
        sent += dispatch.drain(account.pk, MORNING).accepted

    instants = sorted(row["accepted_at"] for row in simulator.export())
    assert len(instants) == 4 * RATE
    assert most_in_a_second(instants) <= RATE
    # Not all at once either: the second of the first ones had to be over before the last ones left.
    assert instants[-1] - instants[0] > 2


def test_of_fifty_senders_at_once_none_passes_a_persons_quota(
    simulator_url: str, simulator: SimulatorClient, registered: Registered
) -> None:
    """Two marketing messages a minute to one person, whichever account they leave by."""
    first = make_account(simulator_url)
    others = [
        make_account(simulator_url, workspace=first.workspace, key=f"sms{number}") for number in range(1, SENDERS)
    ]
    accounts = [first, *others]
    person = uuid4()
    registered.consents[person] = "granted"
    for account in accounts:
        template = make_template(account, provider_code="SMS_2", body="新品上市，拒收请回复R", purpose="marketing")
        make_messages(account, template, 1, profile_id=person, params={}, address="+8613800000000")

    def drain(account: ChannelAccount) -> int:
        try:
            return dispatch.drain(account.pk, MORNING).accepted
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        accepted = sum(pool.map(drain, accounts))

    assert accepted == 2
    assert len(list(simulator.export())) == 2
    blocked = Message.objects.filter(state="blocked", reason="quota", error_code="cn.sms.marketing_per_minute@1")
    assert blocked.count() == SENDERS - 2


def test_a_batch_counts_the_messages_in_it(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    SendingRules.objects.create(
        workspace=account.workspace, rules={"caps": [{"id": "one", "most": 1, "hours": 1, "purposes": []}]}
    )
    make_messages(account, make_template(account), 3, profile_id=uuid4())
    dispatch.drain(account.pk, MORNING)
    assert sorted(fates(account)) == [
        ("accepted", "", ""),
        ("blocked", "frequency_cap", "cap.one@1"),
        ("blocked", "frequency_cap", "cap.one@1"),
    ]


def test_a_refused_account_opens_an_alert_and_is_probed_with_one_message_until_one_is_taken(
    simulator_url: str, simulator: SimulatorClient, registered: Registered
) -> None:
    account = make_account(simulator_url, credentials={"access_key_id": KEY_ID, "access_key_secret": "wrong"})
    make_messages(account, make_template(account), 5)

    rests = []
    now = MORNING
    for _ in range(3):
        next_at = dispatch.drain(account.pk, now).next_at
        assert next_at is not None
        rests.append(round((next_at - now).total_seconds() / 60))
        now = next_at
    assert rests == [5, 10, 20]
    alert = Alert.objects.get(workspace=account.workspace)
    assert (alert.kind, alert.code, alert.closed_at) == ("account_stopped", "SignatureDoesNotMatch", None)
    # After the first try each was a probe of one message.
    assert Message.objects.filter(error_code="SignatureDoesNotMatch").count() == 5

    account.refresh_from_db()
    account.credentials = {"access_key_id": KEY_ID, "access_key_secret": SECRET}
    account.save(update_fields=["credentials"])
    assert dispatch.drain(account.pk, now).accepted == 5
    alert.refresh_from_db()
    account.refresh_from_db()
    assert alert.closed_at is not None
    assert (account.failures, account.paused_until) == (0, None)


@pytest.mark.parametrize("channel", ["sms", ""])
def test_the_kill_switch_holds_everything_until_it_is_lifted(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, channel: str
) -> None:
    stop = SendingStop.objects.create(workspace=account.workspace, channel=channel, reason="错发")
    make_messages(account, make_template(account), 2)
    drained = dispatch.drain(account.pk, MORNING)
    assert (drained.accepted, drained.more, drained.next_at) == (0, False, None)
    assert set(fates(account)) == {("queued", "", "")}
    stop.delete()
    assert dispatch.drain(account.pk, MORNING).accepted == 2


def test_another_channels_kill_switch_stops_nothing_here(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    SendingStop.objects.create(workspace=account.workspace, channel="call")
    make_messages(account, make_template(account))
    assert dispatch.drain(account.pk, MORNING).accepted == 1


def test_a_message_costs_its_segments_once_it_is_taken_and_nothing_if_it_is_refused(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    ChannelAccount.objects.filter(pk=account.pk).update(price=Decimal("0.0450"))
    template = make_template(account)
    (short,) = make_messages(account, template, params={"name": "王", "order": "1"})
    long_body = make_template(account, provider_code="SMS_9", body="很" * 80)
    (refused,) = make_messages(account, long_body, params={}, address="+8613900000000")
    dispatch.drain(account.pk, MORNING)

    short.refresh_from_db()
    refused.refresh_from_db()
    assert (short.state, short.cost) == ("accepted", Decimal("0.0450"))
    # The simulator knows no SMS_9.
    assert (refused.state, refused.cost) == ("failed", None)


def test_two_segments_cost_twice(account: ChannelAccount, simulator: SimulatorClient, registered: Registered) -> None:
    body = "很" * 80
    simulator.put_access_key(KEY_ID, {"secret": SECRET, "signs": ["知途"], "templates": {"SMS_9": body}})
    ChannelAccount.objects.filter(pk=account.pk).update(price=Decimal("0.0450"))
    (message,) = make_messages(account, make_template(account, provider_code="SMS_9", body=body), params={})
    dispatch.drain(account.pk, MORNING)
    message.refresh_from_db()
    assert message.cost == Decimal("0.0900")


def test_messages_of_higher_priority_are_claimed_first_then_the_oldest(
    account: ChannelAccount, registered: Registered
) -> None:
    template = make_template(account)

    def queued(priority: int, at: datetime) -> Message:
        return make_messages(account, template, priority=priority, at=at)[0]

    low_old = queued(10, MORNING - timedelta(hours=2))
    high_late = queued(90, MORNING)
    high_old = queued(90, MORNING - timedelta(hours=1))
    queued(100, MORNING + timedelta(hours=1))
    with transaction.atomic():
        claimed = [message.id for message in outbox.claim(account.pk, MORNING, 10)]
        two = [message.id for message in outbox.claim(account.pk, MORNING, 2)]
    assert claimed == [high_old.pk, high_late.pk, low_old.pk]
    assert two == claimed[:2]


def test_what_is_due_next_is_known_over_all_priorities(account: ChannelAccount, registered: Registered) -> None:
    template = make_template(account)
    for priority, hours in ((90, 5), (10, 1), (50, 3)):
        make_messages(account, template, priority=priority, at=MORNING + timedelta(hours=hours))
    assert dispatch.drain(account.pk, MORNING).next_at == MORNING + timedelta(hours=1)
