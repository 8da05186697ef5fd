from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from channels_app.models import ChannelAccount, Template
from tests.integration.channels_app.simulated import make_account, make_messages, make_template
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]

NEW = {
    "key": "shipped",
    "name": "发货",
    "account": "sms",
    "provider_code": "SMS_1",
    "body": "您好${name}，您的订单${order}已发货。",
    "purpose": "service",
}


@pytest.fixture
def own_account(workspace: Workspace) -> ChannelAccount:
    return make_account("https://x.example", workspace=workspace)


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def test_a_template_tells_its_variables_and_billed_parts(client: APIClient, own_account: ChannelAccount) -> None:
    answer = client.post("/api/v1/templates/", NEW)
    assert answer.status_code == 201, answer.json()
    row = answer.json()
    assert (row["variables"], row["segments"], row["state"]) == (["name", "order"], 1, "pending")
    assert row["account"] == str(own_account.pk)


@pytest.mark.parametrize(
    ("fields", "code", "attr"),
    [
        ({"account": "nobody"}, "does_not_exist", "account"),
        ({"purpose": "marketing"}, "marketing_without_opt_out", "body"),
        ({"body": "【知途】好"}, "isv.SMS_CONTENT_ILLEGAL", "body"),
        ({"body": "好😀"}, "isv.SMS_CONTENT_ILLEGAL", "body"),
        ({"purpose": "spam"}, "invalid_choice", "purpose"),
        ({"colour": "red"}, "unknown_field", "colour"),
    ],
)
def test_a_bad_template_is_refused_with_a_code(
    client: APIClient, own_account: ChannelAccount, fields: dict[str, Any], code: str, attr: str
) -> None:
    answer = client.post("/api/v1/templates/", {**NEW, **fields})
    assert (answer.status_code, codes(answer)) == (400, [(code, attr)])
    assert Template.objects.count() == 0


def test_another_workspaces_account_does_not_exist_for_a_template(
    client: APIClient, own_account: ChannelAccount
) -> None:
    foreign = make_account("https://x.example")
    assert codes(client.post("/api/v1/templates/", {**NEW, "account": str(foreign.pk)})) == [
        ("does_not_exist", "account")
    ]


def test_a_template_is_approved_by_changing_its_state(client: APIClient, own_account: ChannelAccount) -> None:
    template = make_template(own_account, state="pending")
    answer = client.patch(f"/api/v1/templates/{template.pk}/", {"state": "approved"})
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")


def test_messages_are_filtered_by_profile_journey_and_state(client: APIClient, own_account: ChannelAccount) -> None:
    template = make_template(own_account)
    profile, journey = uuid4(), uuid4()
    (wanted,) = make_messages(own_account, template, profile_id=profile, journey_id=journey, state="delivered")
    make_messages(own_account, template, 3)
    for query in (f"profile={profile}", f"journey={journey}", "state=delivered"):
        rows = client.get(f"/api/v1/messages/?{query}").json()["results"]
        assert [row["id"] for row in rows] == [str(wanted.pk)]


def test_a_bad_filter_is_a_400(client: APIClient, own_account: ChannelAccount) -> None:
    assert client.get("/api/v1/messages/?profile=x").status_code == 400
    assert client.get("/api/v1/messages/?state=x").status_code == 400


def test_messages_cannot_be_written(client: APIClient, own_account: ChannelAccount) -> None:
    assert client.post("/api/v1/messages/", {}).status_code == 405


def test_another_workspaces_messages_do_not_exist(client: APIClient, own_account: ChannelAccount) -> None:
    foreign = make_account("https://x.example")
    (message,) = make_messages(foreign, make_template(foreign))
    assert client.get("/api/v1/messages/").json()["results"] == []
    assert client.get(f"/api/v1/messages/{message.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["channels/accounts/", "templates/", "messages/"])
def test_a_list_costs_few_queries_however_long(
    client: APIClient, own_account: ChannelAccount, path: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_messages(own_account, make_template(own_account))
    with django_assert_max_num_queries(4):
        assert client.get(f"/api/v1/{path}").status_code == 200


def test_without_a_key_nothing_is_shown(own_account: ChannelAccount) -> None:
    assert APIClient().get("/api/v1/messages/").status_code == 401
