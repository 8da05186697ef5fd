"""Finding messages, and all that is known of one."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from rest_framework.test import APIClient

from channels_app.api.message_filtersets import found
from channels_app.models import ChannelAccount, Message, Receipt
from tests.api.conftest import SignIn
from tests.integration.channels_app.simulated import MORNING, make_account, make_messages, make_template
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]


@pytest.fixture
def own_account(workspace: Workspace) -> ChannelAccount:
    return make_account("https://x.example", workspace=workspace)


def ids(client: APIClient, **query: Any) -> list[str]:
    answer = client.get("/api/v1/messages/", query)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_message_is_found_by_address_number_and_ids(client: APIClient, own_account: ChannelAccount) -> None:
    template = make_template(own_account)
    profile = uuid4()
    (wanted,) = make_messages(own_account, template, address="+8613900001111", provider_id="biz^77", profile_id=profile)
    make_messages(own_account, template, 3)
    for term in ("+8613900001111", "139 0000 1111", "biz^77", str(profile), str(wanted.pk)):
        assert ids(client, search=term) == [str(wanted.pk)], term
    assert ids(client, search="biz") == []


def test_messages_are_narrowed_by_what_they_are(client: APIClient, own_account: ChannelAccount) -> None:
    template = make_template(own_account)
    (wanted,) = make_messages(own_account, template, state="blocked", reason="quiet_hours")
    other = make_account("https://x.example", workspace=own_account.workspace, key="other", channel="email")
    make_messages(other, make_template(other, channel="email"), channel="email")
    for query in (
        {"channel": "sms"},
        {"reason": "quiet_hours"},
        {"account": own_account.pk},
        {"template": template.pk},
    ):
        assert ids(client, **query) == [str(wanted.pk)], query


def test_messages_are_narrowed_by_time(client: APIClient, own_account: ChannelAccount) -> None:
    template = make_template(own_account)
    (early,) = make_messages(own_account, template)
    (late,) = make_messages(own_account, template, at=MORNING + timedelta(hours=1))
    instant = (MORNING + timedelta(minutes=30)).isoformat()
    assert ids(client, since=instant) == [str(late.pk)]
    assert ids(client, until=instant) == [str(early.pk)]
    assert ids(client, since="1900-01-01T00:00:00Z") == [str(late.pk), str(early.pk)]


def test_another_workspaces_message_is_not_found(client: APIClient, own_account: ChannelAccount) -> None:
    foreign = make_account("https://x.example")
    (message,) = make_messages(foreign, make_template(foreign), provider_id="biz^77")
    for term in ("biz^77", message.address, str(message.pk), str(message.profile_id)):
        assert ids(client, search=term) == []


def test_one_message_is_told_whole(client: APIClient, own_account: ChannelAccount) -> None:
    (message,) = make_messages(own_account, make_template(own_account), attempts=2)
    for number, outcome in enumerate(("accepted", "delivered")):
        Receipt.objects.create(
            workspace=own_account.workspace,
            account=own_account,
            message_id=message.pk,
            dedup_key=str(number),
            outcome=outcome,
            reported_at=MORNING + timedelta(minutes=number),
            payload={"phone": message.address},
        )
    told = client.get(f"/api/v1/messages/{message.pk}/").json()
    assert told["text"] == "【知途】您好王，您的订单0已发货。"
    assert [receipt["outcome"] for receipt in told["receipts"]] == ["accepted", "delivered"]
    assert (told["account_name"], told["template_name"], told["attempts"]) == ("短信", "发货", 2)
    assert "payload" not in told["receipts"][0]


def test_a_message_whose_links_were_never_made_has_a_text_all_the_same(
    client: APIClient, own_account: ChannelAccount
) -> None:
    (message,) = make_messages(own_account, make_template(own_account), params={})
    assert "订单" in client.get(f"/api/v1/messages/{message.pk}/").json()["text"]


# What an account of each provider cannot do without.
OF: dict[str, dict[str, Any]] = {
    "email.smtp": {
        "base_url": "smtp://127.0.0.1:9",
        "settings": {"from_address": "a@example.com", "public_url": "https://x.example"},
    },
    "wechat.official": {"settings": {"appid": "wx1"}, "credentials": {"secret": "s", "token": "t"}},
    "wecom.corp": {"settings": {"corp_id": "ww1", "agent_id": "1"}, "credentials": {"corp_secret": "s"}},
    "call.aliyun_tts": {"settings": {}},
    "call.robot_http": {"settings": {"account": "a"}, "credentials": {"secret": "s"}},
}
HERE = "https://x.example/{{thing1.DATA}}"
PICTURE = {"msgtype": "image", "image": {"media_id": "m"}}
LINK = {"msgtype": "link", "link": {"title": "${name}的礼物", "url": "https://x.example/g"}}
CARD = {"msgtype": "textcard", "textcard": {"title": "到店", "url": "https://x.example/s"}}
SAID = [
    ("email", "email.smtp", "您好${name}", {"subject": "给${name}"}, "给王", "您好王", []),
    (
        "wechat_template",
        "wechat.official",
        "订单：{{thing1.DATA}}",
        {"url": HERE},
        "",
        "订单：茶",
        [("link", "", "https://x.example/茶")],
    ),
    ("wechat_service", "wechat.official", "", PICTURE, "", None, [("image", "", "")]),
    (
        "wecom_customer",
        "wecom.corp",
        "您好${name}",
        {"attachments": [LINK]},
        "",
        "您好王",
        [("link", "王的礼物", "https://x.example/g")],
    ),
    ("wecom_app", "wecom.corp", "请回访", CARD, "", "请回访", [("textcard", "到店", "https://x.example/s")]),
    ("call", "call.aliyun_tts", "您好${name}，您的订单已发货", {}, "", "您好王，您的订单已发货", []),
    ("call", "call.robot_http", "", {}, "", None, []),
]


@pytest.mark.parametrize(("channel", "provider", "body", "settings", "title", "text", "enclosed"), SAID)
def test_what_a_message_said_is_told_on_every_channel(
    client: APIClient,
    workspace: Workspace,
    channel: str,
    provider: str,
    body: str,
    settings: dict[str, Any],
    title: str,
    text: str | None,
    enclosed: list[tuple[str, str, str]],
) -> None:
    account = make_account("https://x.example", workspace=workspace, channel=channel, provider=provider, **OF[provider])
    template = make_template(account, channel=channel, body=body, settings=settings)
    (message,) = make_messages(account, template, channel=channel, params={"name": "王", "thing1": "茶"})
    told = client.get(f"/api/v1/messages/{message.pk}/").json()
    shown = [(part["kind"], part["title"], part["place"]) for part in told["enclosed"]]
    assert (told["title"], told["text"], shown) == (title, text, enclosed)


def test_who_may_not_see_a_person_does_not_read_them_in_a_subject_or_a_link(
    sign_in: SignIn, workspace: Workspace
) -> None:
    account = make_account(
        "https://x.example", workspace=workspace, channel="email", provider="email.smtp", **OF["email.smtp"]
    )
    settings = {"subject": "给${name}，${note}"}
    template = make_template(account, channel="email", body="您好${name}", settings=settings)
    params = {"name": "王小明", "note": "13800138000"}
    (message,) = make_messages(account, template, channel="email", params=params)
    told = sign_in("viewer").get(f"/api/v1/messages/{message.pk}/").json()
    assert "小明" not in f"{told['title']}{told['text']}"
    assert "13800138000" not in told["title"]


def test_the_searches_enter_their_indexes(own_account: ChannelAccount) -> None:
    template = make_template(own_account)
    for part in range(4):
        make_messages(own_account, template, 500, provider_id=f"biz^{part}")
    make_messages(own_account, template, 1, provider_id="biz^77", address="+8613900001111")
    with connection.cursor() as cursor:
        cursor.execute("analyze channels_app_message")
    plan = Message.objects.filter(id__in=found(own_account.workspace, "biz^77")).order_by("-id")[:51].explain()
    assert "message_of_provider" in plan
    assert "message_to_address" in plan
    assert "Seq Scan on channels_app_message" not in plan
