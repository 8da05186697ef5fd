"""A robot vendor that speaks our own contract: idempotent by id, signed both ways, corrected later."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from channels_app import dispatch
from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, Receipt
from channels_app.providers.base import AccountConfig, Attempted, Open, Outgoing
from channels_app.providers.call.robot_http import RobotHttp
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.simulator.client import SimulatorClient
from tests.fixtures.http_server import http_server
from tests.integration.channels_app.simulated import MORNING, Registered, fates
from tests.integration.channels_app.voice import (
    BY_HAND,
    KEY,
    ROBOT_SECRET,
    SAYS,
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
    tell(simulator, "robot_http", KEY)
    return voice_account(simulator_url, "robot_http")


def connect(simulator: SimulatorClient, account: ChannelAccount, live_server: Any, **config: Any) -> None:
    to = f"{live_server.url}/callbacks/{account.callback_token}/call/robot_http/result/"
    tell(simulator, "robot_http", KEY, report_url=to, retry_scale=0.001, **config)


def provider(url: str, secret: str = ROBOT_SECRET, **settings: Any) -> RobotHttp:
    settings = {"account": KEY, **settings}
    return RobotHttp(AccountConfig(uuid4(), f"{url}/robot", {"secret": secret}, settings))


def outgoing(address: str = "+8613800000001", **fields: Any) -> Outgoing:
    return Outgoing(uuid4(), address, "TTS_1", SAYS, {"name": "王", "time": "周五"}, **fields)


def sent(account: ChannelAccount, **settings: Any) -> Any:
    make_calls(account, voice_template(account, settings=settings))
    dispatch.drain(account.pk, MORNING)
    return account.messages.get()


def test_a_call_is_answered_graded_and_corrected_later(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, live_server: Any
) -> None:
    connect(simulator, account, live_server, **BY_HAND)
    sent(account)
    (call,) = calls(simulator)
    for name, more in (("answer", {}), ("intent", {"intent": "C"}), ("hang_up", {})):
        act(simulator, call, name, **more)
    until(lambda: account.messages.filter(state="delivered", result="intent_C").exists())
    act(simulator, call, "intent", intent="A")
    until(lambda: account.messages.filter(result="intent_A").exists())
    assert [(c.new_state, c.result) for c in registered.changes if c.result] == [
        ("delivered", "intent_C"),
        ("delivered", "intent_A"),
    ]
    kept = Receipt.objects.filter(payload__type="call.corrected").get().payload
    assert (kept["intent"], kept["rounds"], kept["tags"]) == ("A", 1, ["intent:A"])
    assert kept["recording_url"].endswith(".wav")
    assert len(kept["summary"]) <= 500


@pytest.mark.parametrize("done", ["busy", "no_answer", "powered_off", "invalid", "suspended", "unreachable"])
def test_each_way_not_to_be_reached_fails_the_message(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, live_server: Any, done: str
) -> None:
    connect(simulator, account, live_server, **BY_HAND)
    sent(account)
    act(simulator, calls(simulator)[0], done)
    until(lambda: account.messages.filter(state="failed", result=done).exists())


def test_a_rejected_call_is_called_again_under_another_id(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, live_server: Any
) -> None:
    connect(simulator, account, live_server, **BY_HAND)
    sent(account, retry={"count": 1, "interval_minutes": 1, "windows": [["00:00", "24:00"]]})
    act(simulator, calls(simulator)[0], "reject")
    until(lambda: account.messages.filter(state="queued").exists())
    dispatch.drain(account.pk, account.messages.get().not_before)
    first, second = calls(simulator)
    assert first["reference"] != second["reference"]
    assert fates(account) == [("accepted", "", "")]


def test_the_same_id_again_makes_no_second_call(simulator_url: str, simulator: SimulatorClient) -> None:
    tell(simulator, "robot_http", KEY)
    robot, attempt, message = provider(simulator_url), uuid4(), outgoing()
    first, second = (robot.send_batch(attempt, [message]) for _ in range(2))
    with pytest.raises(CallRefused) as error:
        robot.send_batch(attempt, [outgoing("+8613800000002")])
    robot.close()
    assert first == second
    assert error.value.code == "id_reused"
    assert len(calls(simulator)) == 1


def test_a_call_whose_answer_was_lost_is_found_by_its_id(
    simulator_url: str, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(simulator, "robot_http", KEY)
    simulator.put_faults(timeout_after_accept_rate=1)
    robot, attempt, message, now = provider(simulator_url), uuid4(), outgoing(), datetime.now(UTC)
    monkeypatch.setattr(robot._client, "timeout", 0.5)
    with pytest.raises(CallOutcomeUnknown):
        robot.send_batch(attempt, [message])
    never, long_ago = uuid4(), uuid4()
    found = robot.reconcile(
        [
            Attempted(message.message_id, attempt, now, message.address),
            Attempted(never, uuid4(), now, message.address),
            Attempted(long_ago, uuid4(), now - timedelta(minutes=21), message.address),
        ]
    )
    robot.close()
    assert {id_: record and record.outcome for id_, record in found.items()} == {
        message.message_id: "accepted",
        long_ago: None,
    }


def test_a_call_whose_result_was_lost_is_asked_about(
    account: ChannelAccount, simulator: SimulatorClient, simulator_url: str
) -> None:
    message = sent(account)
    until(lambda: calls(simulator)[0]["state"] == "ended")
    known = Open(message.pk, message.attempt, message.provider_id, message.address, MORNING)
    (receipt,) = open_provider(account).poll([known]).receipts
    assert (receipt.outcome, receipt.result, receipt.attempt) == ("delivered", "answered", message.attempt)


def test_a_call_that_the_vendor_has_forgotten_keeps_no_other_waiting(
    account: ChannelAccount, simulator: SimulatorClient
) -> None:
    message = sent(account)
    until(lambda: calls(simulator)[0]["state"] == "ended")
    forgotten = Open(uuid4(), uuid4(), "gone", message.address, MORNING)
    known = Open(message.pk, message.attempt, message.provider_id, message.address, MORNING)
    (receipt,) = open_provider(account).poll([forgotten, known]).receipts
    assert receipt.attempt == message.attempt


def test_scripts_and_variables_are_chosen_from_what_is_known_of_the_person(
    simulator_url: str, simulator: SimulatorClient
) -> None:
    tell(simulator, "robot_http", KEY, templates={"VIP": "尊敬的${who}", "TTS_1": SAYS})
    settings = {
        "scripts": [{"variable": "tags", "has": ["vip", "gold"], "script": "VIP"}],
        "variables": {"who": "name"},
    }
    robot = provider(simulator_url)
    message = Outgoing(
        uuid4(), "+8613800000001", "TTS_1", "${name}", {"name": "王", "tags": "new, vip"}, template=settings
    )
    robot.send_batch(uuid4(), [message])
    robot.close()
    assert [(c["script"], c["content"]) for c in calls(simulator)] == [("VIP", "尊敬的王")]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"throttle_rate": 1}, ErrorClass.ACCOUNT_DELAY),
        ({"http_503_rate": 1}, ErrorClass.RETRY),
        ({"http_500_rate": 1}, None),
    ],
)
def test_only_what_the_contract_says_took_nothing_is_made_again(
    simulator_url: str, simulator: SimulatorClient, fault: dict[str, float], expected: ErrorClass | None
) -> None:
    tell(simulator, "robot_http", KEY)
    simulator.put_faults(**fault)
    robot = provider(simulator_url)
    with pytest.raises((CallRefused, CallOutcomeUnknown)) as error:
        robot.send_batch(uuid4(), [outgoing()])
    robot.close()
    assert getattr(error.value, "error_class", None) == expected
    assert calls(simulator) == []


@pytest.mark.parametrize(
    ("config", "fields", "error_class", "code"),
    [
        ({"templates": {}}, {}, ErrorClass.CONTENT_PERMANENT, "script_unknown"),
        ({"templates": {"TTS_1": "${more}"}}, {}, ErrorClass.CONTENT_PERMANENT, "variable_missing"),
        ({}, {"address": "+862012345678"}, ErrorClass.RECIPIENT_PERMANENT, "number_invalid"),
        ({"secret": "whsec_" + "A" * 32}, {}, ErrorClass.ACCOUNT, "signature_wrong"),
        ({"limits": {"per_5_minutes": 1, "per_day": 5}}, {}, ErrorClass.DELAY_UNTIL, "callee_limit"),
    ],
)
def test_a_refusal_is_sorted_by_what_has_to_be_done(
    simulator_url: str,
    simulator: SimulatorClient,
    config: dict[str, Any],
    fields: dict[str, Any],
    error_class: ErrorClass,
    code: str,
) -> None:
    tell(simulator, "robot_http", KEY)
    robot = provider(simulator_url)
    robot.send_batch(uuid4(), [outgoing()])
    tell(simulator, "robot_http", KEY, **config)
    with pytest.raises(CallRefused) as error:
        robot.send_batch(uuid4(), [outgoing(**fields)])
    robot.close()
    assert (error.value.error_class, error.value.code) == (error_class, code)


def test_a_secret_that_is_none_stops_the_account_without_a_call(simulator_url: str) -> None:
    robot = provider(simulator_url, secret="whsec_***")
    with pytest.raises(CallRefused) as error:
        robot.send_batch(uuid4(), [outgoing()])
    robot.close()
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "secret_unreadable")
    assert "whsec_***" not in f"{error.value} {robot.account!r}"


@pytest.mark.parametrize("body", [b"", b"nothing", b"[]", b'{"state": "ringing"}'])
def test_an_answer_that_names_no_call_says_nothing(body: bytes) -> None:
    with http_server(lambda handler, _: handler.reply(202, body)) as server:
        robot = provider(server.url)
        with pytest.raises(CallOutcomeUnknown):
            robot.send_batch(uuid4(), [outgoing()])
        robot.close()


def test_a_connection_is_tried_without_calling_anybody(simulator: SimulatorClient, simulator_url: str) -> None:
    tell(simulator, "robot_http", KEY)
    robot, wrong = provider(simulator_url), provider(simulator_url, secret="whsec_" + "A" * 40)
    assert robot.try_connection() == f"{KEY}: 1 scripts"
    with pytest.raises(CallRefused) as error:
        wrong.try_connection()
    assert error.value.error_class == ErrorClass.ACCOUNT
    assert calls(simulator) == []
    robot.close()
    wrong.close()
