"""Mail accounts, their templates and their bounces over HTTP."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from channels_app.models import ChannelAccount
from tests.integration.channels_app.mailing import CREDENTIALS, PASSWORD, SETTINGS, make_email_account
from tests.integration.channels_app.simulated import Registered
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]

ACCOUNT = {
    "key": "mail",
    "name": "邮件",
    "channel": "email",
    "provider": "email.smtp",
    "base_url": "smtp://smtp.example.com:587",
    "credentials": CREDENTIALS,
    "settings": SETTINGS,
}


@pytest.fixture
def created(client: APIClient, workspace: Workspace) -> dict[str, Any]:
    answer = client.post("/api/v1/channels/accounts/", ACCOUNT)
    assert answer.status_code == 201, answer.content
    return answer.json()  # type: ignore[no-any-return]


@pytest.mark.parametrize("url", ["smtp://smtp.example.com:587", "smtps://smtp.example.com", "smtp://127.0.0.1:25"])
def test_mail_servers_are_reached_by_their_own_schemes(client: APIClient, workspace: Workspace, url: str) -> None:
    assert client.post("/api/v1/channels/accounts/", {**ACCOUNT, "base_url": url}).status_code == 201


@pytest.mark.parametrize(
    ("provider", "url", "code"),
    [
        ("email.smtp", "https://smtp.example.com", "insecure_url"),
        ("email.smtp", "ftp://smtp.example.com", "invalid"),
        ("sms.aliyun", "smtp://smtp.example.com", "insecure_url"),
        ("sms.aliyun", "http://dysmsapi.aliyuncs.com", "insecure_url"),
    ],
)
def test_a_scheme_that_the_provider_does_not_speak_is_refused(
    client: APIClient, workspace: Workspace, provider: str, url: str, code: str
) -> None:
    fields = {"provider": provider, "base_url": url}
    if provider == "sms.aliyun":
        fields |= {"channel": "sms"}
    answer = client.post("/api/v1/channels/accounts/", {**ACCOUNT, **fields})
    assert answer.status_code == 400
    assert [(e["attr"], e["code"]) for e in answer.json()["errors"]] == [("base_url", code)]


def test_the_password_is_in_no_answer(client: APIClient, created: dict[str, Any]) -> None:
    shown = client.get(f"/api/v1/channels/accounts/{created['id']}/").content.decode()
    assert PASSWORD not in shown
    assert "/email/smtp/bounce/" in shown


def test_a_marketing_template_without_a_way_out_is_refused(client: APIClient, created: dict[str, Any]) -> None:
    template = {
        "key": "new",
        "account": "mail",
        "name": "上新",
        "provider_code": "new",
        "body": "上新啦",
        "purpose": "marketing",
        "settings": {"subject": "上新"},
    }
    answer = client.post("/api/v1/templates/", template)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "marketing_without_opt_out")
    answer = client.post("/api/v1/templates/", {**template, "body": "上新啦 ${unsubscribe_url}"})
    assert (answer.status_code, answer.json()["variables"]) == (201, [])


@pytest.fixture
def email_account(registered: Registered) -> ChannelAccount:
    return make_email_account("smtp://127.0.0.1:9")


def bounce(account: ChannelAccount, body: bytes) -> Any:
    path = f"/callbacks/{account.callback_token}/email/smtp/bounce/"
    return Client(enforce_csrf_checks=True).post(path, body, content_type="message/rfc822")


def test_an_absence_note_is_taken_and_forgotten(email_account: ChannelAccount) -> None:
    answer = bounce(email_account, b"From: a@example.com\r\n\r\nI am away.\r\n")
    assert (answer.status_code, answer.json()) == (200, {"receipts": 0})


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"Content-Type: message/delivery-status\r\n\r\n"])
def test_what_is_no_mail_is_a_400_with_a_code(email_account: ChannelAccount, body: bytes) -> None:
    answer = bounce(email_account, body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "malformed_callback")


def test_a_mail_over_a_megabyte_is_refused(email_account: ChannelAccount) -> None:
    assert bounce(email_account, b"A: b\r\n\r\n" + b"x" * 1_000_001).status_code == 413
