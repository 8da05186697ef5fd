"""Outbox → provider → report by callback → state, with everything real and everything misbehaving."""

import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection

from channels_app import dispatch
from channels_app.models import ChannelAccount, Receipt
from channels_app.recording import Recorded, Recorder
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    KEY_ID,
    MORNING,
    SECRET,
    SIGN,
    TEMPLATES,
    Registered,
    make_messages,
    make_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


def states(account: ChannelAccount) -> Counter[str]:
    return Counter(account.messages.values_list("state", flat=True))


def connect(simulator: SimulatorClient, account: ChannelAccount, live_server: Any) -> None:
    config = {
        "secret": SECRET,
        "signs": [SIGN],
        "templates": TEMPLATES,
        "report_url": f"{live_server.url}/callbacks/{account.callback_token}/sms/aliyun/report/",
        "delivery_ms": 0,
        "retry_scale": 0.001,
    }
    simulator.put_access_key(KEY_ID, config)


def test_reports_come_back_through_the_callback_and_deliver(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, live_server: Any
) -> None:
    connect(simulator, account, live_server)
    make_messages(account, make_template(account), 250)
    dispatch.drain(account.pk, MORNING)
    deadline = time.monotonic() + 30
    while states(account) != {"delivered": 250}:
        assert time.monotonic() < deadline, states(account)
        time.sleep(0.05)
    assert Receipt.objects.filter(message_id__isnull=False).count() == 250
    assert Counter(registered.states())["delivered"] == 250


def test_with_every_fault_switched_on_nothing_is_lost_and_nothing_is_sent_twice(
    account: ChannelAccount,
    simulator: SimulatorClient,
    registered: Registered,
    live_server: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("channels_app.providers.http.TIMEOUT.read", 0.5, raising=False)
    connect(simulator, account, live_server)
    simulator.put_faults(
        http_500_rate=0.2,
        http_503_rate=0.2,
        throttle_rate=0.2,
        timeout_after_accept_rate=0.2,
        duplicate_callback_rate=0.2,
        reorder_callbacks=True,
        fail_delivery_rate=0.2,
    )
    template = make_template(account)
    total = 0
    for _ in range(12):
        make_messages(account, template, 40, at=datetime.now(UTC))
        total += 40
        dispatch.drain(account.pk, datetime.now(UTC))
    simulator.put_faults()
    deadline = time.monotonic() + 60
    now = datetime.now(UTC)
    while (next_at := dispatch.drain(account.pk, now).next_at) is not None:
        assert time.monotonic() < deadline, states(account)
        now = max(now, next_at)
    while states(account)["accepted"]:
        assert time.monotonic() < deadline, states(account)
        time.sleep(0.05)
    reached = states(account)
    assert set(reached) <= {"delivered", "failed", "unknown"}
    assert sum(reached.values()) == total
    seen = [(row["phone"], row["out_id"]) for row in simulator.export()]
    assert len(seen) == len(set(seen))
    # 12 messages went to each of 40 numbers: one more would be a duplicate, one fewer is an unknown.
    per_phone = Counter(phone for phone, _ in seen)
    assert max(per_phone.values()) <= 12
    assert total - len(seen) == reached["unknown"]


def test_the_database_session_dying_during_the_calls_duplicates_nothing(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    make_messages(account, make_template(account), 300, at=now)
    write = Recorder.write

    def die(self: Recorder, *args: Any) -> Recorded:
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")
        return write(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "write", die)
        with pytest.raises(OperationalError):
            dispatch.drain(account.pk, now)
    connection.close()
    dispatch.drain(account.pk, now)
    assert set(states(account)) <= {"accepted", "delivered"}
    assert len(list(simulator.export())) == 300
