"""An email account of the simulated mail server, and mails through it."""

from typing import Any
from uuid import uuid4

from channels_app.models import ChannelAccount, Template
from channels_app.providers.base import AccountConfig, Outgoing
from channels_app.providers.email.smtp import SmtpEmail
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import make_account, make_template

USER, PASSWORD, DOMAIN = "shop", "p4ssw0rd", "shop.example"
SETTINGS = {"from_address": f"hello@{DOMAIN}", "from_name": "知途商店", "public_url": "http://127.0.0.1:9"}
CREDENTIALS = {"username": USER, "password": PASSWORD}
HTML = "<p>您好 <b>${name}</b></p>"
LETTER = {"subject": "${name}，您的订单已发货", "html": HTML}
WAY_OUT = {"subject": "上新", "html": '<a href="${unsubscribe_url}">退订</a>'}


def set_up(simulator: SimulatorClient, **fields: Any) -> str:
    """Make the account known to the simulator; return its base URL."""
    config = {"password": PASSWORD, "domain": DOMAIN, **fields}
    simulator.put(f"/admin/mail/accounts/{USER}/", config)
    return f"smtp://127.0.0.1:{simulator.request('GET', '/admin/mail/').json()['port']}"


def provider(url: str, credentials: dict[str, str] | None = None, **settings: Any) -> SmtpEmail:
    return SmtpEmail(AccountConfig(uuid4(), url, credentials or CREDENTIALS, {**SETTINGS, **settings}))


def letter(address: str = "wang@example.com", **fields: Any) -> Outgoing:
    wanted = {
        "message_id": uuid4(),
        "address": address,
        "template_code": "shipped",
        "template_body": "您好 ${name}",
        "params": {"name": "王"},
        "channel": "email",
        "template": LETTER,
    }
    return Outgoing(**{**wanted, **fields})


def box(simulator: SimulatorClient, address: str = "wang@example.com") -> list[dict[str, Any]]:
    return simulator.request("GET", f"/admin/mail/boxes/{address}/").json()["results"]  # type: ignore[no-any-return]


def make_email_account(url: str, **fields: Any) -> ChannelAccount:
    settings = {**SETTINGS, **fields.pop("settings", {})}
    wanted = {"key": "email", "channel": "email", "provider": "email.smtp", "credentials": CREDENTIALS}
    return make_account(url, **{**wanted, "settings": settings, **fields})


def make_letter(account: ChannelAccount, **fields: Any) -> Template:
    wanted = {"channel": "email", "body": "您好 ${name}", "settings": LETTER, "provider_code": "shipped"}
    return make_template(account, **{**wanted, **fields})
