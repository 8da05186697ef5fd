"""What templates of every channel become with values, and for what their providers would refuse them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from channels_app.models import ChannelAccount, Template
from tests.integration.channels_app.simulated import make_account, make_template
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]


def preview(client: APIClient, template: Template, **params: str) -> dict[str, Any]:
    answer = client.post(f"/api/v1/templates/{template.pk}/preview/", {"params": params})
    assert answer.status_code == 200, answer.json()
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def wechat(workspace: Workspace) -> ChannelAccount:
    return make_account(
        "http://127.0.0.1:9",
        workspace=workspace,
        key="wechat",
        provider="wechat.official",
        channel="wechat_template",
        credentials={"secret": "s", "token": "t"},
        settings={"appid": "wx1"},
    )


def test_a_wechat_template_is_filled_and_judged_by_the_types_of_its_fields(
    client: APIClient, wechat: ChannelAccount
) -> None:
    body = "订单：{{character_string1.DATA}}\n商品：{{thing2.DATA}}"
    template = make_template(wechat, channel="wechat_template", body=body)
    good = preview(client, template, character_string1="A1", thing2="茶")
    assert (good["text"], good["problems"]) == ("订单：A1\n商品：茶", [])
    (problem,) = preview(client, template, character_string1="A1", thing2="长" * 21)["problems"]
    assert problem["code"] == "47003"
    assert "thing2" in problem["detail"]


def test_a_variable_without_a_value_stays_as_written(client: APIClient, wechat: ChannelAccount) -> None:
    template = make_template(wechat, channel="wechat_template", body="订单：{{character_string1.DATA}}")
    shown = preview(client, template)
    assert shown["text"] == "订单：{{character_string1.DATA}}"
    assert shown["problems"][0]["code"] == "47003"


def test_a_mail_has_its_subject_as_title(client: APIClient, workspace: Workspace) -> None:
    account = make_account(
        "smtp://127.0.0.1:9",
        workspace=workspace,
        provider="email.smtp",
        channel="email",
        credentials={},
        settings={"from_address": "a@example.com", "public_url": "https://t.example.com"},
    )
    template = make_template(account, channel="email", body="您好，${name}", settings={"subject": "${name}的月刊"})
    shown = preview(client, template, name="王女士")
    assert (shown["title"], shown["text"], shown["problems"]) == ("王女士的月刊", "您好，王女士", [])


def test_a_message_of_wecom_is_filled_and_not_faulted_for_its_receiver(client: APIClient, workspace: Workspace) -> None:
    account = make_account(
        "http://127.0.0.1:9",
        workspace=workspace,
        provider="wecom.corp",
        channel="wecom_app",
        credentials={"corp_secret": "s"},
        settings={"corp_id": "ww1", "agent_id": 1},
    )
    template = make_template(account, channel="wecom_app", body="请跟进${name}")
    shown = preview(client, template, name="王女士")
    assert (shown["title"], shown["text"], shown["problems"]) == ("", "请跟进王女士", [])
    assert preview(client, template)["problems"] == [{"code": "variable_missing", "detail": "name"}]


def test_templates_are_found_by_words_and_channel(client: APIClient, wechat: ChannelAccount) -> None:
    make_template(wechat, channel="wechat_template", key="shipped", name="发货")
    make_template(wechat, channel="wechat_service", key="reply", name="回复", body="您好，发货了")

    def found(query: str) -> set[str]:
        return {row["key"] for row in client.get(f"/api/v1/templates/?{query}").json()["results"]}

    assert found("search=发货") == {"shipped", "reply"}
    assert found("search=发货&channel=wechat_service") == {"reply"}
    assert found("search=SHIPPED") == {"shipped"}
