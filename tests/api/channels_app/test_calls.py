from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from channels_app import dispatch
from channels_app.models import CallTry, ChannelAccount
from channels_app.simulator.accounts import tell_simulator
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import MORNING, Registered
from tests.integration.channels_app.voice import (
    BY_HAND,
    KEY,
    ROBOT_SECRET,
    calls,
    make_calls,
    tell,
    voice_account,
    voice_template,
)
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

ROBOT = {
    "key": "robot",
    "name": "外呼",
    "channel": "call",
    "provider": "call.robot_http",
    "base_url": "https://robot.example.com/v1",
    "credentials": {"secret": ROBOT_SECRET},
    "settings": {"account": "zhitu"},
}


@pytest.fixture
def account(
    simulator_url: str, simulator: SimulatorClient, workspace: Workspace, settings: Any, registered: Registered
) -> ChannelAccount:
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    tell(simulator, "aliyun_robot", KEY, **BY_HAND)
    return voice_account(simulator_url, "aliyun_robot", workspace=workspace)


@pytest.fixture
def called(account: ChannelAccount) -> ChannelAccount:
    make_calls(account, voice_template(account), 2)
    dispatch.drain(account.pk, MORNING)
    return account


def code(answer: Any) -> str:
    return str(answer.json()["errors"][0]["code"])


def test_the_log_shows_calls_and_takes_acts(client: APIClient, called: ChannelAccount) -> None:
    newest, _ = client.get("/api/v1/simulator/calls/").json()["results"]
    assert (newest["phone"], newest["state"]) == ("+8613800000001", "ringing")
    path = f"/api/v1/simulator/calls/{newest['id']}/acts/"
    assert client.post(path, {"act": "answer"}).json()["state"] == "answered"
    assert client.post(path, {"act": "press", "keys": "1#"}).json()["keys"] == "1#"
    assert client.post(path, {"act": "intent", "intent": "A"}).json()["intent"] == "A"
    assert client.post(path, {"act": "hang_up"}).json()["ending"] == "hung_up"
    assert code(client.post(path, {"act": "answer"})) == "no_such_act"
    assert code(client.post(path, {"act": "press", "keys": "x"})) == "invalid"


def test_another_workspaces_calls_are_neither_shown_nor_answered(
    client: APIClient, called: ChannelAccount, other_workspace: Workspace, make_key: Any, simulator: SimulatorClient
) -> None:
    called.workspace = other_workspace
    called.save()
    assert client.get("/api/v1/simulator/calls/").status_code == 404
    path = f"/api/v1/simulator/calls/{calls(simulator)[0]['id']}/acts/"
    assert client.post(path, {"act": "answer"}).status_code == 404


def test_waiting_calls_are_cancelled(client: APIClient, called: ChannelAccount, simulator: SimulatorClient) -> None:
    first = called.messages.order_by("id")[0]
    path = f"/api/v1/channels/accounts/{called.pk}/jobs/"
    assert client.post(path, {"act": "cancel", "messages": [str(first.pk)]}).status_code == 204
    assert [call["ending"] for call in calls(simulator)] == ["cancelled", ""]
    assert code(client.post(path, {"act": "cancel", "messages": [str(uuid4())]})) == "not_waiting"


def test_a_vendor_whose_calls_cannot_be_held_says_so(
    client: APIClient, workspace: Workspace, simulator_url: str
) -> None:
    tts = voice_account(simulator_url, "aliyun_tts", workspace=workspace)
    answer = client.post(f"/api/v1/channels/accounts/{tts.pk}/jobs/", {"act": "cancel", "messages": [str(uuid4())]})
    assert (answer.status_code, code(answer)) == (409, "not_offered")


def test_tries_are_listed_in_order(client: APIClient, called: ChannelAccount, other_workspace: Workspace) -> None:
    message = called.messages.order_by("id")[0]
    for number in (2, 1):
        CallTry.objects.create(
            workspace=called.workspace,
            account=called,
            message_id=message.pk,
            attempt=uuid4(),
            number=number,
            address=message.address,
            result="busy",
            reported_at=MORNING,
        )
    rows = client.get(f"/api/v1/messages/{message.pk}/tries/").json()["results"]
    assert [(row["number"], row["result"]) for row in rows] == [(1, "busy"), (2, "busy")]
    called.messages.update(workspace=other_workspace)
    assert client.get(f"/api/v1/messages/{message.pk}/tries/").status_code == 404


def test_an_account_made_in_the_console_calls_at_once(
    account: ChannelAccount, simulator: SimulatorClient, simulator_url: str, workspace: Workspace
) -> None:
    for service in ("aliyun_tts", "aliyun_robot", "robot_http"):
        made = voice_account(simulator_url, service, workspace=workspace, callback_token=uuid4().hex)
        template = voice_template(made)
        tell_simulator(made)
        make_calls(made, template)
        dispatch.drain(made.pk, MORNING)
        assert made.messages.get().state == "accepted", service


def test_a_robots_secret_is_never_shown(client: APIClient) -> None:
    answer = client.post("/api/v1/channels/accounts/", ROBOT)
    assert answer.status_code == 201, answer.json()
    assert ROBOT_SECRET not in answer.content.decode()
    assert answer.json()["callbacks"].keys() == {"result"}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"account": "a b"},
        {"account": "zhitu", "retry": {"count": 11}},
        {"account": "zhitu", "retry": {"reasons": ["invalid"]}},
        {"account": "zhitu", "windows": [["21:00", "21:00"]]},
        {"account": "zhitu", "zone": "Mars/Base"},
    ],
)
def test_settings_that_cannot_be_read_are_refused(client: APIClient, settings: dict[str, Any]) -> None:
    answer = client.post("/api/v1/channels/accounts/", {**ROBOT, "settings": settings})
    assert (answer.status_code, code(answer)) == (400, "invalid_settings")


@pytest.mark.parametrize(
    "wrong",
    [
        {"retry": {"count": 11}},
        {"retry": {"count": 1, "reasons": ["invalid"]}},
        {"follow_up": {"template": "missed", "when": ["never"]}},
        {"follow_up": {"when": ["busy"]}},
    ],
)
def test_a_templates_strategy_is_checked_when_it_is_written(
    client: APIClient, account: ChannelAccount, wrong: dict[str, Any]
) -> None:
    new = {
        "key": "remind",
        "name": "提醒",
        "account": account.key,
        "provider_code": "TTS_1",
        "body": "您好",
        "purpose": "service",
    }
    answer = client.post("/api/v1/templates/", {**new, "settings": wrong})
    assert (answer.status_code, code(answer)) == (400, "bad_call_setting")
    assert client.post("/api/v1/templates/", {**new, "settings": {"retry": {"count": 2}}}).status_code == 201
