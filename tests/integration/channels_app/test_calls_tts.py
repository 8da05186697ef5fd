"""A voice notification from the outbox to the person's telephone and back by reports."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from channels_app import dispatch
from channels_app.accounts import open_provider
from channels_app.models import CallTry, ChannelAccount, Message, Receipt
from channels_app.ports import ports
from channels_app.providers.base import Open
from channels_app.providers.call.reference import reference_of
from channels_app.providers.inbound import CallbackRequest
from channels_app.receipts import take_in
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import MORNING, Registered, fates
from tests.integration.channels_app.voice import (
    BY_HAND,
    KEY,
    act,
    calls,
    make_calls,
    tell,
    until,
    voice_account,
    voice_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


@pytest.fixture
def account(simulator_url: str, simulator: SimulatorClient) -> ChannelAccount:
    tell(simulator, "aliyun_tts", KEY)
    return voice_account(simulator_url, "aliyun_tts")


def connect(simulator: SimulatorClient, account: ChannelAccount, live_server: Any, **config: Any) -> None:
    to = f"{live_server.url}/callbacks/{account.callback_token}/call/aliyun_tts"
    config = {"report_url": f"{to}/report/", "progress_url": f"{to}/progress/", "retry_scale": 0.001, **config}
    tell(simulator, "aliyun_tts", KEY, **config)


def sent(account: ChannelAccount) -> Message:
    make_calls(account, voice_template(account))
    dispatch.drain(account.pk, MORNING)
    return account.messages.get()


def report(call: Message, status: str = "200000", **fields: Any) -> dict[str, Any]:
    assert call.attempt is not None
    return {
        "status_code": status,
        "status_msg": "",
        "hangup_direction": "机器",
        "callee": call.address.removeprefix("+86"),
        "caller": "057100000000",
        "originate_time": "2026-03-02 10:00:00",
        "end_time": "2026-03-02 10:00:30",
        "duration": "10",
        "call_id": call.provider_id,
        "out_id": reference_of(call.pk, call.attempt),
        "dtmf": "",
        **fields,
    }


def push(account: ChannelAccount, *entries: dict[str, Any], kind: str = "report") -> int:
    request = CallbackRequest(kind, "POST", {}, {}, orjson.dumps(entries))
    return take_in(account, open_provider(account).receive(request).inbound, MORNING + timedelta(minutes=1))


def test_a_call_is_dialled_heard_and_reported(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, live_server: Any
) -> None:
    connect(simulator, account, live_server)
    make_calls(account, voice_template(account), 20)
    dispatch.drain(account.pk, MORNING)
    until(lambda: account.messages.filter(state="delivered").count() == 20)
    assert {c["content"] for c in calls(simulator)} == {"您好王，您预约的周五的体检请准时到店。"}
    assert set(account.messages.values_list("result", flat=True)) == {"answered"}
    assert [c.result for c in registered.changes if c.new_state == "delivered"] == ["answered"] * 20


@pytest.mark.parametrize(
    ("done", "code", "result"),
    [
        ("busy", "200002", "busy"),
        ("no_answer", "200003", "no_answer"),
        ("invalid", "200004", "invalid"),
        ("reject", "200005", "rejected"),
        ("unreachable", "200005", "unreachable"),
        ("powered_off", "200010", "powered_off"),
        ("suspended", "200011", "suspended"),
    ],
)
def test_each_way_not_to_be_reached_fails_the_message_with_its_result(
    account: ChannelAccount,
    simulator: SimulatorClient,
    registered: Registered,
    live_server: Any,
    done: str,
    code: str,
    result: str,
) -> None:
    connect(simulator, account, live_server, **BY_HAND)
    sent(account)
    act(simulator, calls(simulator)[0], done)
    until(lambda: account.messages.filter(state="failed").exists())
    assert fates(account) == [("failed", "delivery", code)]
    assert account.messages.get().result == result
    assert registered.changes[-1].result == result


def test_a_key_pressed_is_an_event_of_the_person(
    account: ChannelAccount,
    simulator: SimulatorClient,
    registered: Registered,
    live_server: Any,
) -> None:
    taken: list[Any] = []
    ports.events = type("Sink", (), {"take": lambda self, *args: taken.append(args)})()
    connect(simulator, account, live_server, **BY_HAND)
    sent(account)
    (call,) = calls(simulator)
    for name, more in (("answer", {}), ("press", {"keys": "1"}), ("press", {"keys": "9#"}), ("hang_up", {})):
        act(simulator, call, name, **more)
    until(lambda: taken)
    (event,) = taken[0][1]
    assert (event.name, dict(event.properties)["keys"]) == ("call_key_pressed", "19#")
    assert event.identities == {"phone": "+8613800000000"}
    until(lambda: account.messages.filter(state="delivered").exists())
    assert account.messages.get().error_code == ""


def test_a_report_of_a_call_whose_answer_was_lost_is_matched_by_its_reference(
    account: ChannelAccount, registered: Registered
) -> None:
    call = sent(account)
    Message.objects.update(state="sending", provider_id="")
    push(account, report(call, call_id="999^1"))
    call.refresh_from_db()
    assert (call.state, call.result, call.provider_id) == ("delivered", "answered", "999^1")


def test_the_same_report_pushed_and_asked_for_has_one_effect(account: ChannelAccount, registered: Registered) -> None:
    call = sent(account)
    assert [push(account, report(call), report(call)), push(account, report(call))] == [1, 0]
    assert registered.states() == ["accepted", "delivered"]
    assert Receipt.objects.filter(dedup_key=f"end:{call.provider_id}:200000").count() == 1


def test_a_later_report_corrects_the_result_and_says_so(account: ChannelAccount, registered: Registered) -> None:
    call = sent(account)
    push(account, report(call, "200002"))
    push(account, report(call, "200003", end_time="2026-03-02 10:05:00"))
    call.refresh_from_db()
    assert (call.state, call.result) == ("failed", "no_answer")
    assert [(c.new_state, c.result) for c in registered.changes[1:]] == [("failed", "busy"), ("failed", "no_answer")]


def test_a_call_that_was_answered_after_all_is_delivered_and_the_other_way_round(
    account: ChannelAccount, registered: Registered
) -> None:
    call = sent(account)
    push(account, report(call, "200003"))
    push(account, report(call, "200000", end_time="2026-03-02 10:05:00"))
    call.refresh_from_db()
    assert (call.state, call.result, call.reason, call.error_code) == ("delivered", "answered", "", "")
    push(account, report(call, "200002", end_time="2026-03-02 10:06:00"))
    push(account, report(call, "200000", end_time="2026-03-02 10:05:30"))
    call.refresh_from_db()
    assert (call.state, call.result, call.reason, call.error_code) == ("failed", "busy", "delivery", "200002")
    assert [(c.old_state, c.new_state, c.result) for c in registered.changes[1:]] == [
        ("accepted", "failed", "no_answer"),
        ("failed", "delivered", "answered"),
        ("delivered", "failed", "busy"),
    ]


def test_an_older_report_does_not_overrule_a_newer_one(account: ChannelAccount, registered: Registered) -> None:
    call = sent(account)
    push(account, report(call, "200003", end_time="2026-03-02 10:05:00"))
    push(account, report(call, "200002"))
    call.refresh_from_db()
    assert call.result == "no_answer"
    assert CallTry.objects.get().result == "no_answer"
    assert Receipt.objects.filter(message_id=call.pk).count() == 2


def test_progress_accepts_a_call_whose_answer_was_lost_and_ends_none(
    account: ChannelAccount, registered: Registered
) -> None:
    call = sent(account)
    step = {"status_code": "200102", "status_time": "2026-03-02 10:00:10", "out_id": "x", "call_id": call.provider_id}
    push(account, step, kind="progress")
    call.refresh_from_db()
    assert (call.state, call.result) == ("accepted", "")
    assert Receipt.objects.get().message_id == call.pk


def test_a_call_whose_report_was_lost_is_asked_about(account: ChannelAccount, simulator: SimulatorClient) -> None:
    call = sent(account)
    until(lambda: calls(simulator)[0]["state"] == "ended")
    assert call.attempt is not None
    known = Open(call.pk, call.attempt, call.provider_id, call.address, datetime.now(UTC) - timedelta(minutes=3))
    inbound = open_provider(account).poll([known])
    assert [(r.outcome, r.result, r.code) for r in inbound.receipts] == [("delivered", "answered", "200000")]
    assert take_in(account, inbound, MORNING) == 1
    call.refresh_from_db()
    assert (call.state, call.result) == ("delivered", "answered")
