"""An account at the simulated Tencent Cloud, and rows that send through it."""

from typing import Any

from channels_app.models import ChannelAccount, Template
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import make_account, make_template

SECRET_ID, SECRET_KEY, APP = "AKID-test", "tencent-s3cret", "1400006666"
SIGN = "知途"
CODE, BODY = "449739", "您好{1}，验证码{2}"
CONFIG: dict[str, Any] = {
    "vendor": "tencent",
    "secret": SECRET_KEY,
    "apps": [APP],
    "signs": [SIGN, "新名"],
    "sign_reviews": {"新名": {"state": "pending"}},
    "templates": {CODE: BODY, "2": "新品上市", "3": "新品上市，拒收请回复R", "77": "旧{1}文"},
    "reviews": {
        "2": {"kind": "marketing"},
        "3": {"kind": "marketing"},
        "77": {"state": "rejected", "reason": "内容不符"},
    },
    "marketing_hours": [0, 24],
    "delivery_ms": 0,
    "retry_scale": 0.001,
}


def tencent_account(url: str, simulator: SimulatorClient, **fields: Any) -> ChannelAccount:
    """Make an account that the simulator knows, too."""
    simulator.put_access_key(SECRET_ID, CONFIG)
    wanted = {
        "provider": "sms.tencent",
        "credentials": {"secret_id": SECRET_ID, "secret_key": SECRET_KEY},
        "settings": {"sdk_app_id": APP, "sign_name": SIGN},
    }
    return make_account(url, **{**wanted, **fields})


def connect(simulator: SimulatorClient, account: ChannelAccount, host: str, **fields: Any) -> None:
    """Enter the account's callback addresses at the vendor."""
    path = f"{host}/callbacks/{account.callback_token}/sms/tencent"
    callbacks = {"report_url": f"{path}/status/", "up_url": f"{path}/reply/"}
    simulator.put_access_key(SECRET_ID, {**CONFIG, **callbacks, **fields})


def tencent_template(account: ChannelAccount, **fields: Any) -> Template:
    return make_template(account, **{"provider_code": CODE, "body": BODY, **fields})
