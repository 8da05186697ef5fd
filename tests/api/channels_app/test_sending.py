"""Stops, the workspace's own rules, quotas and alerts, and asking an account's provider."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.models import Alert, ChannelAccount, SendingRules, SendingStop
from channels_app.ports import ports
from tests.api.conftest import SignIn
from tests.integration.channels_app.simulated import Registered, make_account, make_messages, make_template
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


def test_a_stop_is_set_once_listed_and_lifted_and_accounts_are_looked_at_then(
    client: APIClient, workspace: Workspace, registered: Registered
) -> None:
    account = make_account("http://127.0.0.1:9", workspace=workspace)
    asked: list[Any] = []
    ports.dispatch_wanted.append(asked.append)
    stopped = client.post("/api/v1/channels/stops/", {"channel": "sms", "reason": "错发"})
    again = client.post("/api/v1/channels/stops/", {"channel": "sms"})
    assert (stopped.status_code, again.json()["id"]) == (201, stopped.json()["id"])
    (listed,) = client.get("/api/v1/channels/stops/").json()["results"]
    assert (listed["channel"], listed["reason"]) == ("sms", "错发")

    assert client.delete(f"/api/v1/channels/stops/{listed['id']}/").status_code == 204
    assert asked == [account.pk]
    assert not SendingStop.objects.exists()


def test_an_unknown_channel_cannot_be_stopped(client: APIClient) -> None:
    answer = client.post("/api/v1/channels/stops/", {"channel": "pigeon"})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "channel")


RULES = "/api/v1/channels/rules/"
DAILY = {"caps": [{"id": "daily", "most": 3, "hours": 24}]}


def test_rules_are_replaced_by_new_versions_that_are_kept(client: APIClient, workspace: Workspace) -> None:
    assert client.get(RULES).json() == {"version": 0, "rules": {}, "at": None, "by": ""}
    assert client.put(RULES, {"version": 0, "rules": DAILY}).json()["version"] == 1
    assert client.put(RULES, {"version": 1, "rules": {}}).json()["version"] == 2
    assert client.get(RULES).json()["rules"] == {}
    assert list(SendingRules.objects.filter(workspace=workspace).values_list("version", flat=True)) == [1, 2]


def test_of_two_who_change_the_same_rules_the_second_is_told_and_overwrites_nothing(
    client: APIClient, sign_in: SignIn
) -> None:
    first, second = sign_in("admin"), sign_in("operator")
    assert first.put(RULES, {"version": 0, "rules": DAILY}).status_code == 200
    refused = second.put(RULES, {"version": 0, "rules": {}})
    assert (refused.status_code, refused.json()["version"]) == (409, 1)
    assert refused.json()["errors"][0]["code"] == "rules_conflict"
    kept = client.get(RULES).json()
    assert (kept["rules"], kept["by"]) == (DAILY, "a-admin")
    assert second.put(RULES, {"version": 1, "rules": {}}).json()["version"] == 2


def test_rules_without_the_version_that_was_read_are_refused(client: APIClient) -> None:
    answer = client.put(RULES, {"rules": {}})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "version")


def test_rules_that_cannot_be_read_are_refused_with_the_place(client: APIClient) -> None:
    wrong = {"caps": [{"id": "x", "most": -1, "hours": 24}]}
    answer = client.put(RULES, {"version": 0, "rules": wrong})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["code"] == "invalid_rules"
    assert error["detail"].startswith("caps.0.most: ")


def test_quotas_name_their_source_and_what_each_account_has_used(client: APIClient, workspace: Workspace) -> None:
    account = make_account("http://127.0.0.1:9", workspace=workspace, price="0.0450", rate=100)
    now = timezone.now()
    make_messages(account, make_template(account), 2, at=now, attempted_at=now, cost="0.0900", state="accepted")
    make_messages(account, make_template(account), 1, at=now)

    shown = client.get("/api/v1/quotas/").json()

    (used,) = shown["accounts"]
    assert (used["sent_today"], used["cost_today"], used["rate"]) == (2, "0.1800", 100)
    by_name = {rule["rule"]: rule for rule in shown["rules"]}
    assert by_name["cn.sms.marketing_per_day"]["most"] == "10"
    assert by_name["wechat.service_after_message"]["opened_by"] == "message"
    assert all(rule["reference"] for rule in shown["rules"])


def test_alerts_are_those_of_the_workspace(client: APIClient, workspace: Workspace) -> None:
    other = Workspace.objects.create(slug="other", name="别家")
    for owner in (workspace, other):
        Alert.objects.create(workspace=owner, kind="account_stopped", subject="a", code="X", opened_at=timezone.now())
    assert len(client.get("/api/v1/channels/alerts/").json()["results"]) == 1


def test_a_provider_that_offers_no_test_says_so(client: APIClient, workspace: Workspace) -> None:
    account = make_account("http://127.0.0.1:9", workspace=workspace, provider="sms.aliyun")
    ChannelAccount.objects.filter(pk=account.pk).update(enabled=True)
    answer = client.post(f"/api/v1/channels/accounts/{account.pk}/test/")
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] in {"not_offered", "provider_refused"}
