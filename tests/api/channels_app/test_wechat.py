"""WeChat at the API: accounts, QR codes, followers' phones."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, QrCode
from channels_app.ports import ports
from channels_app.providers.wechat.official import WechatOfficial
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered, make_account
from tests.integration.channels_app.wechat_world import OPENID, SECRET, TOKEN
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

APPID = "wx0123456789abcdef"
ACCOUNT = {
    "key": "wechat",
    "name": "知途服务号",
    "channel": "wechat_template",
    "provider": "wechat.official",
    "credentials": {"secret": SECRET, "token": TOKEN},
    "settings": {"appid": APPID},
}


@pytest.fixture
def account(
    client: APIClient, simulator_url: str, simulator: SimulatorClient, registered: Registered, settings: Any
) -> ChannelAccount:
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    answer = client.post(
        "/api/v1/channels/accounts/", {**ACCOUNT, "base_url": f"{simulator_url}/wechat"}, format="json"
    )
    assert answer.status_code == 201, answer.content
    return ChannelAccount.objects.get(pk=answer.json()["id"])


def test_an_account_made_at_the_console_works_at_once_and_shows_no_secret(
    client: APIClient, account: ChannelAccount
) -> None:
    shown = client.get(f"/api/v1/channels/accounts/{account.pk}/")
    assert SECRET not in shown.content.decode()
    assert TOKEN not in shown.content.decode()
    assert list(shown.json()["callbacks"]) == ["events"]
    answer = client.post("/api/v1/channels/qr-codes/", {"account": "wechat", "name": "门店"}, format="json")
    assert answer.status_code == 201, answer.content


def test_an_account_without_an_appid_is_refused(client: APIClient, simulator_url: str) -> None:
    answer = client.post(
        "/api/v1/channels/accounts/", {**ACCOUNT, "settings": {}, "base_url": f"{simulator_url}/wechat"}, format="json"
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_settings")


def test_a_template_at_fault_is_refused_at_once(client: APIClient, account: ChannelAccount) -> None:
    body = {
        "key": "t",
        "account": "wechat",
        "name": "发货",
        "provider_code": "T",
        "body": "{{thing1}}",
        "purpose": "service",
    }
    answer = client.post("/api/v1/templates/", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "bad_placeholder")
    taken = client.post("/api/v1/templates/", {**body, "body": "{{thing1.DATA}}"}, format="json")
    assert (taken.status_code, taken.json()["variables"]) == (201, ["thing1"])


def test_qr_codes_are_made_listed_and_renamed(client: APIClient, account: ChannelAccount) -> None:
    body = {"account": "wechat", "name": "静安店", "scene": "store_17", "attribution": "门店", "tags": ["静安"]}
    made = client.post("/api/v1/channels/qr-codes/", body, format="json").json()
    assert (made["scene"], made["tags"], made["expires_at"]) == ("store_17", ["静安"], None)
    assert made["ticket"] in made["picture"] or made["picture"].endswith("%3D%3D")
    lasting = client.post(
        "/api/v1/channels/qr-codes/", {"account": "wechat", "name": "活动", "lasts_seconds": 600}, format="json"
    )
    assert lasting.json()["expires_at"] is not None
    assert len(client.get("/api/v1/channels/qr-codes/").json()["results"]) == 2
    changed = client.patch(f"/api/v1/channels/qr-codes/{made['id']}/", {"name": "静安旗舰店"}, format="json")
    assert (changed.json()["name"], changed.json()["attribution"]) == ("静安旗舰店", "门店")


def test_a_code_whose_time_is_over_is_shown_as_expired_and_cannot_be_scanned(
    client: APIClient, account: ChannelAccount, simulator: SimulatorClient
) -> None:
    body = {"account": "wechat", "name": "活动", "scene": "event_1", "lasts_seconds": 60}
    made = client.post("/api/v1/channels/qr-codes/", body, format="json").json()
    client.post("/api/v1/channels/qr-codes/", {"account": "wechat", "name": "门店"}, format="json")
    assert made["expired"] is False
    simulator.put(f"/admin/wechat/accounts/{APPID}/", {"secret": SECRET, "qr_scale": 0})
    QrCode.objects.filter(pk=made["id"]).update(expires_at=timezone.now())
    provider = open_provider(account)
    assert isinstance(provider, WechatOfficial)
    ended = provider.create_qr_code("event_2", timedelta(minutes=1))

    shown = client.get("/api/v1/channels/qr-codes/", {"expired": "true"}).json()["results"]
    assert [(code["scene"], code["expired"]) for code in shown] == [("event_1", True)]
    assert len(client.get("/api/v1/channels/qr-codes/", {"expired": "false"}).json()["results"]) == 1
    scan = {"act": "scan", "ticket": ended.ticket}
    answer = simulator.request("POST", f"/admin/wechat/followers/{APPID}/{OPENID}/acts/", scan)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "code_expired")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": "nobody"}, "does_not_exist"),
        ({"scene": "x" * 65}, "max_length"),
        ({"lasts_seconds": 10}, "min_value"),
        ({"lasts_seconds": 2_592_001}, "max_value"),
        ({"typo": 1}, "unknown_field"),
    ],
)
def test_a_bad_qr_code_is_refused(
    client: APIClient, account: ChannelAccount, change: dict[str, Any], code: str
) -> None:
    answer = client.post("/api/v1/channels/qr-codes/", {"account": "wechat", "name": "x", **change}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_a_scene_is_used_once(client: APIClient, account: ChannelAccount) -> None:
    body = {"account": "wechat", "name": "x", "scene": "s"}
    assert client.post("/api/v1/channels/qr-codes/", body, format="json").status_code == 201
    answer = client.post("/api/v1/channels/qr-codes/", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unique")


def test_what_wechat_refuses_is_a_502_in_its_words(
    client: APIClient, account: ChannelAccount, simulator: SimulatorClient
) -> None:
    simulator.put(f"/admin/wechat/accounts/{APPID}/", {"secret": "another"})
    client.raise_request_exception = False
    answer = client.post("/api/v1/channels/qr-codes/", {"account": "wechat", "name": "x"}, format="json")
    assert answer.status_code == 502
    assert "40125" in answer.json()["errors"][0]["detail"]
    assert QrCode.objects.count() == 0


def test_a_followers_phone_is_played_from_the_console(client: APIClient, account: ChannelAccount) -> None:
    path = f"/api/v1/simulator/wechat/followers/{APPID}/{OPENID}/"
    assert client.post(f"{path}acts/", {"act": "follow"}, format="json").status_code == 201
    assert client.post(f"{path}acts/", {"act": "write", "content": "在吗"}, format="json").status_code == 201
    listed = client.get("/api/v1/simulator/wechat/followers/").json()
    assert [row["openid"] for row in listed["results"]] == [OPENID]
    assert listed["accounts"] == [{"appid": APPID, "name": "知途服务号"}]
    screen = client.get(path).json()
    assert [(row["kind"], row["content"]) for row in screen["results"]] == [("follow", ""), ("write", "在吗")]
    assert screen["follower"]["subscribed"] is True
    assert client.post(f"{path}acts/", {"act": "dance"}, format="json").status_code == 400
    assert client.post(f"{path}acts/", {"act": "scan", "scene": "nowhere"}, format="json").status_code == 404


def test_another_workspaces_followers_and_phones_are_not_shown(
    client: APIClient, account: ChannelAccount, other_workspace: Workspace, make_key: Any
) -> None:
    path = f"/api/v1/simulator/wechat/followers/{APPID}/{OPENID}/"
    client.post(f"{path}acts/", {"act": "follow"}, format="json")
    make_account(account.base_url.removesuffix("/wechat"), workspace=other_workspace)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key('read', 'write', of=other_workspace)}")
    assert client.get("/api/v1/simulator/wechat/followers/").json()["results"] == []
    assert client.get(path).status_code == 404
    assert client.post(f"{path}acts/", {"act": "unfollow"}, format="json").status_code == 404


def test_the_reading_of_followers_is_started_once_and_shown(client: APIClient, account: ChannelAccount) -> None:
    path = f"/api/v1/channels/accounts/{account.pk}/followers/sync/"
    assert client.get(path).status_code == 404
    wanted: list[Any] = []
    ports.followers_wanted.append(wanted.append)
    started = client.post(path)
    again = client.post(path)
    assert (started.status_code, started.json()["id"]) == (202, again.json()["id"])
    assert wanted == [account.pk] * 2
    assert client.get(path).json()["state"] == "running"


def test_another_workspaces_account_is_not_there(
    client: APIClient, account: ChannelAccount, other_workspace: Workspace, make_key: Any
) -> None:
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key('read', 'write', of=other_workspace)}")
    assert client.post(f"/api/v1/channels/accounts/{account.pk}/followers/sync/").status_code == 404


def test_no_key_may_declare_a_token_void(client: APIClient, account: ChannelAccount) -> None:
    assert client.post(f"/api/v1/channels/accounts/{account.pk}/access-token/renew/").status_code == 403
