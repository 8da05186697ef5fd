"""What all actions of Aliyun's SMS service share: how they refuse, and how they write a time."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from channels_app.simulator.gateway import GatewayError

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_IN_PAGE = 50

Params = Mapping[str, str]


class BusinessError(Exception):
    """A refusal of the service itself: HTTP 200 with a Code that is not OK."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def require(params: Params, *names: str) -> None:
    for name in names:
        if not params.get(name):
            raise GatewayError(400, f"Missing{name}", f"{name} is mandatory for this action.")


def shanghai(at: float) -> str:
    return datetime.fromtimestamp(at, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
