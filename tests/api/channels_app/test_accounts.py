from typing import Any

import pytest
from rest_framework.test import APIClient

from channels_app.models import ChannelAccount
from channels_app.ports import ports
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered, make_account
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

NEW = {
    "key": "sms-main",
    "name": "主短信",
    "channel": "sms",
    "provider": "sms.aliyun",
    "base_url": "https://dysmsapi.aliyuncs.com",
    "credentials": {"access_key_id": "LTAI", "access_key_secret": "top-secret"},
    "settings": {"sign_name": "知途"},
}


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def test_an_account_is_created_and_its_credentials_are_never_shown(client: APIClient, workspace: Workspace) -> None:
    answer = client.post("/api/v1/channels/accounts/", NEW)
    assert answer.status_code == 201, answer.json()
    account = ChannelAccount.objects.get()
    assert (account.workspace, account.credentials["access_key_secret"]) == (workspace, "top-secret")
    shown = [answer, client.get("/api/v1/channels/accounts/"), client.get(f"/api/v1/channels/accounts/{account.pk}/")]
    assert all("top-secret" not in page.content.decode() for page in shown)
    assert answer.json()["callbacks"]["report"] == f"/callbacks/{account.callback_token}/sms/aliyun/report/"


def test_the_list_has_the_contracts_fields_and_no_callback_secret(client: APIClient) -> None:
    client.post("/api/v1/channels/accounts/", NEW)
    (row,) = client.get("/api/v1/channels/accounts/").json()["results"]
    assert {"id", "key", "name", "channel", "provider", "base_url", "enabled"} <= row.keys()
    assert "callbacks" not in row


@pytest.mark.parametrize(
    ("fields", "code", "attr"),
    [
        ({"base_url": "http://sms.example.com"}, "insecure_url", "base_url"),
        ({"base_url": "https://user:pw@sms.example.com"}, "invalid_url", "base_url"),
        ({"credentials": {"access_key_id": "LTAI"}}, "required", "credentials"),
        ({"credentials": {"access_key_id": 1, "access_key_secret": "x"}}, "invalid", "credentials"),
        ({"credentials": "secret"}, "not_an_object", "credentials"),
        ({"settings": {"sign_name": "【知途】"}}, "invalid_settings", "settings"),
        ({"provider": "sms.nobody"}, "invalid_choice", "provider"),
        ({"key": "a b"}, "invalid", "key"),
        ({"name": 5}, "invalid", "name"),
        ({"colour": "red"}, "unknown_field", "colour"),
    ],
)
def test_a_bad_account_is_refused_with_a_code(client: APIClient, fields: dict[str, Any], code: str, attr: str) -> None:
    answer = client.post("/api/v1/channels/accounts/", {**NEW, **fields})
    assert (answer.status_code, codes(answer)) == (400, [(code, attr)])
    assert ChannelAccount.objects.count() == 0


def test_a_key_is_used_once_in_a_workspace(client: APIClient) -> None:
    client.post("/api/v1/channels/accounts/", NEW)
    assert codes(client.post("/api/v1/channels/accounts/", NEW)) == [("unique", "key")]


def test_new_credentials_end_a_pause_and_wake_the_dispatch(client: APIClient, workspace: Workspace) -> None:
    account = make_account("https://x.example", workspace=workspace, paused_until="2099-01-01T00:00Z", pause_reason="x")
    woken: list[object] = []
    ports.dispatch_wanted.append(woken.append)
    answer = client.patch(f"/api/v1/channels/accounts/{account.pk}/", {"credentials": NEW["credentials"]})
    ports.dispatch_wanted.remove(woken.append)
    account.refresh_from_db()
    assert (answer.status_code, account.paused_until, woken) == (200, None, [account.pk])


def test_the_channel_of_an_account_cannot_change(client: APIClient, workspace: Workspace) -> None:
    account = make_account("https://x.example", workspace=workspace)
    answer = client.patch(f"/api/v1/channels/accounts/{account.pk}/", {"channel": "email"})
    assert codes(answer) == [("unknown_field", "channel")]


def test_a_foreign_workspaces_account_does_not_exist(client: APIClient, account: ChannelAccount) -> None:
    assert client.get(f"/api/v1/channels/accounts/{account.pk}/").status_code == 404
    assert client.patch(f"/api/v1/channels/accounts/{account.pk}/", {"enabled": False}).status_code == 404
    assert client.get("/api/v1/channels/accounts/not-a-uuid/").status_code == 404


def test_a_simulated_account_is_made_known_to_the_simulator(
    client: APIClient, simulator: SimulatorClient, simulator_url: str, registered: Registered, settings: Any
) -> None:
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    made = client.post("/api/v1/channels/accounts/", {**NEW, "base_url": simulator_url}).json()
    template = {
        "key": "t",
        "name": "发货",
        "account": "sms-main",
        "provider_code": "SMS_9",
        "body": "好",
        "purpose": "service",
    }
    assert client.post("/api/v1/templates/", {**template, "state": "approved"}).status_code == 201

    from channels_app import dispatch
    from channels_app.models import Template
    from tests.integration.channels_app.simulated import MORNING, make_messages

    account = ChannelAccount.objects.get(pk=made["id"])
    make_messages(account, Template.objects.get(), params={})
    assert dispatch.drain(account.pk, MORNING).accepted == 1
