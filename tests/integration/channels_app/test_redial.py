"""Calling again whom a call did not reach: exact under late, doubled and corrected reports."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson
import pytest

from channels_app import dispatch
from channels_app.accounts import open_provider
from channels_app.models import CallTry, ChannelAccount, Message, Receipt
from channels_app.ports import ports
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

TWICE = {"retry": {"count": 2, "interval_minutes": 30, "reasons": ["busy", "no_answer"]}}
AT = MORNING + timedelta(minutes=1)


@pytest.fixture
def account(simulator_url: str, simulator: SimulatorClient) -> ChannelAccount:
    tell(simulator, "aliyun_tts", KEY, **BY_HAND)
    return voice_account(simulator_url, "aliyun_tts")


def dialled(account: ChannelAccount, settings: dict[str, Any] = TWICE, **fields: Any) -> Message:
    make_calls(account, voice_template(account, settings=settings), **fields)
    dispatch.drain(account.pk, MORNING)
    return account.messages.get()


def report(call: Message, status: str, at: str = "10:00:30") -> dict[str, Any]:
    assert call.attempt is not None
    return {
        "status_code": status,
        "hangup_direction": "机器",
        "callee": call.address.removeprefix("+86"),
        "end_time": f"2026-03-02 {at}",
        "call_id": call.provider_id,
        "out_id": reference_of(call.pk, call.attempt),
    }


def push(account: ChannelAccount, *entries: dict[str, Any], at: datetime = AT) -> int:
    request = CallbackRequest("report", "POST", {}, {}, orjson.dumps(entries))
    return take_in(account, open_provider(account).receive(request).inbound, at)


def received(count: int) -> bool:
    return Receipt.objects.count() == count


def redialled(account: ChannelAccount, at: datetime) -> Message:
    dispatch.drain(account.pk, at)
    return account.messages.get()


def test_a_busy_call_is_queued_for_its_next_try_and_nobody_hears_of_a_failure(
    account: ChannelAccount, registered: Registered
) -> None:
    first = dialled(account)
    nudged: list[Any] = []
    ports.dispatch_wanted.append(nudged.append)
    push(account, report(first, "200002"))
    again = account.messages.get()
    assert (again.state, again.reason, again.error_code) == ("queued", "redial", "200002")
    assert (again.not_before, again.attempt, again.provider_id) == (AT + timedelta(minutes=30), None, "")
    assert registered.states() == ["accepted"]
    assert nudged == [account.pk]


def test_tries_end_with_the_count_and_each_is_a_record(account: ChannelAccount, registered: Registered) -> None:
    call, at = dialled(account), AT
    for status in ("200002", "200003", "200002"):
        push(account, report(call, status), at=at)
        at += timedelta(minutes=30)
        call = redialled(account, at)
    assert fates(account) == [("failed", "delivery", "200002")]
    tries = CallTry.objects.order_by("number").values_list("number", "result")
    assert list(tries) == [(1, "busy"), (2, "no_answer"), (3, "busy")]
    assert Receipt.objects.filter(message_id=call.pk).count() == 3
    assert registered.states()[-1] == "failed"


def test_a_second_try_that_is_answered_delivers(account: ChannelAccount, registered: Registered) -> None:
    first = dialled(account)
    push(account, report(first, "200003"))
    second = redialled(account, AT + timedelta(minutes=30))
    push(account, report(second, "200000"))
    second.refresh_from_db()
    assert (second.state, second.result, second.error_code) == ("delivered", "answered", "")


@pytest.mark.parametrize("late", ["200002", "200000", "200004"])
def test_a_late_report_of_the_first_try_does_not_end_the_second(
    account: ChannelAccount, registered: Registered, late: str
) -> None:
    first = dialled(account)
    push(account, report(first, "200003"))
    push(account, report(first, late, at="10:01:00"))
    assert account.messages.get().state == "queued"
    second = redialled(account, AT + timedelta(minutes=30))
    assert second.attempt != first.attempt
    push(account, report(first, late, at="10:02:00"), {**report(first, late, at="10:03:00"), "call_id": ""})
    second.refresh_from_db()
    assert (second.state, second.result) == ("accepted", "")
    assert {receipt.message_id for receipt in Receipt.objects.all()} == {second.pk}


def test_the_same_report_twice_queues_one_more_try(account: ChannelAccount, registered: Registered) -> None:
    first = dialled(account)
    push(account, report(first, "200002"), report(first, "200002"))
    push(account, report(first, "200002"), at=AT + timedelta(minutes=5))
    assert account.messages.get().not_before == AT + timedelta(minutes=30)
    assert CallTry.objects.count() == 1


def test_a_result_corrected_in_the_same_push_decides(account: ChannelAccount, registered: Registered) -> None:
    first = dialled(account)
    push(account, report(first, "200002"), report(first, "200004", at="10:00:40"))
    assert fates(account) == [("failed", "delivery", "200004")]


@pytest.mark.parametrize("status", ["200004", "200010", "200011", "200119", "200000"])
def test_only_the_reasons_named_are_called_again(account: ChannelAccount, registered: Registered, status: str) -> None:
    push(account, report(dialled(account), status))
    assert account.messages.get().state in {"failed", "delivered"}


def test_the_next_try_waits_for_a_window(account: ChannelAccount, registered: Registered) -> None:
    retry = {**TWICE["retry"], "windows": [["09:00", "10:20"], ["14:00", "18:00"]]}
    push(account, report(dialled(account, {"retry": retry}), "200002"))
    # 10:31 in Shanghai is between the windows; the next opens at two.
    assert account.messages.get().not_before == datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def test_a_message_that_expires_first_is_not_called_again(account: ChannelAccount, registered: Registered) -> None:
    push(account, report(dialled(account, expires_at=AT + timedelta(minutes=20)), "200002"))
    assert account.messages.get().state == "failed"


def test_the_accounts_strategy_is_used_where_the_template_has_none(
    account: ChannelAccount, registered: Registered
) -> None:
    account.settings = TWICE
    account.save()
    push(account, report(dialled(account, {}), "200002"))
    assert account.messages.get().state == "queued"


def test_an_outcome_that_was_told_as_unknown_is_not_called_again(
    account: ChannelAccount, registered: Registered
) -> None:
    first = dialled(account)
    Message.objects.update(state="unknown")
    push(account, report(first, "200002"))
    assert account.messages.get().state == "failed"


def test_people_who_do_not_answer_are_called_until_they_do(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, live_server: Any
) -> None:
    to = f"{live_server.url}/callbacks/{account.callback_token}/call/aliyun_tts/report/"
    tell(simulator, "aliyun_tts", KEY, report_url=to, **BY_HAND)
    now = datetime.now(UTC)
    always = {"retry": {**TWICE["retry"], "windows": [["00:00", "24:00"]]}}
    make_calls(account, voice_template(account, settings=always), 1, at=now)
    for number, done in enumerate(("busy", "no_answer", "answer")):
        dispatch.drain(account.pk, now + timedelta(hours=number))
        call = calls(simulator)[number]
        act(simulator, call, done)
        if done == "answer":
            act(simulator, call, "hang_up")
        until(partial(received, number + 1))
    message = account.messages.get()
    assert (message.state, message.result, message.error_code) == ("delivered", "answered", "")
    assert len({call["reference"] for call in calls(simulator)}) == 3
