from typing import Any

import pytest
from rest_framework.test import APIClient

from channels_app import dispatch
from channels_app.models import ChannelAccount
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.mailing import (
    CREDENTIALS,
    SETTINGS,
    WAY_OUT,
    make_email_account,
    make_letter,
    set_up,
)
from tests.integration.channels_app.simulated import MORNING, Registered, make_messages
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

BOX = "/api/v1/simulator/mailboxes/"


@pytest.fixture
def url(simulator_url: str, simulator: SimulatorClient, settings: Any) -> str:
    url = set_up(simulator)
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    settings.SIMULATOR_SMTP_PORT = int(url.rsplit(":", 1)[1])
    return url


@pytest.fixture
def sent(url: str, workspace: Workspace, registered: Registered) -> ChannelAccount:
    account = make_email_account(url, workspace=workspace)
    template = make_letter(account, purpose="marketing", body="${unsubscribe_url}", settings=WAY_OUT)
    (message,) = make_messages(account, template, channel="email", address="wang@example.com")
    registered.consents[message.profile_id] = "granted"
    dispatch.drain(account.pk, MORNING)
    return account


def test_mailboxes_show_what_they_got(client: APIClient, sent: ChannelAccount) -> None:
    (box,) = client.get(BOX).json()["results"]
    assert (box["address"], box["messages"]) == ("wang@example.com", 1)
    (mail,) = client.get(f"{BOX}wang@example.com/").json()["results"]
    assert (mail["sender"], mail["subject"]) == ("知途商店 <hello@shop.example>", "上新")
    assert (mail["one_click"], mail["state"]) == (True, "delivered")


@pytest.mark.parametrize(("act", "state"), [("unsubscribe", "unsubscribed"), ("bounce", "bounced")])
def test_what_is_done_to_a_mail_shows(client: APIClient, sent: ChannelAccount, act: str, state: str) -> None:
    (mail,) = client.get(f"{BOX}wang@example.com/").json()["results"]
    answer = client.post(f"/api/v1/simulator/mails/{mail['id']}/{act}/")
    assert (answer.status_code, answer.json()["state"]) == (200, state)


@pytest.mark.parametrize("status", ["2.0.0", "x", "5.1", ""])
def test_a_bounce_needs_a_status_of_failure(client: APIClient, sent: ChannelAccount, status: str) -> None:
    (mail,) = client.get(f"{BOX}wang@example.com/").json()["results"]
    assert client.post(f"/api/v1/simulator/mails/{mail['id']}/bounce/", {"status": status}).status_code == 400


@pytest.mark.parametrize("path", ["..", "a@b@c", "%00@x.com", "a/../../b"])
def test_what_is_no_address_is_not_found(client: APIClient, sent: ChannelAccount, path: str) -> None:
    assert client.get(f"{BOX}{path}/").status_code == 404


@pytest.mark.parametrize("mail", [999_999, 10**30])
def test_an_unknown_mail_is_not_found(client: APIClient, sent: ChannelAccount, mail: int) -> None:
    answer = client.post(f"/api/v1/simulator/mails/{mail}/unsubscribe/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")


def test_another_workspaces_mailboxes_are_not_shown(
    client: APIClient, sent: ChannelAccount, other_workspace: Workspace, make_key: Any
) -> None:
    make_email_account(sent.base_url, workspace=other_workspace, credentials={"username": "other", "password": "x"})
    (mail,) = client.get(f"{BOX}wang@example.com/").json()["results"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key('read', 'write', of=other_workspace)}")
    assert client.get(BOX).json()["results"] == []
    assert client.get(f"{BOX}wang@example.com/").json()["results"] == []
    assert client.post(f"/api/v1/simulator/mails/{mail['id']}/unsubscribe/").status_code == 404


def test_a_workspace_whose_account_has_no_name_sees_nobodys(
    client: APIClient, sent: ChannelAccount, other_workspace: Workspace, make_key: Any
) -> None:
    make_email_account(sent.base_url, workspace=other_workspace, credentials={})
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key('read', 'write', of=other_workspace)}")
    assert client.get(BOX).json()["results"] == []


def test_an_account_made_in_the_console_sends_at_once(
    client: APIClient, url: str, workspace: Workspace, registered: Registered
) -> None:
    account = {
        "key": "mail",
        "name": "邮件",
        "channel": "email",
        "provider": "email.smtp",
        "base_url": url,
        "credentials": {**CREDENTIALS, "username": "made-here"},
        "settings": {**SETTINGS, "from_address": "hi@another.example"},
    }
    assert client.post("/api/v1/channels/accounts/", account).status_code == 201
    made = ChannelAccount.objects.get(key="mail")
    (message,) = make_messages(
        made, make_letter(made), channel="email", address="li@example.com", params={"name": "李"}
    )
    dispatch.drain(made.pk, MORNING)
    message.refresh_from_db()
    assert message.state == "accepted", message.error_code
