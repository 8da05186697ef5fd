"""Calls with every fault switched on: nobody is dialled twice, and every call has an end."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_app import dispatch
from channels_app.models import ChannelAccount
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered
from tests.integration.channels_app.voice import (
    KEY,
    calls,
    make_calls,
    tell,
    until,
    voice_account,
    voice_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

COUNT = 60


def states(account: ChannelAccount) -> Counter[str]:
    return Counter(account.messages.values_list("state", flat=True))


@pytest.mark.parametrize("service", ["aliyun_tts", "robot_http"])
def test_with_every_fault_nobody_is_dialled_twice_and_every_call_ends(
    simulator_url: str,
    simulator: SimulatorClient,
    registered: Registered,
    live_server: Any,
    monkeypatch: pytest.MonkeyPatch,
    service: str,
) -> None:
    monkeypatch.setattr("channels_app.providers.http.TIMEOUT.read", 0.5, raising=False)
    account = voice_account(simulator_url, service)
    kind = "report" if service == "aliyun_tts" else "result"
    to = f"{live_server.url}/callbacks/{account.callback_token}/call/{service}/{kind}/"
    tell(simulator, service, KEY, report_url=to, retry_scale=0.001)
    simulator.put_faults(
        http_500_rate=0.1,
        http_503_rate=0.2,
        throttle_rate=0.1,
        timeout_after_accept_rate=0.2,
        duplicate_callback_rate=0.5,
        reorder_callbacks=True,
        fail_delivery_rate=0.3,
    )
    now = datetime.now(UTC)
    make_calls(account, voice_template(account), COUNT, at=now)
    for _ in range(8):
        dispatch.drain(account.pk, now)
        now = datetime.now(UTC) + timedelta(seconds=1)
    simulator.put_faults()
    account.paused_until = None
    account.save()
    dispatch.drain(account.pk, datetime.now(UTC) + timedelta(minutes=16))
    until(lambda: all(call["state"] == "ended" for call in calls(simulator)))
    dialled = calls(simulator)
    assert len({call["phone"] for call in dialled}) == len(dialled)
    until(lambda: sum(states(account)[state] for state in ("delivered", "failed")) == len(dialled), 30)
    # What is left was never taken: told as unknown after the report window, and not dialled again.
    account.messages.filter(state="sending").update(attempted_at=datetime.now(UTC) - timedelta(hours=1))
    dispatch.drain(account.pk, datetime.now(UTC) + timedelta(minutes=17))
    ends = states(account)
    assert set(ends) <= {"delivered", "failed", "unknown"}
    assert ends["unknown"] == COUNT - len(dialled)
    assert len(calls(simulator)) == len(dialled)
    reached = {call["phone"] for call in dialled if call["ending"] == "completed"}
    assert set(account.messages.filter(state="delivered").values_list("address", flat=True)) == reached


@pytest.mark.parametrize("fails", [0, 1])
@pytest.mark.parametrize("service", ["aliyun_tts", "robot_http"])
def test_an_end_that_is_reported_otherwise_later_is_corrected_in_whatever_order_it_comes(
    simulator_url: str,
    simulator: SimulatorClient,
    registered: Registered,
    live_server: Any,
    service: str,
    fails: int,
) -> None:
    account = voice_account(simulator_url, service)
    kind = "report" if service == "aliyun_tts" else "result"
    to = f"{live_server.url}/callbacks/{account.callback_token}/call/{service}/{kind}/"
    tell(simulator, service, KEY, report_url=to, retry_scale=0.001)
    simulator.put_faults(
        corrected_receipt_rate=1, fail_delivery_rate=fails, duplicate_callback_rate=0.5, reorder_callbacks=True
    )
    make_calls(account, voice_template(account), 12, at=datetime.now(UTC))
    dispatch.drain(account.pk, datetime.now(UTC))
    corrected = ("delivered", "answered") if fails else ("failed", "no_answer")
    until(lambda: set(account.messages.values_list("state", "result")) == {corrected})
    assert account.messages.filter(delivered_at=None).exists() == (not fails)
