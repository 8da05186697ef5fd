"""Outbox → Tencent Cloud → status by callback → state, against the running simulator."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from channels_app import dispatch
from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, Receipt
from channels_app.providers.base import Accepted, OutcomeUnknown, Outgoing, Refused
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.registry import open_providers
from channels_app.recording import Recorder
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import MORNING, Registered, fates, make_messages
from tests.integration.channels_app.tencent import (
    BODY,
    CODE,
    CONFIG,
    SECRET_ID,
    connect,
    tencent_account,
    tencent_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

PARAMS = {"1": "王", "2": "12"}


@pytest.fixture
def tencent(db: None, simulator_url: str, simulator: SimulatorClient, registered: Registered) -> ChannelAccount:
    return tencent_account(simulator_url, simulator)


def outgoing(number: int = 1) -> Outgoing:
    return Outgoing(uuid4(), f"+86138{number:08}", CODE, BODY, PARAMS)


def states(account: ChannelAccount) -> Counter[str]:
    return Counter(account.messages.values_list("state", flat=True))


def wait_until(account: ChannelAccount, **wanted: int) -> None:
    deadline = time.monotonic() + 30
    while states(account) != wanted:
        assert time.monotonic() < deadline, states(account)
        time.sleep(0.05)


def test_states_come_back_through_the_callback_and_deliver(
    tencent: ChannelAccount, simulator: SimulatorClient, live_server: Any
) -> None:
    connect(simulator, tencent, live_server.url)
    now = datetime.now(UTC)
    make_messages(tencent, tencent_template(tencent), 250, at=now, params=PARAMS)
    dispatch.drain(tencent.pk, now)
    wait_until(tencent, delivered=250)
    assert Receipt.objects.filter(message_id__isnull=False).count() == 250
    assert len(set(tencent.messages.values_list("provider_id", flat=True))) == 250


def test_one_answer_accepts_some_numbers_and_refuses_others(
    tencent: ChannelAccount, simulator: SimulatorClient
) -> None:
    simulator.put_access_key(SECRET_ID, {**CONFIG, "blacklist": ["13800000001"]})
    make_messages(tencent, tencent_template(tencent), 3, at=datetime.now(UTC), params=PARAMS)
    dispatch.drain(tencent.pk, datetime.now(UTC))
    assert fates(tencent) == [
        ("accepted", "", ""),
        ("failed", "recipient_permanent", "FailedOperation.PhoneNumberInBlacklist"),
        ("accepted", "", ""),
    ]


def test_a_number_over_its_limit_waits_as_long_as_the_limit_says(
    tencent: ChannelAccount, simulator: SimulatorClient
) -> None:
    simulator.put_access_key(SECRET_ID, {**CONFIG, "limits": {"per_minute": 1}})
    template, now = tencent_template(tencent), datetime.now(UTC)
    for _ in range(2):
        make_messages(tencent, template, at=now, params=PARAMS)
        dispatch.drain(tencent.pk, now)
    waiting = tencent.messages.get(state="queued")
    assert waiting.error_code == "LimitExceeded.PhoneNumberThirtySecondLimit"
    assert timedelta(seconds=29) < waiting.not_before - now < timedelta(seconds=32)


def test_an_internal_error_leaves_the_outcome_unknown(tencent: ChannelAccount, simulator: SimulatorClient) -> None:
    simulator.put_faults(http_500_rate=1)
    with pytest.raises(CallOutcomeUnknown) as error:
        open_provider(tencent).send_batch(uuid4(), [outgoing()])
    assert error.value.code == "InternalError.OtherError"


def test_a_wrong_key_refuses_the_account_and_shows_no_secret(simulator_url: str, simulator: SimulatorClient) -> None:
    account = tencent_account(simulator_url, simulator, credentials={"secret_id": SECRET_ID, "secret_key": "not-this"})
    with pytest.raises(CallRefused) as error:
        open_provider(account).send_batch(uuid4(), [outgoing()])
    open_providers.close_all()
    assert error.value.error_class == ErrorClass.ACCOUNT
    assert "not-this" not in f"{error.value!r} {error.value.__cause__!r} {open_provider(account).account!r}"


def test_a_number_that_the_answer_does_not_name_is_unknown(
    tencent: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, known, lost = open_provider(tencent), outgoing(1), outgoing(2)
    status = {"PhoneNumber": known.address, "SerialNo": "9:1", "Code": "Ok"}
    monkeypatch.setattr(provider, "_call", lambda *_: {"SendStatusSet": [status]})
    results = provider.send_batch(uuid4(), [known, lost])
    assert results[known.message_id] == Accepted("9:1")
    assert isinstance(results[lost.message_id], OutcomeUnknown)


def test_an_empty_package_stops_the_account_unless_some_numbers_still_went_out(
    tencent: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, messages = open_provider(tencent), [outgoing(1), outgoing(2)]
    empty = {"Code": "FailedOperation.InsufficientBalanceInSmsPackage"}
    answers = [{"PhoneNumber": m.address, "SerialNo": "9:1", **empty} for m in messages]
    monkeypatch.setattr(provider, "_call", lambda *_: {"SendStatusSet": answers})
    with pytest.raises(CallRefused) as error:
        provider.send_batch(uuid4(), messages)
    assert error.value.error_class == ErrorClass.ACCOUNT
    answers[0]["Code"] = "Ok"
    second = provider.send_batch(uuid4(), messages)[messages[1].message_id]
    assert isinstance(second, Refused)
    assert second.error_class == ErrorClass.DELAY_UNTIL


def test_an_attempt_whose_answer_was_lost_is_found_by_its_session_and_not_sent_again(
    tencent: ChannelAccount, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    make_messages(tencent, tencent_template(tencent), 3, at=now, params=PARAMS)

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "write", die)
        with pytest.raises(KeyboardInterrupt):
            dispatch.drain(tencent.pk, now)
    assert states(tencent) == {"sending": 3}
    deadline = time.monotonic() + 60
    while states(tencent) != {"delivered": 3}:
        assert time.monotonic() < deadline, states(tencent)
        now += timedelta(seconds=6)
        dispatch.drain(tencent.pk, now)
    assert len(list(simulator.export())) == 3


def test_a_template_deleted_at_the_vendor_fails_the_message(
    tencent: ChannelAccount, simulator: SimulatorClient
) -> None:
    simulator.put_access_key(SECRET_ID, {**CONFIG, "templates": {}})
    make_messages(tencent, tencent_template(tencent), at=datetime.now(UTC), params=PARAMS)
    dispatch.drain(tencent.pk, datetime.now(UTC))
    assert fates(tencent) == [("failed", "content_permanent", "FailedOperation.TemplateUnapprovedOrNotExist")]


def test_a_key_revoked_in_the_middle_stops_the_account_and_keeps_the_messages(
    tencent: ChannelAccount, simulator: SimulatorClient
) -> None:
    template, now = tencent_template(tencent), datetime.now(UTC)
    make_messages(tencent, template, at=now, params=PARAMS)
    dispatch.drain(tencent.pk, now)
    simulator.put_access_key(SECRET_ID, {**CONFIG, "secret": "rotated"})
    make_messages(tencent, template, 3, at=now, params=PARAMS)
    dispatch.drain(tencent.pk, now)
    tencent.refresh_from_db()
    assert states(tencent) == {"accepted": 1, "queued": 3}
    assert (tencent.pause_reason, tencent.paused_until is not None) == ("AuthFailure.SignatureFailure", True)


def test_with_every_fault_switched_on_nothing_is_lost_and_nothing_is_sent_twice(
    tencent: ChannelAccount, simulator: SimulatorClient, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels_app.providers.http.TIMEOUT.read", 0.5, raising=False)
    # A report that may be of several calls is refused until these are answered: pushed again for ten seconds, not for one.
    connect(simulator, tencent, live_server.url, retry_scale=0.01)
    rates = ("http_500_rate", "http_503_rate", "throttle_rate", "timeout_after_accept_rate", "duplicate_callback_rate")
    simulator.put_faults(**dict.fromkeys((*rates, "fail_delivery_rate"), 0.2), reorder_callbacks=True)
    template = tencent_template(tencent)
    for n in range(8):
        make_messages(tencent, template, 20, at=datetime.now(UTC), params={"1": "王", "2": str(n)})
        dispatch.drain(tencent.pk, datetime.now(UTC))
    simulator.put_faults()
    now, deadline = datetime.now(UTC), time.monotonic() + 90
    while (next_at := dispatch.drain(tencent.pk, now).next_at) is not None:
        assert time.monotonic() < deadline, states(tencent)
        now = max(now, next_at)
    while states(tencent)["accepted"]:
        assert time.monotonic() < deadline, states(tencent)
        time.sleep(0.05)
    reached = states(tencent)
    assert set(reached) <= {"delivered", "failed", "unknown"}
    assert sum(reached.values()) == 160
    seen = [(row["phone"], row["content"]) for row in simulator.export()]
    assert len(seen) == len(set(seen))
    # What did arrive is known to have, unless its report could be of several attempts.
    assert reached["delivered"] + reached["failed"] <= len(seen)


def test_the_vendors_registry_is_read_with_its_reviews(tencent: ChannelAccount) -> None:
    provider = open_provider(tencent)
    found = {template.provider_code: template for template in provider.templates()}
    assert (found[CODE].state, found[CODE].body, found[CODE].purpose) == ("approved", BODY, "service")
    assert (found["77"].state, found["77"].reason) == ("rejected", "内容不符")
    assert found["3"].purpose == "marketing"
    assert [(s.name, s.state) for s in provider.signatures()] == [("知途", "approved"), ("新名", "pending")]
    assert "1" in provider.try_connection()


def test_an_answer_that_refuses_some_of_a_batch_fails_these_and_takes_the_others(
    tencent: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    simulator.put_faults(partial_failure_rate=0.5)
    make_messages(tencent, tencent_template(tencent), 60, params=PARAMS)
    dispatch.drain(tencent.pk, MORNING)
    found = states(tencent)
    assert set(found) == {"accepted", "failed"}
    assert sum(found.values()) == 60
    assert len(list(simulator.export())) == found["accepted"]


def test_a_caller_whose_address_is_not_listed_stops_the_account(
    tencent: ChannelAccount, simulator: SimulatorClient
) -> None:
    simulator.put(f"/admin/access-keys/{SECRET_ID}/", {**CONFIG, "ips": ["203.0.113.7"]})
    with pytest.raises(CallRefused) as caught:
        open_provider(tencent).send_batch(uuid4(), [outgoing()])
    assert caught.value.error_class == ErrorClass.ACCOUNT
    assert caught.value.code == "UnauthorizedOperation.RequestIpNotInWhitelist"
