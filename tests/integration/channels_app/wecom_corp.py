"""A corporation at the simulated WeCom, an account of it, and what tests make its people do."""

import base64
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount
from channels_app.providers.wecom.corp import WecomCorp
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import make_account

SECRET, CONTACT_SECRET, TOKEN = "app-s3cret", "contact-s3cret", "callback-token"
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
AGENT = 1000002
MEMBERS = ("zhangsan", "LiSi", "wangwu")


class SimulatedCorp:
    """One corporation; `do` is what happens at it."""

    def __init__(self, client: SimulatorClient, url: str, **account: Any) -> None:
        self.id = f"ww{uuid4().hex[:16]}"
        self._client = client
        self.account = make_account(
            f"{url}/wecom",
            **{
                "key": "wecom",
                "name": "企业微信",
                "channel": "wecom_customer",
                "provider": "wecom.corp",
                "credentials": {
                    "corp_secret": SECRET,
                    "contact_secret": CONTACT_SECRET,
                    "callback_token": TOKEN,
                    "encoding_aes_key": AES_KEY,
                },
                "settings": {"corp_id": self.id, "agent_id": AGENT},
                **account,
            },
        )
        self.set_up()

    def set_up(self, **config: Any) -> None:
        wanted = {
            "apps": [{"secret": SECRET, "agent_id": AGENT}, {"secret": CONTACT_SECRET, "agent_id": AGENT + 1}],
            "members": [{"userid": userid, "name": f"员工{userid}"} for userid in MEMBERS],
            "callback_token": TOKEN,
            "encoding_aes_key": AES_KEY,
            "retry_scale": 0.01,
        }
        self._client.put(f"/admin/wecom/corps/{self.id}/", {**wanted, **config})

    def call_back_to(self, live_url: str, **config: Any) -> None:
        self.set_up(callback_url=f"{live_url}/callbacks/{self.account.callback_token}/wecom/corp/event/", **config)

    def do(self, act: str, **body: Any) -> dict[str, Any]:
        answer = self._client.request("POST", f"/admin/wecom/corps/{self.id}/{act}/", body)
        answer.raise_for_status()
        done: dict[str, Any] = answer.json()
        return done

    @property
    def screen(self) -> dict[str, Any]:
        shown: dict[str, Any] = self._client.request("GET", f"/admin/wecom/corps/{self.id}/").json()
        return shown

    def customers(self, count: int, userid: str = "zhangsan", prefix: str = "wm") -> list[str]:
        self.do("customers", userid=userid, count=count, prefix=prefix)
        return [f"{prefix}{number:06}" for number in range(count)]

    @property
    def provider(self) -> WecomCorp:
        provider = open_provider(ChannelAccount.objects.get(pk=self.account.pk))
        assert isinstance(provider, WecomCorp)
        return provider


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for a condition and return what made it true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)
    return value
