"""The demo workspace: made once, brought up to date at every start."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from channels_app.models import ChannelAccount, Template
from channels_app.simulator.accounts import access_key_of
from channels_app.simulator.store import Store
from config.demo.graph import CITIES, REGISTERED, demo_graph
from journeys.models import Journey
from journeys.runtime.drafts import create_draft
from journeys.runtime.publish import publish
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from workspaces.choices import Role, Scope
from workspaces.models import ApiKey, Membership, Workspace

SLUG = "demo"
USERNAME = "admin"
ACCOUNT = "sms"
SIGN = "知途演示"
TEMPLATES = {
    "welcome_a": ("SMS_100001", "欢迎短信 A", "${name}，欢迎成为知途会员！注册礼已放入您的账户。"),
    "welcome_b": ("SMS_100002", "欢迎短信 B", "欢迎加入知途！${city}门店为您准备了到店好礼，期待您的光临。"),
    "benefit_reminder": ("SMS_100003", "权益提醒", "您的新会员权益将在${days}天后到期，请及时查看。"),
}
SAMPLE_CUSTOMERS = 24


@dataclass(frozen=True)
class Demo:
    """What a newcomer needs to look around. Keys and password are shown only by the run that made them."""

    username: str
    password: str | None
    write_key: str | None
    api_key: str | None
    journey_id: str


def set_up() -> Demo:
    """Make what is missing; connect the simulated SMS account to this start's ports."""
    with transaction.atomic():
        workspace, made = Workspace.objects.get_or_create(slug=SLUG, defaults={"name": "知途演示"})
        password = _administrator(workspace)
        write_key = _key(workspace, "demo write key", [Scope.TRACK])
        api_key = _key(workspace, "demo API key", [Scope.READ, Scope.WRITE, Scope.TRACK])
        account = _account(workspace)
        journey = Journey.objects.filter(workspace=workspace).order_by("created_at").first()
        if journey is None:
            journey = create_draft(
                workspace, "新客欢迎与首单转化", "演示旅程：注册后欢迎，等待首单，未下单则提醒。", demo_graph(ACCOUNT)
            )
            publish(journey, None, datetime.now(UTC))
    _connect_simulator(account)
    if made:
        _sample_customers(workspace)
    return Demo(USERNAME, password, write_key, api_key, str(journey.pk))


def _administrator(workspace: Workspace) -> str | None:
    user_model = get_user_model()
    user, made = user_model.objects.get_or_create(username=USERNAME, defaults={"is_staff": True, "is_superuser": True})
    password = None
    if made:
        password = secrets.token_urlsafe(9)
        user.set_password(password)
        user.save()
    Membership.objects.get_or_create(workspace=workspace, user=user, defaults={"role": Role.OWNER})
    return password


def _key(workspace: Workspace, name: str, scopes: list[Scope]) -> str | None:
    if ApiKey.objects.filter(workspace=workspace, name=name).exists():
        return None
    row = ApiKey(workspace=workspace, name=name, scopes=scopes)
    key = row.set_key()
    row.save()
    return key


def _account(workspace: Workspace) -> ChannelAccount:
    account, made = ChannelAccount.objects.get_or_create(
        workspace=workspace,
        key=ACCOUNT,
        defaults={
            "name": "演示短信（模拟阿里云）",
            "channel": "sms",
            "provider": "sms.aliyun",
            "base_url": _simulator_url(),
            "credentials": {
                "access_key_id": f"demo{secrets.token_hex(6)}",
                "access_key_secret": secrets.token_urlsafe(24),
            },
            "settings": {"sign_name": SIGN},
            "callback_token": secrets.token_urlsafe(24),
        },
    )
    if made:
        for key, (code, name, body) in TEMPLATES.items():
            Template.objects.create(
                workspace=workspace,
                account=account,
                key=key,
                name=name,
                channel="sms",
                provider_code=code,
                body=body,
                purpose="service",
                state="approved",
            )
    if account.base_url != _simulator_url() and account.base_url.startswith("http://127.0.0.1:"):
        account.base_url = _simulator_url()
        account.save(update_fields=["base_url"])
    return account


def _simulator_url() -> str:
    return f"http://127.0.0.1:{settings.SIMULATOR_PORT}"


def _connect_simulator(account: ChannelAccount) -> None:
    """Set the account up in the simulator's own file: at this point of a start it does not run yet."""
    store = Store(settings.VAR_DIR / "simulator.sqlite3")
    try:
        store.put_access_key(account.credentials["access_key_id"], access_key_of(account))
    finally:
        store.close()


def _sample_customers(workspace: Workspace) -> None:
    """Some registrations and orders, taken in as any other, so that the canvas has numbers from the start."""
    now = datetime.now(UTC)
    people = [{"phone": f"+86138001380{number:02d}"} for number in range(SAMPLE_CUSTOMERS)]
    traits = [
        {"city": CITIES[number % len(CITIES)], "name": f"演示客户{number + 1}"} for number in range(SAMPLE_CUSTOMERS)
    ]
    ingest(workspace, [_event(REGISTERED, *person) for person in zip(people, traits, strict=True)], now)


def _event(name: str, identities: dict[str, str], traits: dict[str, str]) -> IncomingEvent:
    return IncomingEvent(
        payload={"name": name}, name=name, identities=list(identities.items()), properties={}, traits=traits
    )
