"""A simulator with one approved account, and rows that send through it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount, Message, Template
from channels_app.ports import ConsentKey, MessageChange, OptOut, Ports, ports
from channels_app.providers.registry import open_providers
from workspaces.models import Workspace

KEY_ID, SECRET = "LTAI-test", "s3cret"
SIGN = "知途"
SHIPPED = "您好${name}，您的订单${order}已发货。"
TEMPLATES = {"SMS_1": SHIPPED, "SMS_2": "新品上市，拒收请回复R"}
# Ten in the morning in Shanghai: inside every marketing window.
MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Registered:
    """What tests register at the ports: consents by profile, and a record of what was told."""

    def __init__(self) -> None:
        self.consents: dict[UUID, str] = {}
        self.changes: list[MessageChange] = []
        self.opt_outs: list[OptOut] = []
        self.strangers: set[str] = set()

    def consents_of(self, workspace_id: UUID, keys: Sequence[ConsentKey]) -> Mapping[ConsentKey, str]:
        return {key: self.consents[key.profile_id] for key in keys if key.profile_id in self.consents}

    def opt_out(self, opt_outs: Sequence[OptOut]) -> Sequence[OptOut]:
        self.opt_outs += opt_outs
        return [refusal for refusal in opt_outs if refusal.address in self.strangers]

    def states(self) -> list[str]:
        return [change.new_state for change in self.changes]


@contextmanager
def replaced_ports(replacement: Ports) -> Iterator[None]:
    before = dict(vars(ports))
    vars(ports).update(vars(replacement))
    try:
        yield
    finally:
        vars(ports).update(before)


@contextmanager
def registered_ports() -> Iterator[Registered]:
    registered = Registered()
    with replaced_ports(Ports(registered, registered, message_changed=[registered.changes.extend])):
        yield registered
    open_providers.close_all()


def make_account(url: str, **fields: Any) -> ChannelAccount:
    workspace = Workspace.objects.create(slug=f"w{uuid4().hex}", name="店")
    wanted = {
        "workspace": workspace,
        "key": "sms",
        "name": "短信",
        "channel": "sms",
        "provider": "sms.aliyun",
        "base_url": url,
        "credentials": {"access_key_id": KEY_ID, "access_key_secret": SECRET},
        "settings": {"sign_name": SIGN},
        "callback_token": uuid4().hex,
    }
    return ChannelAccount.objects.create(**{**wanted, **fields})


def make_template(account: ChannelAccount, **fields: Any) -> Template:
    wanted = {
        "workspace": account.workspace,
        "account": account,
        "key": f"t{uuid4().hex}",
        "name": "发货",
        "channel": "sms",
        "provider_code": "SMS_1",
        "body": SHIPPED,
        "state": TemplateState.APPROVED,
    }
    return Template.objects.create(**{**wanted, **fields})


def make_messages(account: ChannelAccount, template: Template, count: int = 1, **fields: Any) -> list[Message]:
    at = fields.pop("at", MORNING)
    rows = [
        Message(
            **{
                "workspace_id": account.workspace_id,
                "account": account,
                "template": template,
                "profile_id": uuid4(),
                "channel": "sms",
                "purpose": template.purpose,
                "address": f"+86138{number:08}",
                "params": {"name": "王", "order": str(number)},
                "not_before": at,
                "requested_at": at,
                "updated_at": at,
                **fields,
            }
        )
        for number in range(count)
    ]
    return Message.objects.bulk_create(rows)


def fates(account: ChannelAccount) -> list[tuple[str, str, str]]:
    return list(account.messages.order_by("id").values_list("state", "reason", "error_code"))
