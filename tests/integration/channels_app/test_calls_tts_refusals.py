"""What the vendor, or we ourselves, refuse of a voice notification.

Nothing is dialled twice, and what cannot be read changes nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from channels_app import dispatch
from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount
from channels_app.providers.base import AccountConfig, Attempted, Outgoing
from channels_app.providers.call.aliyun_tts import AliyunTts
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, MalformedCallback
from channels_app.providers.inbound import CallbackRequest
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import MORNING, Registered, fates
from tests.integration.channels_app.voice import (
    KEY,
    SAYS,
    SECRET,
    calls,
    make_calls,
    tell,
    voice_account,
    voice_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


@pytest.fixture
def account(simulator_url: str, simulator: SimulatorClient) -> ChannelAccount:
    tell(simulator, "aliyun_tts", KEY)
    return voice_account(simulator_url, "aliyun_tts")


def provider(url: str, **settings: Any) -> AliyunTts:
    credentials = {"access_key_id": KEY, "access_key_secret": SECRET}
    return AliyunTts(AccountConfig(uuid4(), url, credentials, settings))


def message(**params: str) -> Outgoing:
    return Outgoing(uuid4(), "+8613800000001", "TTS_1", SAYS, params or {"name": "王", "time": "A/1?~*"})


def test_an_unanswered_attempt_is_waited_for_through_the_report_window(simulator_url: str) -> None:
    tts, now = provider(simulator_url), datetime.now(UTC)
    fresh = Attempted(uuid4(), uuid4(), now - timedelta(minutes=19), "+8613800000001")
    old = Attempted(uuid4(), uuid4(), now - timedelta(minutes=21), "+8613800000001")
    assert tts.reconcile([fresh, old]) == {old.message_id: None}
    tts.close()


def test_a_call_that_may_have_been_made_is_not_made_again(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.put_faults(timeout_after_accept_rate=1)
    tts = open_provider(account)
    monkeypatch.setattr(tts._aliyun._client, "timeout", 0.3)  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    make_calls(account, voice_template(account), at=now)
    dispatch.drain(account.pk, now)
    for minutes in (1, 2, 5):
        dispatch.drain(account.pk, now + timedelta(minutes=minutes))
    assert fates(account) == [("sending", "", "")]
    assert len(calls(simulator)) == 1


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [("throttle_rate", ErrorClass.ACCOUNT_DELAY), ("http_503_rate", ErrorClass.RETRY)],
)
def test_a_gateways_refusal_took_nothing(
    account: ChannelAccount, simulator_url: str, simulator: SimulatorClient, fault: str, error_class: ErrorClass
) -> None:
    simulator.put_faults(**{fault: 1})
    tts = provider(simulator_url)
    with pytest.raises(CallRefused) as error:
        tts.send_batch(uuid4(), [message()])
    tts.close()
    assert error.value.error_class == error_class
    assert calls(simulator) == []


def test_a_servers_fault_leaves_the_outcome_unknown(
    account: ChannelAccount, simulator_url: str, simulator: SimulatorClient
) -> None:
    simulator.put_faults(http_500_rate=1)
    tts = provider(simulator_url)
    with pytest.raises(CallOutcomeUnknown):
        tts.send_batch(uuid4(), [message()])
    tts.close()


def test_a_template_deleted_at_the_vendor_fails_the_message(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    tell(simulator, "aliyun_tts", KEY, templates={})
    make_calls(account, voice_template(account))
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("failed", "content_permanent", "isv.TTS_TEMPLATE_ILLEGAL")]


def test_a_wrong_key_stops_the_account_and_shows_no_secret(
    account: ChannelAccount, simulator: SimulatorClient, simulator_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    tell(simulator, "aliyun_tts", KEY, secret="changed")
    tts = provider(simulator_url)
    with pytest.raises(CallRefused) as error:
        tts.try_connection()
    tts.close()
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "SignatureDoesNotMatch")
    assert SECRET not in f"{error.value} {caplog.text} {tts.account!r}"


def test_a_harmless_call_shows_that_the_key_works(
    account: ChannelAccount, simulator: SimulatorClient, simulator_url: str
) -> None:
    tts = provider(simulator_url)
    assert tts.try_connection() == "OK"
    tts.close()
    assert calls(simulator) == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"name": "王"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"name": " ", "time": "1"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"name": "a" * 230, "time": "1"}, "isv.PARAM_LENGTH_LIMIT"),
        ({"name": "https://a.cn", "time": "1"}, "isv.PARAM_NOT_SUPPORT_URL"),
        ({"name": "😀", "time": "1"}, "isv.TEMPLATE_PARAMS_ILLEGAL"),
    ],
)
def test_what_cannot_be_said_is_refused_before_the_call(simulator_url: str, params: dict[str, str], code: str) -> None:
    tts = provider(simulator_url)
    refused = tts.check(message(**params))
    tts.close()
    assert refused is not None
    assert (refused.error_class, refused.code) == (ErrorClass.CONTENT_PERMANENT, code)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"{}",
        b'[{"call_id": "1"}]',
        b'[{"call_id": "1", "status_code": {}, "callee": "13800000000", "end_time": "2026-03-02 10:00:00"}]',
        b'[{"call_id": "1", "status_code": "200000", "callee": "13800000000", "end_time": "tomorrow"}]',
        b'[{"call_id": "1\\u0000", "status_code": "200000", "callee": "1", "end_time": "2026-03-02 10:00:00"}]',
        b"[" * 100_000,
    ],
)
def test_a_report_that_cannot_be_read_is_malformed(simulator_url: str, body: bytes) -> None:
    tts = provider(simulator_url)
    with pytest.raises(MalformedCallback):
        tts.receive(CallbackRequest("report", "POST", {}, {}, body))
    tts.close()
