import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from channels_app import dispatch, outbox_sql
from channels_app.choices import MessageState, TemplateState
from channels_app.drain_lock import DrainBusy, one_at_a_time
from channels_app.models import ChannelAccount, Message
from channels_app.ports import PortMissing, Ports, ports
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    KEY_ID,
    MORNING,
    SECRET,
    SIGN,
    Registered,
    fates,
    make_account,
    make_messages,
    make_template,
    replaced_ports,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_single_message_is_accepted_with_the_attempt_as_out_id(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    (message,) = make_messages(account, make_template(account))
    drained = dispatch.drain(account.pk, MORNING)
    message.refresh_from_db()
    (seen,) = simulator.export()
    assert (drained.accepted, drained.more, drained.next_at) == (1, False, None)
    assert (message.state, message.provider_id, str(message.attempt)) == ("accepted", seen["biz_id"], seen["out_id"])
    assert seen["content"] == "【知途】您好王，您的订单0已发货。"
    assert registered.states() == ["accepted"]


def test_many_messages_go_once_each_in_batches_of_at_most_a_hundred(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    make_messages(account, make_template(account), 950)
    assert dispatch.drain(account.pk, MORNING).accepted == 950
    seen = list(simulator.export())
    assert len({row["phone"] for row in seen}) == len(seen) == 950
    assert len({row["biz_id"] for row in seen}) < 20
    assert registered.states() == ["accepted"] * 950


def test_two_messages_to_one_phone_go_in_two_calls(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    make_messages(account, make_template(account), 3, address="+8613800000000")
    dispatch.drain(account.pk, MORNING)
    assert len({row["out_id"] for row in simulator.export()}) == 3


def test_what_is_not_due_stays_and_says_when_it_is(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    later = MORNING + timedelta(hours=1)
    make_messages(account, make_template(account), at=later)
    assert dispatch.drain(account.pk, MORNING).next_at == later
    assert list(simulator.export()) == []


def test_a_consent_withdrawn_after_the_tick_blocks_the_send(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    (message,) = make_messages(account, make_template(account))
    registered.consents[message.profile_id] = "withdrawn"
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("blocked", "opted_out", "consent")]
    assert [(c.old_state, c.new_state, c.reason) for c in registered.changes] == [("queued", "blocked", "opted_out")]
    assert list(simulator.export()) == []


def test_a_template_no_longer_approved_blocks_the_send(account: ChannelAccount, registered: Registered) -> None:
    make_messages(account, make_template(account, state=TemplateState.REJECTED))
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("blocked", "template_not_approved", "template")]


def test_marketing_at_night_is_held_until_the_window_opens(account: ChannelAccount, registered: Registered) -> None:
    night = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    template = make_template(account, purpose="marketing")
    (message,) = make_messages(account, template, at=night, policy={"on_blocked": "hold", "zone": "Asia/Shanghai"})
    registered.consents[message.profile_id] = "granted"
    assert dispatch.drain(account.pk, night).next_at == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    assert fates(account) == [("queued", "quiet_hours", "cn.sms.marketing_hours@1")]
    assert registered.changes == []


def test_a_message_past_its_expiry_is_expired_not_sent(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    make_messages(account, make_template(account), expires_at=MORNING)
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("expired", "expired", "")]
    assert list(simulator.export()) == []


def test_a_veto_of_another_app_blocks_the_send(account: ChannelAccount, registered: Registered) -> None:
    class Exited:
        def vetoed(self, workspace_id, sends, now):  # type: ignore[no-untyped-def]
            return {send.message_id: "exited" for send in sends}

    ports.send_veto = Exited()
    make_messages(account, make_template(account), enrollment_id=uuid4())
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("blocked", "exited", "send_veto")]


def test_a_disabled_account_sends_nothing_and_keeps_its_messages(
    simulator_url: str, simulator: SimulatorClient, registered: Registered
) -> None:
    account = make_account(simulator_url, enabled=False)
    make_messages(account, make_template(account))
    assert dispatch.drain(account.pk, MORNING).next_at is None
    assert fates(account) == [("queued", "", "")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"address": "+12025550123"}, ("failed", "recipient_permanent", "isv.MOBILE_NUMBER_ILLEGAL")),
        ({"params": {"name": "王"}}, ("failed", "content_permanent", "isv.TEMPLATE_MISSING_PARAMETERS")),
        ({"params": {"name": "王", "order": "😀"}}, ("failed", "content_permanent", "isv.SMS_CONTENT_ILLEGAL")),
        ({"policy": {"quiet_hours": {"from": "x"}}}, ("failed", "policy_unreadable", "")),
    ],
)
def test_a_message_that_cannot_be_sent_fails_alone(
    account: ChannelAccount, registered: Registered, fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    template = make_template(account)
    make_messages(account, template, **fields)
    make_messages(account, template, 2)
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [expected, ("accepted", "", ""), ("accepted", "", "")]


def test_one_number_that_only_the_provider_refuses_does_not_take_its_batch_along(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    simulator.put_access_key(KEY_ID, {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_1": "${name}${secret}"}})
    template = make_template(account, body="${name}")
    make_messages(account, template, 20, params={"name": "王", "secret": "1"})
    make_messages(account, template, 1, params={"name": "王"}, address="+8613900000000")
    assert dispatch.drain(account.pk, MORNING).accepted == 20
    assert fates(account)[-1] == ("failed", "content_permanent", "isv.TEMPLATE_MISSING_PARAMETERS")


def test_a_template_deleted_at_the_vendor_fails_its_batch_in_one_call(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    make_messages(account, make_template(account, provider_code="SMS_404"), 5)
    dispatch.drain(account.pk, MORNING)
    assert set(fates(account)) == {("failed", "content_permanent", "isv.SMS_TEMPLATE_ILLEGAL")}


def test_a_busy_provider_is_tried_again_after_a_growing_pause(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    make_messages(account, make_template(account))
    simulator.put_faults(http_503_rate=1)
    first = dispatch.drain(account.pk, MORNING).next_at
    assert first is not None
    second = dispatch.drain(account.pk, first).next_at
    assert second is not None
    assert (round((first - MORNING).total_seconds()), round((second - first).total_seconds())) == (1, 2)
    simulator.put_faults()
    assert dispatch.drain(account.pk, second).accepted == 1
    assert registered.states() == ["accepted"]


def test_bytes_that_never_left_are_sent_again(registered: Registered) -> None:
    account = make_account("http://127.0.0.1:9")
    make_messages(account, make_template(account))
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("queued", "retry", "never_sent")]


def test_wrong_credentials_rest_the_account_and_lose_no_message(
    simulator_url: str, simulator: SimulatorClient, registered: Registered
) -> None:
    account = make_account(simulator_url, credentials={"access_key_id": KEY_ID, "access_key_secret": "wrong"})
    make_messages(account, make_template(account), 3)
    drained = dispatch.drain(account.pk, MORNING)
    account.refresh_from_db()
    assert account.pause_reason == "SignatureDoesNotMatch"
    assert drained.next_at == account.paused_until
    assert set(fates(account)) == {("queued", "account", "SignatureDoesNotMatch")}
    assert set(account.messages.values_list("attempts", flat=True)) == {0}


def test_throttling_rests_the_account_for_a_second(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    simulator.put_faults(throttle_rate=1)
    make_messages(account, make_template(account), 3)
    next_at = dispatch.drain(account.pk, MORNING).next_at
    assert next_at is not None
    assert 0.9 < (next_at - MORNING).total_seconds() < 2
    simulator.put_faults()
    assert dispatch.drain(account.pk, next_at).accepted == 3


def test_a_number_over_its_limit_waits_as_long_as_the_vendor_says(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    limited = {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_1": "好"}, "limits": {"per_hour": 1}}
    simulator.put_access_key(KEY_ID, limited)
    template = make_template(account)
    make_messages(account, template)
    dispatch.drain(account.pk, MORNING)
    make_messages(account, template)
    next_at = dispatch.drain(account.pk, MORNING).next_at
    assert next_at is not None
    assert round((next_at - MORNING).total_seconds() / 60) == 60


def test_a_second_drain_of_the_same_account_is_refused_while_the_first_runs(
    account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels_app.drain_lock.PATIENCE_SECONDS", 0.05)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with one_at_a_time(f"dispatch/{account.pk}"):
            held.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with pytest.raises(DrainBusy):
        dispatch.drain(account.pk, MORNING)
    done.set()
    thread.join()


def test_without_consent_facts_nothing_is_sent(account: ChannelAccount, simulator: SimulatorClient) -> None:
    make_messages(account, make_template(account))
    with replaced_ports(Ports()), pytest.raises(PortMissing):
        dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("queued", "", "")]


def test_a_listener_that_fails_undoes_the_change_it_was_told_of(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    def fail(changes: object) -> None:
        raise LookupError("listener")

    ports.message_changed.append(fail)
    (message,) = make_messages(account, make_template(account))
    with pytest.raises(LookupError):
        dispatch.drain(account.pk, MORNING)
    message.refresh_from_db()
    assert message.state == MessageState.SENDING


def test_claims_use_the_index_of_queued_messages(account: ChannelAccount, registered: Registered) -> None:
    make_messages(account, make_template(account), 2000, state=MessageState.DELIVERED)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("analyze channels_app_message")
        values: dict[str, Any] = {"account": account.pk, "now": MORNING, "limit": 100, "stopped": []}
        cursor.execute(f"explain {outbox_sql.CLAIM}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "message_queued" in plan
    assert Message.objects.filter(state="queued").count() == 0
