"""Accounts at the simulated WeChat and WeCom, for the bench of dispatch."""

import base64
import secrets
import time
from contextlib import closing
from typing import Any

from channels_app.models import ChannelAccount, Greeting, Template, WelcomeMessage
from channels_app.simulator.client import SimulatorClient
from workspaces.models import Workspace

NOTICE = "编号：{{character_string1.DATA}}"
AGENT = 1000002
WELCOMED_WITHIN = 60.0


def wechat_account(workspace: Workspace, simulator_url: str) -> tuple[ChannelAccount, Template]:
    """Make an official account whose every openid is a follower, with one approved template."""
    appid, secret, token = f"wx{secrets.token_hex(8)}", secrets.token_hex(16), secrets.token_hex(8)
    # Any: an encrypted field takes JSON, and its stubs see the column.
    credentials: Any = {"secret": secret, "token": token}
    account = ChannelAccount.objects.create(
        workspace=workspace,
        key="wechat",
        name="公众号",
        channel="wechat_template",
        provider="wechat.official",
        base_url=f"{simulator_url}/wechat",
        credentials=credentials,
        settings={"appid": appid},
        callback_token=secrets.token_urlsafe(24),
    )
    template = Template.objects.create(
        workspace=workspace,
        account=account,
        key="notice",
        name="通知",
        channel="wechat_template",
        provider_code="TPL_1",
        body=NOTICE,
        state="approved",
    )
    setup = {"secret": secret, "token": token, "templates": {"TPL_1": NOTICE}, "everyone_follows": True}
    with closing(SimulatorClient(simulator_url)) as simulator:
        simulator.put(f"/admin/wechat/accounts/{appid}/", setup)
    return account, template


class Corporation:
    """A corporation whose new contacts are welcomed."""

    def __init__(self, workspace: Workspace, simulator_url: str, web_url: str) -> None:
        self._simulator = SimulatorClient(simulator_url)
        self._id = f"ww{secrets.token_hex(8)}"
        secret, token = secrets.token_urlsafe(24), secrets.token_hex(8)
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        credentials: Any = {"corp_secret": secret, "callback_token": token, "encoding_aes_key": key}
        self.account = ChannelAccount.objects.create(
            workspace=workspace,
            key="wecom",
            name="企业微信",
            channel="wecom_customer",
            provider="wecom.corp",
            base_url=f"{simulator_url}/wecom",
            credentials=credentials,
            settings={"corp_id": self._id, "agent_id": AGENT},
            callback_token=secrets.token_urlsafe(24),
        )
        WelcomeMessage.objects.create(workspace=workspace, account=self.account, name="欢迎", text="欢迎加入！")
        setup = {
            "apps": [{"secret": secret, "agent_id": AGENT}],
            "members": [{"userid": "zhangsan", "name": "张三"}],
            "callback_token": token,
            "encoding_aes_key": key,
            "callback_url": f"{web_url}/callbacks/{self.account.callback_token}/wecom/corp/event/",
        }
        self._simulator.put(f"/admin/wecom/corps/{self._id}/", setup)

    def come(self) -> None:
        """Let one more customer add the member by a code."""
        path = f"/admin/wecom/corps/{self._id}/scans/"
        self._simulator.request("POST", path, {"userid": "zhangsan"}).raise_for_status()

    def latencies(self, expected: int) -> list[float]:
        """Wait until all have been welcomed; return the seconds from callback to answer. One who was not took for ever."""
        deadline = time.monotonic() + WELCOMED_WITHIN
        sent = Greeting.objects.filter(account=self.account, outcome="sent")
        while sent.count() < expected and time.monotonic() < deadline:
            time.sleep(0.1)
        seconds = [latency / 1000 for latency in sent.values_list("latency_ms", flat=True) if latency is not None]
        return seconds + [float("inf")] * (expected - len(seconds))
