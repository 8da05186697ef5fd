"""What a bench runs on: a workspace with an SMS account, its templates and keys, and published journeys."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels_app.models import ChannelAccount, Template
from channels_app.simulator.client import SimulatorClient
from journeys.models import Journey
from journeys.runtime.drafts import create_draft
from journeys.runtime.publish import publish
from workspaces.choices import Scope
from workspaces.models import ApiKey, Workspace

ACCOUNT = "sms"
SIGN = "知途"
# Key → (the provider's code, the text).
TEMPLATES = {
    "first": ("SMS_1", "${name}，欢迎加入，您的编号是${number}。"),
    "second": ("SMS_2", "${name}，您的礼遇已到账，编号${number}。"),
}


@dataclass(frozen=True)
class World:
    workspace: Workspace
    account: ChannelAccount
    api_key: str


def make_world(simulator_url: str) -> World:
    """Make a workspace whose account sends to the simulator."""
    workspace = Workspace.objects.create(slug=f"bench-{secrets.token_hex(4)}", name="基准测试")
    account = ChannelAccount.objects.create(
        workspace=workspace,
        key=ACCOUNT,
        name="短信",
        channel="sms",
        provider="sms.aliyun",
        base_url=simulator_url,
        credentials={
            "access_key_id": f"bench{secrets.token_hex(6)}",
            "access_key_secret": secrets.token_urlsafe(24),
        },
        settings={"sign_name": SIGN},
        callback_token=secrets.token_urlsafe(24),
    )
    for key, (code, body) in TEMPLATES.items():
        Template.objects.create(
            workspace=workspace,
            account=account,
            key=key,
            name=key,
            channel="sms",
            provider_code=code,
            body=body,
            purpose="marketing",
            state="approved",
        )
    row = ApiKey(workspace=workspace, name="bench", scopes=[Scope.READ, Scope.WRITE, Scope.TRACK])
    key = row.set_key()
    row.save()
    return World(workspace, account, key)


def connect_simulator(world: World, web_url: str, **behaviour: Any) -> None:
    """Tell the running simulator the account's key, texts and callback address; `behaviour` as in its AccessKey."""
    account = world.account
    callbacks = f"{web_url}/callbacks/{account.callback_token}/sms/aliyun"
    client = SimulatorClient(account.base_url)
    try:
        client.put_access_key(
            account.credentials["access_key_id"],
            {
                "secret": account.credentials["access_key_secret"],
                "signs": [SIGN],
                "templates": dict(TEMPLATES.values()),
                "report_url": f"{callbacks}/report/",
                "up_url": f"{callbacks}/up/",
                **behaviour,
            },
        )
    finally:
        client.close()


def publish_journey(world: World, name: str, graph: Mapping[str, Any]) -> Journey:
    """Make a journey and publish it. Raises InvalidGraph."""
    journey = create_draft(world.workspace, name, "", dict(graph))
    publish(journey, None, datetime.now(UTC))
    return journey
