"""What an account of each provider is asked for."""

from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]


def described(client: APIClient) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in client.get("/api/v1/channels/providers/").json()["results"]}


def test_a_provider_says_what_is_secret_what_is_needed_and_in_both_languages(client: APIClient) -> None:
    aliyun = described(client)["sms.aliyun"]
    assert aliyun["base_url"] == "https://dysmsapi.aliyuncs.com"
    assert [field["name"] for field in aliyun["credentials"]] == ["access_key_id", "access_key_secret"]
    sign = next(field for field in aliyun["settings"] if field["name"] == "sign_name")
    assert (sign["needed"], sign["title"]) == (True, {"zh": "短信签名", "en": "Signature"})
    assert [callback["kind"] for callback in aliyun["callbacks"]] == ["report", "up"]


def test_a_provider_offers_only_what_it_can(client: APIClient) -> None:
    offers = {name: set(row["offers"]) for name, row in described(client).items()}
    assert offers["sms.aliyun"] == {"test", "templates", "signatures"}
    assert offers["wechat.official"] == {"test", "templates", "followers"}
    assert offers["wecom.corp"] == {"test", "contacts"}
    assert offers["webhook.standard"] == set()


def test_the_simulators_address_is_one_that_an_account_of_that_provider_may_have(client: APIClient) -> None:
    rows = described(client)
    for name, settings, credentials in [
        ("sms.aliyun", {"sign_name": "知途"}, {"access_key_id": "a", "access_key_secret": "b"}),
        ("email.smtp", {"from_address": "a@example.com", "public_url": "https://t.example.com"}, {"username": "u"}),
    ]:
        made = client.post(
            "/api/v1/channels/accounts/",
            {
                "key": name.replace(".", "-"),
                "name": name,
                "provider": name,
                "channel": rows[name]["channels"][0],
                "base_url": rows[name]["simulator_url"],
                "settings": settings,
                "credentials": credentials,
            },
        )
        assert made.status_code == 201, made.json()
        assert made.json()["credential_names"] == sorted(credentials)
