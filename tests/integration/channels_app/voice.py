"""Voice accounts at the running simulator, and people who are called."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from channels_app.models import ChannelAccount, Message, Template
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import make_account, make_messages, make_template

KEY, SECRET = "LTAI-voice", "v0ice"
ROBOT_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SAYS = "您好${name}，您预约的${time}的体检请准时到店。"
NO_LIMITS = {"per_5_minutes": 0, "per_day": 0}
# Nobody picks up by himself before the test says so.
BY_HAND = {"ring_ms": 600_000, "talk_ms": 600_000}


def tell(simulator: SimulatorClient, service: str, id_: str, **config: Any) -> None:
    """Set a voice account up at the simulator; without more, calls are answered at once and heard to the end."""
    wanted = {
        "secret": ROBOT_SECRET if service == "robot_http" else SECRET,
        "templates": {"TTS_1": SAYS},
        "instance_id": "inst-1" if service == "aliyun_robot" else "",
        "limits": NO_LIMITS,
        **config,
    }
    simulator.put(f"/admin/voice/accounts/{service}/{id_}/", wanted)


def voice_account(url: str, service: str, **fields: Any) -> ChannelAccount:
    robot = service == "robot_http"
    wanted = {
        "key": f"call{uuid4().hex}",
        "channel": "call",
        "provider": f"call.{service}",
        "base_url": f"{url}/robot" if robot else url,
        "credentials": {"secret": ROBOT_SECRET} if robot else {"access_key_id": KEY, "access_key_secret": SECRET},
        "settings": {"account": KEY} if robot else {"instance_id": "inst-1"} if service == "aliyun_robot" else {},
    }
    return make_account(url, **{**wanted, **fields})


def voice_template(account: ChannelAccount, **fields: Any) -> Template:
    wanted = {"name": "提醒", "channel": "call", "provider_code": "TTS_1", "body": SAYS}
    return make_template(account, **{**wanted, **fields})


def make_calls(account: ChannelAccount, template: Template, count: int = 1, **fields: Any) -> list[Message]:
    wanted = {"channel": "call", "params": {"name": "王", "time": "周五"}}
    return make_messages(account, template, count, **{**wanted, **fields})


def calls(simulator: SimulatorClient) -> list[dict[str, Any]]:
    """The simulator's call log, oldest first."""
    return list(reversed(simulator.request("GET", "/admin/voice/calls/").json()["results"]))


def act(simulator: SimulatorClient, call: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    answer = simulator.request("POST", f"/admin/voice/calls/{call['id']}/acts/", {"act": name, **more})
    answer.raise_for_status()
    return dict(answer.json())


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for a condition and return what it gives."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "the condition did not come about"
        time.sleep(0.02)
    return value
