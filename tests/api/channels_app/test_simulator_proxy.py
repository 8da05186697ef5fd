from typing import Any

import pytest
from rest_framework.test import APIClient

from channels_app import dispatch
from channels_app.models import ChannelAccount
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    MORNING,
    SECRET,
    SHIPPED,
    SIGN,
    Registered,
    make_account,
    make_messages,
    make_template,
)
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

PHONE = "+8613800000000"


@pytest.fixture
def simulated(simulator_url: str, simulator: SimulatorClient, workspace: Workspace, settings: Any) -> ChannelAccount:
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    return make_account(simulator_url, workspace=workspace)


@pytest.fixture
def sent(simulated: ChannelAccount, registered: Registered) -> ChannelAccount:
    make_messages(simulated, make_template(simulated))
    dispatch.drain(simulated.pk, MORNING)
    return simulated


def test_phones_show_what_they_got(client: APIClient, sent: ChannelAccount) -> None:
    (phone,) = client.get("/api/v1/simulator/phones/").json()["results"]
    assert (phone["phone"], phone["messages"]) == (PHONE, 1)
    (row,) = client.get(f"/api/v1/simulator/phones/{PHONE}/").json()["results"]
    assert (row["direction"], row["content"]) == ("in", "【知途】您好王，您的订单0已发货。")


def test_a_reply_appears_on_the_screen(client: APIClient, sent: ChannelAccount) -> None:
    assert client.post(f"/api/v1/simulator/phones/{PHONE}/replies/", {"content": "好的"}).status_code == 201
    rows = client.get(f"/api/v1/simulator/phones/{PHONE}/").json()["results"]
    assert [(row["direction"], row["content"]) for row in rows][-1] == ("out", "好的")


def test_a_phone_nobody_wrote_to_cannot_reply(client: APIClient, simulated: ChannelAccount) -> None:
    answer = client.post("/api/v1/simulator/phones/+8613900000000/replies/", {"content": "好的"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "no_message")


def test_another_workspaces_phones_are_not_shown(
    client: APIClient, sent: ChannelAccount, other_workspace: Workspace, make_key: Any, simulator: SimulatorClient
) -> None:
    simulator.put_access_key("other-key", {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_1": SHIPPED}})
    credentials = {"access_key_id": "other-key", "access_key_secret": SECRET}
    make_account(sent.base_url, workspace=other_workspace, credentials=credentials)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key('read', 'write', of=other_workspace)}")
    assert client.get("/api/v1/simulator/phones/").json()["results"] == []
    assert client.get(f"/api/v1/simulator/phones/{PHONE}/").json()["results"] == []
    assert client.post(f"/api/v1/simulator/phones/{PHONE}/replies/", {"content": "R"}).status_code == 404


def test_faults_are_read_and_set(client: APIClient, simulated: ChannelAccount) -> None:
    assert client.put("/api/v1/simulator/faults/", {"latency_ms": 5, "reorder_callbacks": True}).status_code == 200
    faults = client.get("/api/v1/simulator/faults/").json()
    assert (faults["latency_ms"], faults["reorder_callbacks"], faults["throttle_rate"]) == (5, True, 0)


@pytest.mark.parametrize("body", [{"latency_ms": -1}, {"throttle_rate": 2}, {"typo_rate": 1}])
def test_a_bad_switch_is_refused(client: APIClient, simulated: ChannelAccount, body: dict[str, Any]) -> None:
    assert client.put("/api/v1/simulator/faults/", body).status_code == 400


def test_without_a_simulated_account_there_is_no_simulator(client: APIClient, workspace: Workspace) -> None:
    make_account("https://dysmsapi.aliyuncs.com", workspace=workspace)
    answer = client.get("/api/v1/simulator/phones/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "no_simulator")


def test_a_simulator_that_does_not_answer_is_a_503_with_a_code(
    client: APIClient, workspace: Workspace, settings: Any
) -> None:
    settings.SIMULATOR_PORT = 9
    make_account("http://127.0.0.1:9", workspace=workspace)
    client.raise_request_exception = False
    answer = client.get("/api/v1/simulator/phones/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "simulator_unreachable")
