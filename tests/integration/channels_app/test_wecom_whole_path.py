"""Outbox → customer mass message → the member's confirmation → state, also when answers are lost on the way."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from channels_app import dispatch
from channels_app.models import Message
from channels_app.providers.base import Open
from channels_app.providers.registry import open_providers
from channels_app.receipts import take_in
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered, make_messages, make_template
from tests.integration.channels_app.wecom_corp import SimulatedCorp

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def corp(db: None, simulator_url: str, simulator: SimulatorClient, registered: Registered) -> Iterator[SimulatedCorp]:
    yield SimulatedCorp(simulator, simulator_url)
    open_providers.close_all()


def queue(corp: SimulatedCorp, customers: list[str], at: datetime) -> None:
    template = make_template(corp.account, channel="wecom_customer", body="新品到店", settings={"sender": "zhangsan"})
    for customer in customers:
        make_messages(corp.account, template, at=at, channel="wecom_customer", address=customer)


def states(corp: SimulatedCorp) -> Counter[str]:
    return Counter(corp.account.messages.values_list("state", flat=True))


def poll(corp: SimulatedCorp) -> None:
    open_ones = [
        Open(m.pk, m.attempt, m.provider_id, m.address, m.accepted_at)
        for m in Message.objects.filter(account=corp.account, state="accepted")
        if m.attempt is not None and m.accepted_at is not None
    ]
    take_in(corp.account, corp.provider.poll(open_ones), timezone.now())


def test_a_mass_message_is_delivered_when_the_member_has_sent_it(corp: SimulatedCorp) -> None:
    queue(corp, corp.customers(30), timezone.now())
    dispatch.drain(corp.account.pk, timezone.now())
    (task,) = corp.screen["tasks"]
    poll(corp)
    assert states(corp) == {"accepted": 30}
    corp.do(f"tasks/{task['msgid']}/confirm", userid="zhangsan")
    poll(corp)
    poll(corp)
    assert states(corp) == {"delivered": 30}


def test_one_task_is_made_even_when_the_answer_is_lost(
    corp: SimulatedCorp, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider: Any = corp.provider
    provider.try_connection()
    monkeypatch.setattr(provider.api._client, "timeout", 0.3)
    now = timezone.now()
    queue(corp, corp.customers(5), now)
    simulator.put_faults(timeout_after_accept_rate=1)
    dispatch.drain(corp.account.pk, now)
    simulator.put_faults()
    monkeypatch.setattr(provider.api._client, "timeout", 5)
    assert states(corp)["sending"] + states(corp)["accepted"] == 5
    for step in range(3):
        dispatch.drain(corp.account.pk, timezone.now() + timedelta(seconds=10 * step))
    (task,) = corp.screen["tasks"]
    assert task["customers"] == 5
    assert states(corp) == {"accepted": 5}
    assert set(corp.account.messages.values_list("provider_id", flat=True)) == {task["msgid"]}


def test_what_cannot_be_found_again_ends_unknown_and_is_not_repeated(
    corp: SimulatedCorp, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider: Any = corp.provider
    provider.try_connection()
    monkeypatch.setattr(provider.api._client, "timeout", 0.3)
    now = timezone.now()
    template = make_template(corp.account, channel="wecom_app", body="通知")
    make_messages(corp.account, template, at=now, channel="wecom_app", address="zhangsan")
    simulator.put_faults(timeout_after_accept_rate=1)
    dispatch.drain(corp.account.pk, now)
    simulator.put_faults()
    monkeypatch.setattr(provider.api._client, "timeout", 5)
    for minutes in (0, 2, 4):
        dispatch.drain(corp.account.pk, timezone.now() + timedelta(minutes=minutes))
    assert states(corp) == {"unknown": 1}
    assert len(corp.screen["app_messages"]) == 1


def test_tokens_revoked_mid_batch_lose_nothing(corp: SimulatedCorp) -> None:
    template = make_template(corp.account, channel="wecom_app", body="通知${order}")
    make_messages(corp.account, template, 20, at=timezone.now(), channel="wecom_app", address="LiSi")
    corp.provider.try_connection()
    corp.do("revoke-tokens")
    dispatch.drain(corp.account.pk, timezone.now())
    assert states(corp) == {"accepted": 20}
    assert len(corp.screen["app_messages"]) == 20
