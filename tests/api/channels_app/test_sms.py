"""Previews, signatures and suppressions over HTTP, for both SMS vendors."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from channels_app import dispatch
from channels_app.models import ChannelAccount, Signature, Suppression, Template
from channels_app.ports import ports
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    KEY_ID,
    MORNING,
    SECRET,
    SIGN,
    Registered,
    make_account,
    make_messages,
    make_template,
)
from tests.integration.channels_app.tencent import APP
from workspaces.models import Workspace

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.api.channels_app.urls"),
    pytest.mark.usefixtures("registered"),
]

MARKETING = "您好${name}，新品上市，拒收请回复R"


@pytest.fixture
def aliyun(workspace: Workspace) -> ChannelAccount:
    return make_account("https://x.example", workspace=workspace, price="0.0450")


@pytest.fixture
def tencent(workspace: Workspace) -> ChannelAccount:
    return make_account(
        "https://y.example",
        workspace=workspace,
        key="tx",
        provider="sms.tencent",
        credentials={"secret_id": "i", "secret_key": "k"},
        settings={"sdk_app_id": APP, "sign_name": SIGN, "link_domain": "s.example.cn", "variable_length": 20},
    )


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def shown(client: APIClient, template: Any, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/templates/{template.pk}/preview/", body)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def test_a_preview_has_the_text_with_its_suffix_its_parts_and_its_cost(
    client: APIClient, aliyun: ChannelAccount
) -> None:
    template = make_template(aliyun, body=MARKETING, purpose="marketing")
    answer = shown(client, template, params={"name": "王小明"})
    assert answer["text"] == "【知途】您好王小明，新品上市，拒收请回复R"
    assert (answer["length"], answer["segments"], answer["problems"]) == (21, 1, [])
    assert (Decimal(answer["cost"]), answer["currency"]) == (Decimal("0.0450"), "CNY")
    long = shown(client, make_template(aliyun, body="长" * 70), params={})
    assert (long["length"], long["segments"], Decimal(long["cost"])) == (74, 2, Decimal("0.09"))


def test_a_preview_names_everything_the_vendor_would_refuse(client: APIClient, aliyun: ChannelAccount) -> None:
    Signature.objects.create(workspace=aliyun.workspace, account=aliyun, name=SIGN, state="rejected", reason="资质")
    template = make_template(aliyun, body="您好${name}，${order}")
    problems = shown(client, template, params={"name": "www.a.cn"})["problems"]
    assert [problem["code"] for problem in problems] == [
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
    ]


def test_a_preview_shows_where_a_short_links_code_goes(client: APIClient, tencent: ChannelAccount) -> None:
    links = {"links": {"2": "https://shop.example.cn/"}}
    template = make_template(tencent, body="{1}您好，看 s.example.cn/l/{2} 拒收请回复R", settings=links)
    answer = shown(client, template, params={"1": "王"})
    assert (answer["text"], answer["problems"]) == ("【知途】王您好，看 s.example.cn/l/xxxxxxxx 拒收请回复R", [])
    elsewhere = make_template(tencent, body="{1}您好，看 other.cn/l/{2} 退订回T", settings=links)
    assert [p["code"] for p in shown(client, elsewhere, params={"1": "王"})["problems"]] == ["link_not_in_text"]


def test_a_preview_for_a_profile_renders_as_a_journey_would(client: APIClient, aliyun: ChannelAccount) -> None:
    class Renderer:
        def render(self, workspace_id: UUID, profile_id: UUID, params: Any) -> Any:
            return {name: value.replace("{{ profile.name }}", "小红") for name, value in params.items()}

    ports.renderer = Renderer()
    body = {"params": {"name": "{{ profile.name }}"}, "profile": str(aliyun.pk)}
    assert "您好小红" in shown(client, make_template(aliyun, body=MARKETING), **body)["text"]


def test_a_foreign_workspaces_template_has_no_preview(client: APIClient) -> None:
    foreign = make_template(make_account("https://x.example"))
    assert client.post(f"/api/v1/templates/{foreign.pk}/preview/", {}).status_code == 404


@pytest.mark.parametrize(
    ("settings", "body", "code", "attr"),
    [
        ({"links": {"2": "javascript:x"}}, "{1}看 a.cn/l/{2}。", "invalid_links", "settings"),
        ({"links": {"2": "https://a.cn/{{ profile.phone }}"}}, "{1}看 a.cn/l/{2}。", "invalid_links", "settings"),
        ({"links": {"3": "https://a.cn/"}}, "{1}看 a.cn/l/{2}。", "invalid_links", "settings"),
        ({"links": ["2"]}, "{1}看 a.cn/l/{2}。", "invalid_links", "settings"),
        ({"links": {"2": "https://a.cn/"}}, "{1}看{2}。", "link_not_in_text", "body"),
        ({"kind": "advert"}, "{1}好", "invalid_kind", "settings"),
        ({"sign_name": "【】"}, "{1}好", "FailedOperation.SignatureIncorrectOrUnapproved", "settings"),
        ({}, "{1}{2}好", "variables_out_of_order", "body"),
    ],
)
def test_a_template_that_cannot_be_is_refused(
    client: APIClient, tencent: ChannelAccount, settings: dict[str, Any], body: str, code: str, attr: str
) -> None:
    new = {"key": "t", "name": "t", "account": "tx", "provider_code": "1", "purpose": "service"}
    answer = client.post("/api/v1/templates/", {**new, "body": body, "settings": settings})
    assert (answer.status_code, codes(answer)) == (400, [(code, attr)])


def test_a_journey_need_not_fill_what_fills_itself(client: APIClient, tencent: ChannelAccount) -> None:
    new = {"key": "t", "name": "t", "account": "tx", "provider_code": "1", "purpose": "service"}
    settings = {"links": {"2": "https://a.cn/"}}
    answer = client.post("/api/v1/templates/", {**new, "body": "{1}看 a.cn/l/{2}。", "settings": settings})
    assert (answer.status_code, answer.json()["variables"]) == (201, ["1"])


@pytest.mark.parametrize("settings", [{}, {"sdk_app_id": "x", "sign_name": SIGN}, {"sdk_app_id": APP}])
def test_a_tencent_account_needs_its_settings(client: APIClient, settings: dict[str, Any]) -> None:
    new = {"key": "tx", "name": "腾讯云", "channel": "sms", "provider": "sms.tencent", "settings": settings}
    credentials = {"secret_id": "AKID", "secret_key": "top-secret"}
    answer = client.post(
        "/api/v1/channels/accounts/",
        {**new, "base_url": "https://sms.tencentcloudapi.com", "credentials": credentials},
    )
    assert codes(answer) == [("invalid_settings", "settings")]


def test_a_tencent_account_made_in_the_console_works_at_once(
    client: APIClient, simulator: SimulatorClient, simulator_url: str, settings: Any
) -> None:
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    account = {
        "key": "tx",
        "name": "腾讯云",
        "channel": "sms",
        "provider": "sms.tencent",
        "base_url": simulator_url,
        "credentials": {"secret_id": "AKID-new", "secret_key": "top-secret"},
        "settings": {"sdk_app_id": APP, "sign_name": SIGN},
    }
    made = client.post("/api/v1/channels/accounts/", account)
    assert made.status_code == 201, made.json()
    assert made.json()["callbacks"].keys() == {"status", "reply"}
    assert "top-secret" not in made.content.decode()
    template = {"key": "t", "name": "发货", "account": "tx", "provider_code": "1001", "purpose": "service"}
    answer = client.post("/api/v1/templates/", {**template, "body": "{1}，已发货。", "state": "approved"})
    assert answer.status_code == 201, answer.json()
    own = ChannelAccount.objects.get()
    make_messages(own, Template.objects.get(), params={"1": "王"})
    assert dispatch.drain(own.pk, MORNING).accepted == 1
    (shown,) = client.get("/api/v1/simulator/phones/13800000000/").json()["results"]
    assert (shown["vendor"], shown["content"]) == ("tencent", "【知途】王，已发货。")


def test_signatures_are_synced_from_the_vendor_and_listed(
    client: APIClient, simulator: SimulatorClient, simulator_url: str, workspace: Workspace
) -> None:
    account = make_account(simulator_url, workspace=workspace)
    reviews = {SIGN: {"state": "rejected", "reason": "资质不符"}}
    simulator.put_access_key(KEY_ID, {"secret": SECRET, "signs": [SIGN], "sign_reviews": reviews})
    answer = client.post("/api/v1/channels/signatures/sync/", {"account": "sms"})
    assert [(row["name"], row["state"], row["reason"]) for row in answer.json()] == [(SIGN, "rejected", "资质不符")]
    (row,) = client.get(f"/api/v1/channels/signatures/?account={account.pk}&state=rejected").json()["results"]
    assert row["synced_at"] is not None


def test_a_sync_that_the_vendor_refuses_says_so_without_credentials(
    client: APIClient, simulator: SimulatorClient, simulator_url: str, workspace: Workspace
) -> None:
    make_account(simulator_url, workspace=workspace, credentials={"access_key_id": "x", "access_key_secret": "hush"})
    answer = client.post("/api/v1/channels/signatures/sync/", {"account": "sms"})
    assert (answer.status_code, codes(answer)) == (409, [("provider_refused", "account")])
    assert "hush" not in answer.content.decode()


def test_a_signature_is_entered_by_hand_once_and_changed(client: APIClient, aliyun: ChannelAccount) -> None:
    new = {"account": "sms", "name": "新名", "state": "pending"}
    made = client.post("/api/v1/channels/signatures/", new)
    assert made.status_code == 201, made.json()
    assert codes(client.post("/api/v1/channels/signatures/", new)) == [("unique", "name")]
    changed = client.patch(f"/api/v1/channels/signatures/{made.json()['id']}/", {"state": "approved"})
    assert (changed.status_code, changed.json()["state"]) == (200, "approved")
    assert codes(client.post("/api/v1/channels/signatures/", {**new, "name": "【x】"})) == [("invalid", "name")]
    assert codes(client.post("/api/v1/channels/signatures/", {**new, "account": "no"})) == [
        ("does_not_exist", "account")
    ]


def test_an_address_is_suppressed_found_and_lifted_with_a_reason(client: APIClient, registered: Registered) -> None:
    new = {"channel": "sms", "address": "13800000009", "reason": "投诉"}
    made = client.post("/api/v1/channels/suppressions/", new)
    assert (made.status_code, made.json()["address"], made.json()["proof"]["reason"]) == (201, "+8613800000009", "投诉")
    rows = client.get("/api/v1/channels/suppressions/?channel=sms&state=active&address=13800000009").json()["results"]
    assert [row["id"] for row in rows] == [made.json()["id"]]
    path = f"/api/v1/channels/suppressions/{made.json()['id']}/lift/"
    assert codes(client.post(path, {})) == [("required", "reason")]
    assert client.post(path, {"reason": "客户要求恢复"}).json()["lift_reason"] == "客户要求恢复"
    assert codes(client.post(path, {"reason": "再次"})) == [("already_lifted", None)]
    assert client.get("/api/v1/channels/suppressions/?state=active").json()["results"] == []


def test_another_workspaces_suppressions_and_signatures_do_not_exist(client: APIClient) -> None:
    foreign = make_account("https://x.example")
    entry = Suppression.objects.create(
        workspace=foreign.workspace, channel="sms", address="+8613800000009", source="x", at="2026-01-01T00:00Z"
    )
    Signature.objects.create(workspace=foreign.workspace, account=foreign, name=SIGN)
    assert client.get("/api/v1/channels/suppressions/").json()["results"] == []
    assert client.get("/api/v1/channels/signatures/").json()["results"] == []
    assert client.post(f"/api/v1/channels/suppressions/{entry.pk}/lift/", {"reason": "x"}).status_code == 404


def test_without_a_key_nothing_is_shown(db: None) -> None:
    assert APIClient().get("/api/v1/channels/suppressions/").status_code == 401
