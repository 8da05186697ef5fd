"""Calls by Aliyun's outbound robot: jobs in batches, results by asking, intents."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from channels_app import dispatch
from channels_app.accounts import open_provider
from channels_app.models import AccessToken, ChannelAccount, Receipt
from channels_app.providers.base import AccountConfig, Attempted, Open, Outgoing
from channels_app.providers.call.aliyun_robot import AliyunRobot
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.receipts import take_in
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import MORNING, Registered, fates
from tests.integration.channels_app.voice import (
    BY_HAND,
    KEY,
    SAYS,
    SECRET,
    act,
    calls,
    make_calls,
    tell,
    until,
    voice_account,
    voice_template,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(simulator_url: str, simulator: SimulatorClient) -> ChannelAccount:
    tell(simulator, "aliyun_robot", KEY, **BY_HAND)
    return voice_account(simulator_url, "aliyun_robot")


def sent(account: ChannelAccount, count: int = 1, **settings: Any) -> None:
    make_calls(account, voice_template(account, settings=settings), count)
    dispatch.drain(account.pk, MORNING)


def poll(account: ChannelAccount) -> int:
    rows = account.messages.filter(state="accepted").order_by("id")
    known = [Open(m.pk, m.attempt, m.provider_id, m.address, m.accepted_at) for m in rows]  # type: ignore[arg-type]
    return take_in(account, open_provider(account).poll(known), datetime.now(UTC))


def provider(url: str) -> AliyunRobot:
    credentials = {"access_key_id": KEY, "access_key_secret": SECRET}
    return AliyunRobot(AccountConfig(uuid4(), url, credentials, {"instance_id": "inst-1"}))


def outgoing(number: int = 0, script: str = "TTS_1") -> Outgoing:
    return Outgoing(uuid4(), f"+86138{number:08}", script, SAYS, {"name": "王", "time": "周五"})


def test_a_hundred_people_are_two_calls_of_one_group(account: ChannelAccount, simulator: SimulatorClient) -> None:
    sent(account, 100)
    assert account.messages.filter(state="accepted").count() == 100
    assert len(calls(simulator)) == 100
    assert account.messages.values("attempt").distinct().count() == 2
    assert account.messages.values("provider_id").distinct().count() == 1


def test_the_group_of_a_day_is_kept_for_all_processes(account: ChannelAccount, simulator: SimulatorClient) -> None:
    sent(account)
    sent(account)
    name = AccessToken.objects.get(account=account).name
    assert name.startswith("job_group/")
    assert account.messages.values("provider_id").distinct().count() == 1


def test_a_group_deleted_at_the_vendor_is_made_anew(account: ChannelAccount, simulator: SimulatorClient) -> None:
    sent(account)
    first = account.messages.get().provider_id
    simulator.reset()
    sent(account)
    assert account.messages.filter(state="accepted").exclude(provider_id=first).count() == 1


def test_an_intent_is_the_result_and_what_was_said_is_kept(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    sent(account)
    assert poll(account) == 0
    (call,) = calls(simulator)
    act(simulator, call, "answer")
    act(simulator, call, "intent", intent="A")
    act(simulator, call, "hang_up")
    assert poll(account) == 1
    message = account.messages.get()
    assert (message.state, message.result) == ("delivered", "intent_A")
    assert registered.changes[-1].result == "intent_A"
    kept = Receipt.objects.get().payload
    assert (kept["rounds"], kept["intent"], kept["hung_up_by"]) == (1, "A", "client")
    assert kept["recording_url"].endswith(".wav")
    assert kept["tags"] == {"意向等级": "A"}


@pytest.mark.parametrize(
    ("done", "result", "code"),
    [
        ("busy", "busy", "Busy"),
        ("no_answer", "no_answer", "NoAnswer"),
        ("powered_off", "powered_off", "PoweredOff"),
        ("invalid", "invalid", "NotExist"),
        ("suspended", "suspended", "OutOfService"),
        ("unreachable", "unreachable", "NotConnected"),
    ],
)
def test_each_way_not_to_be_reached_fails_the_message(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, done: str, result: str, code: str
) -> None:
    sent(account)
    act(simulator, calls(simulator)[0], done)
    poll(account)
    assert fates(account) == [("failed", "delivery", code)]
    assert account.messages.get().result == result


def test_a_number_called_too_often_is_restricted_without_a_call(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    tell(simulator, "aliyun_robot", KEY, limits={"per_5_minutes": 1, "per_day": 1}, **BY_HAND)
    sent(account)
    sent(account)
    poll(account)
    assert account.messages.get(state="failed").result == "restricted"


def test_ended_jobs_are_asked_about_many_at_a_time_and_open_ones_not_at_all(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(account, 120)
    for call in calls(simulator)[:70]:
        act(simulator, call, "busy")
    robot = open_provider(account)
    assert isinstance(robot, AliyunRobot)
    asked: list[str] = []
    call_of = robot._aliyun.call

    def heard(action: str, query: Any) -> Any:
        asked.append(action)
        return call_of(action, query)

    monkeypatch.setattr(robot._aliyun, "call", heard)
    assert poll(account) == 70
    assert {m.result for m in account.messages.filter(state="failed")} == {"busy"}
    assert sorted(asked) == ["ListJobs"] * 2 + ["QueryJobsWithResult"] * 2
    asked.clear()
    assert poll(account) == 0
    assert asked == ["QueryJobsWithResult"] * 2


def test_jobs_are_cancelled_by_our_reference_and_end_so(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    sent(account, 2)
    robot = open_provider(account)
    assert isinstance(robot, AliyunRobot)
    first = account.messages.order_by("id")[0]
    robot.act_on_jobs("CancelJobs", [Open(first.pk, first.attempt, first.provider_id, first.address, MORNING)])  # type: ignore[arg-type]
    poll(account)
    assert [m.result for m in account.messages.order_by("id")] == ["cancelled", ""]


def test_a_second_try_is_another_job_and_the_first_does_not_end_it(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    sent(account, retry={"count": 1, "interval_minutes": 1, "windows": [["00:00", "24:00"]]})
    act(simulator, calls(simulator)[0], "busy")
    poll(account)
    again = account.messages.get()
    assert again.state == "queued"
    dispatch.drain(account.pk, again.not_before)
    assert poll(account) == 0
    assert account.messages.get().state == "accepted"
    act(simulator, calls(simulator)[1], "answer")
    act(simulator, calls(simulator)[1], "hang_up")
    poll(account)
    message = account.messages.get()
    assert (message.state, message.result) == ("delivered", "answered")


def test_an_assignment_whose_answer_was_lost_is_found_by_its_reference(
    account: ChannelAccount, simulator: SimulatorClient, simulator_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot, message, attempt = provider(simulator_url), outgoing(), uuid4()
    simulator.put_faults(timeout_after_accept_rate=1)
    monkeypatch.setattr(robot._aliyun._client, "timeout", 0.5)
    with pytest.raises(CallOutcomeUnknown):
        robot.send_batch(attempt, [message])
    monkeypatch.setattr(robot._aliyun._client, "timeout", 10)
    at = datetime.now(UTC)
    lost = Attempted(message.message_id, attempt, at, message.address)
    never = Attempted(uuid4(), uuid4(), at, message.address)
    found = robot.reconcile([lost, never])
    robot.close()
    assert set(found) == {message.message_id}
    assert found[message.message_id].outcome == "accepted"  # type: ignore[union-attr]


def test_a_plan_has_one_script_and_no_number_twice(simulator_url: str) -> None:
    robot = provider(simulator_url)
    messages = [outgoing(n % 60, f"S{n % 2}") for n in range(240)]
    plan = robot.plan(messages)
    robot.close()
    assert sorted(m.message_id for call in plan for m in call) == sorted(m.message_id for m in messages)
    for call in plan:
        assert len(call) <= 99
        assert len({m.template_code for m in call}) == 1
        assert len({m.address for m in call}) == len(call)


def test_a_wrong_instance_stops_the_account(simulator: SimulatorClient, simulator_url: str) -> None:
    tell(simulator, "aliyun_robot", KEY, instance_id="other")
    robot = provider(simulator_url)
    with pytest.raises(CallRefused) as error:
        robot.send_batch(UUID(int=1), [outgoing()])
    robot.close()
    assert error.value.error_class == ErrorClass.ACCOUNT


def test_unattended_calls_end_by_themselves(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    tell(simulator, "aliyun_robot", KEY)
    simulator.put_faults(fail_delivery_rate=1)
    sent(account, 5)
    until(lambda: all(call["ending"] for call in calls(simulator)))
    assert poll(account) == 5
    assert {m.state for m in account.messages.all()} == {"failed"}
