"""The demo workspace: made once, brought up to date at every start."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from config.demo.channels import SMS, make_accounts
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
    """Make what is missing; connect the simulated accounts to this start's ports."""
    with transaction.atomic():
        workspace, made = Workspace.objects.get_or_create(slug=SLUG, defaults={"name": "知途演示"})
        password = _administrator(workspace)
        write_key = _key(workspace, "demo write key", [Scope.TRACK])
        api_key = _key(workspace, "demo API key", [Scope.READ, Scope.WRITE, Scope.TRACK])
        make_accounts(workspace)
        journey = Journey.objects.filter(workspace=workspace).order_by("created_at").first()
        if journey is None:
            journey = create_draft(
                workspace, "新客欢迎与首单转化", "演示旅程：注册后欢迎，等待首单，未下单则提醒。", demo_graph(SMS)
            )
            publish(journey, None, datetime.now(UTC))
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


def _sample_customers(workspace: Workspace) -> None:
    """Some registrations and orders, taken in as any other, so that the canvas has numbers from the start."""
    now = datetime.now(UTC)
    people = [
        {
            "phone": f"+86138001380{number:02d}",
            "email": f"customer{number + 1}@example.com",
            "wechat_openid": f"odemo{number + 1:022d}",
        }
        for number in range(SAMPLE_CUSTOMERS)
    ]
    traits = [
        {"city": CITIES[number % len(CITIES)], "name": f"演示客户{number + 1}"} for number in range(SAMPLE_CUSTOMERS)
    ]
    ingest(workspace, [_event(REGISTERED, *person) for person in zip(people, traits, strict=True)], now)


def _event(name: str, identities: dict[str, str], traits: dict[str, str]) -> IncomingEvent:
    return IncomingEvent(
        payload={"name": name}, name=name, identities=list(identities.items()), properties={}, traits=traits
    )
