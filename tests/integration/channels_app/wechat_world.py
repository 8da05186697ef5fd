"""A WeChat account at the simulator, its followers' phones, and rows that send through it."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, Message, Template
from channels_app.providers.base import Outgoing
from channels_app.providers.wechat.official import WechatOfficial
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import make_account, make_messages, make_template

SECRET, TOKEN = "wechat-s3cret", "callback-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SHIPPED = "订单发货\n订单：{{character_string1.DATA}}\n商品：{{thing2.DATA}}\n金额：{{amount3.DATA}}"
ARRIVED = "到店提醒\n门店：{{thing1.DATA}}\n时间：{{time2.DATA}}"
PARAMS = {"character_string1": "A-1001", "thing2": "羊绒围巾", "amount3": "¥399.00元"}
VISIT = {"thing1": "静安旗舰店", "time2": "2026年3月2日 15:01"}
OPENID = "oAAAA1234567890follower_0001"
DEADLINE_SECONDS = 20


class Wechat:
    """One account: its row, its set-up at the simulator, and the phones of those who follow it."""

    def __init__(self, simulator: SimulatorClient, base_url: str, live_url: str = "", **setup: Any) -> None:
        self.simulator = simulator
        self.appid = f"wx{uuid4().hex[:16]}"
        self.setup: dict[str, Any] = {
            "secret": SECRET,
            "token": TOKEN,
            "templates": {"TPL_1": SHIPPED},
            "subscribe_templates": {"SUB_1": ARRIVED},
            "delivery_ms": 0,
            "retry_scale": 0.002,
            **setup,
        }
        encrypted = self.setup.get("mode", "plain") != "plain"
        if encrypted:
            self.setup["encoding_aes_key"] = AES_KEY
        credentials = {"secret": SECRET, "token": TOKEN, **({"encoding_aes_key": AES_KEY} if encrypted else {})}
        self.account: ChannelAccount = make_account(
            f"{base_url}/wechat",
            key="wechat",
            channel="wechat_template",
            provider="wechat.official",
            credentials=credentials,
            settings={"appid": self.appid, "kind": self.setup.get("kind", "official")},
        )
        if live_url:
            self.setup["callback_url"] = f"{live_url}/callbacks/{self.account.callback_token}/wechat/official/events/"
        self.put()

    def put(self, **setup: Any) -> None:
        self.setup |= setup
        self.simulator.put(f"/admin/wechat/accounts/{self.appid}/", self.setup)

    def act(self, act: str, openid: str = OPENID, **fields: Any) -> dict[str, Any]:
        path = f"/admin/wechat/followers/{self.appid}/{openid}/acts/"
        answer = self.simulator.request("POST", path, {"act": act, **fields})
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    def screen(self, openid: str = OPENID) -> list[dict[str, Any]]:
        path = f"/admin/wechat/followers/{self.appid}/{openid}/"
        return list(self.simulator.request("GET", path).json()["results"])

    def received(self, openid: str = OPENID) -> list[dict[str, Any]]:
        return [row for row in self.screen(openid) if row["direction"] == "in"]

    def tokens(self) -> dict[str, int]:
        return dict(self.simulator.request("GET", f"/admin/wechat/accounts/{self.appid}/tokens/").json())

    def revoke(self) -> None:
        self.simulator.request("POST", f"/admin/wechat/accounts/{self.appid}/revoke/").raise_for_status()

    @property
    def provider(self) -> WechatOfficial:
        provider = open_provider(self.account)
        assert isinstance(provider, WechatOfficial)
        return provider

    def outgoing(self, **fields: Any) -> Outgoing:
        wanted: dict[str, Any] = {
            "message_id": uuid4(),
            "address": OPENID,
            "template_code": "TPL_1",
            "template_body": SHIPPED,
            "params": PARAMS,
            "channel": "wechat_template",
        }
        return Outgoing(**{**wanted, **fields})

    def visit(self, **fields: Any) -> Outgoing:
        wanted = {"channel": "wechat_subscribe", "template_code": "SUB_1", "template_body": ARRIVED, "params": VISIT}
        return self.outgoing(**{**wanted, **fields})

    def text(self, **fields: Any) -> Outgoing:
        wanted = {"channel": "wechat_service", "template_code": "", "template_body": "您好", "params": {}}
        return self.outgoing(**{**wanted, **fields})

    def template(self, **fields: Any) -> Template:
        wanted = {"channel": "wechat_template", "provider_code": "TPL_1", "body": SHIPPED}
        return make_template(self.account, **{**wanted, **fields})

    def queue(self, template: Template, count: int = 1, **fields: Any) -> list[Message]:
        wanted = {"channel": template.channel, "address": OPENID, "params": PARAMS}
        return make_messages(self.account, template, count, **{**wanted, **fields})


def until(condition: Callable[[], object], shown: Callable[[], object] = lambda: None) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, shown()
        time.sleep(0.02)
