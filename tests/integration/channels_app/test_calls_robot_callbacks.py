"""Callbacks of a robot vendor: forged, replayed, unreadable, and somebody else's."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.test import Client

from channels_app import dispatch
from channels_app.models import ChannelAccount, Receipt
from channels_app.providers.call import robot_signing
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import MORNING, Registered
from tests.integration.channels_app.voice import (
    KEY,
    ROBOT_SECRET,
    make_calls,
    tell,
    voice_account,
    voice_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


@pytest.fixture
def account(simulator_url: str, simulator: SimulatorClient) -> ChannelAccount:
    tell(simulator, "robot_http", KEY)
    return voice_account(simulator_url, "robot_http")


def sent(account: ChannelAccount, **settings: Any) -> Any:
    make_calls(account, voice_template(account, settings=settings))
    dispatch.drain(account.pk, MORNING)
    return account.messages.get()


def posted(account: ChannelAccount, said: Any, secret: str = ROBOT_SECRET, **headers: str) -> Any:
    body = said if isinstance(said, bytes) else orjson.dumps(said)
    signed = robot_signing.headers(secret, headers.pop("id", "cb-1"), body, datetime.now(UTC)) | headers
    path = f"/callbacks/{account.callback_token}/call/robot_http/result/"
    return Client().post(path, body, content_type="application/json", headers=signed)


def ended(message: Any, **fields: Any) -> dict[str, Any]:
    return {
        "type": "call.ended",
        "id": str(message.attempt),
        "call_id": message.provider_id,
        "to": message.address,
        "at": "2026-03-02T10:00:30+08:00",
        "result": "answered",
        **fields,
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "tomorrow"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-id": "another"},
    ],
)
def test_a_forged_or_old_callback_is_refused(account: ChannelAccount, headers: dict[str, str]) -> None:
    message = sent(account)
    answer = posted(account, ended(message), **headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "forged_callback")
    assert not Receipt.objects.filter(message_id=message.pk, code="answered").exists()


def test_a_replayed_callback_has_one_effect(account: ChannelAccount, registered: Registered) -> None:
    message = sent(account)
    for _ in range(3):
        assert posted(account, ended(message)).status_code == 200
    assert registered.states().count("delivered") == 1


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff",
        b"[]",
        {"type": "call.ended"},
        {"result": "intent_A"},
        {"result": "thrown_away"},
        {"id": "not-a-uuid"},
        {"at": "yesterday"},
        {"at": "2026-03-02T10:00:30"},
        {"tags": ["x"] * 51},
        {"tags": "vip"},
        {"rounds": -1},
        {"recording_url": "x" * 2001},
        {"summary": "a\0b"},
    ],
)
def test_a_callback_that_cannot_be_read_is_refused(account: ChannelAccount, said: Any) -> None:
    message = sent(account)
    body = said if isinstance(said, bytes) or "type" in said else ended(message, **said)
    answer = posted(account, body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "malformed_callback")


def test_a_summary_is_kept_to_five_hundred_characters(account: ChannelAccount, registered: Registered) -> None:
    message = sent(account)
    posted(account, ended(message, summary="长" * 2000))
    assert len(Receipt.objects.get(payload__type="call.ended").payload["summary"]) == 500


def test_a_result_for_another_accounts_call_is_kept_without_a_message(
    account: ChannelAccount, registered: Registered
) -> None:
    message = sent(account)
    assert posted(account, ended(message, id=str(UUID(int=1)), call_id="other")).status_code == 200
    message.refresh_from_db()
    assert message.state == "accepted"
    assert Receipt.objects.filter(message_id=None, code="answered").count() == 1


def test_whoever_wants_no_more_calls_is_opted_out(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    message = sent(account)
    assert posted(account, ended(message, opted_out=True)).status_code == 200
    assert posted(account, ended(message, opted_out=True)).status_code == 200
    (opt_out,) = registered.opt_outs
    assert (opt_out.channel, opt_out.address) == ("call", message.address)
