"""The webhook as a channel: outbox → signed POST → receiver → signed report → state."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.test import Client

from channels_app import dispatch
from channels_app.models import ChannelAccount, Receipt
from channels_app.providers.base import Accepted, AccountConfig, Outgoing, Refused
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.webhook.standard import StandardWebhook
from channels_app.simulator.client import SimulatorClient
from channels_app.webhooks.signing import new_secret, signature, signed_headers
from tests.fixtures.http_server import Asked, Handler, http_server
from tests.integration.channels_app.simulated import MORNING, Registered, make_account, make_messages, make_template

SECRET, OTHER = new_secret(), new_secret()


@pytest.fixture
def open_webhook(settings: Any) -> Iterator[Any]:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    opened: list[StandardWebhook] = []

    def make(url: str, secret: str = SECRET, **options: Any) -> StandardWebhook:
        opened.append(StandardWebhook(AccountConfig(uuid4(), url, {"secret": secret}, options)))
        return opened[-1]

    yield make
    for provider in opened:
        provider.close()


@pytest.fixture
def url(simulator: SimulatorClient, simulator_url: str) -> str:
    simulator.put("/admin/webhook/endpoints/shop/", {"secret": SECRET})
    return f"{simulator_url}/webhook/shop"


def message(**fields: Any) -> Outgoing:
    wanted = {
        "message_id": uuid4(),
        "address": "u1",
        "template_code": "new",
        "template_body": "上新 ${name}",
        "params": {"name": "王"},
        "channel": "webhook",
    }
    return Outgoing(**{**wanted, **fields})


def sent(provider: StandardWebhook, one: Outgoing) -> Any:
    return provider.send_batch(uuid4(), [one])[one.message_id]


def taken(simulator: SimulatorClient) -> list[dict[str, Any]]:
    return simulator.request("GET", "/admin/webhook/").json()["results"]  # type: ignore[no-any-return]


def test_a_receiver_gets_a_message_it_can_verify(open_webhook: Any, url: str, simulator: SimulatorClient) -> None:
    one = message()
    assert sent(open_webhook(url), one) == Accepted(str(one.message_id))
    (row,) = taken(simulator)
    assert row["id"] == str(one.message_id)
    assert row["body"]["data"] == {
        "id": str(one.message_id),
        "channel": "webhook",
        "purpose": "service",
        "address": "u1",
        "template": "new",
        "text": "上新 ${name}",
        "params": {"name": "王"},
        "settings": {},
    }


def test_a_wrong_secret_is_refused_by_the_receiver(open_webhook: Any, url: str, simulator: SimulatorClient) -> None:
    refusal = sent(open_webhook(url, OTHER), message())
    assert isinstance(refusal, Refused)
    assert (refusal.error_class, refusal.code) == (ErrorClass.CONTENT_PERMANENT, "status_401")
    assert taken(simulator) == []


def test_a_repetition_has_the_same_id_and_is_taken_once(
    open_webhook: Any, url: str, simulator: SimulatorClient
) -> None:
    simulator.put_faults(http_500_rate=1)
    one, provider = message(), open_webhook(url)
    assert sent(provider, one).error_class == ErrorClass.RETRY
    simulator.put_faults()
    assert isinstance(sent(provider, one), Accepted)
    assert [row["tries"] for row in taken(simulator)] == [2]


def test_silence_leaves_the_outcome_unknown(open_webhook: Any, url: str, simulator: SimulatorClient) -> None:
    simulator.put_faults(timeout_after_accept_rate=1)
    with pytest.raises(CallOutcomeUnknown):
        sent(open_webhook(url, timeout=0.3), message())
    assert len(taken(simulator)) == 1


@pytest.mark.parametrize(
    ("status", "error_class", "delay"),
    [
        (408, ErrorClass.DELAY_UNTIL, 7),
        (425, ErrorClass.DELAY_UNTIL, 7),
        (429, ErrorClass.DELAY_UNTIL, 7),
        (503, ErrorClass.DELAY_UNTIL, 7),
        (400, ErrorClass.CONTENT_PERMANENT, None),
        (404, ErrorClass.CONTENT_PERMANENT, None),
        (307, ErrorClass.CONTENT_PERMANENT, None),
    ],
)
def test_an_answer_is_judged_by_its_status(
    open_webhook: Any, status: int, error_class: ErrorClass, delay: int | None
) -> None:
    def answer(handler: Handler, asked: Asked) -> None:
        handler.reply(status, retry_after="7", location="http://127.0.0.1:9/")

    with http_server(answer) as server:
        refusal = sent(open_webhook(server.url), message())
    assert (refusal.error_class, refusal.delay) == (error_class, timedelta(seconds=delay) if delay else None)
    assert len(server.asked) == 1


def test_a_receiver_that_is_gone_stops_the_account(
    open_webhook: Any, simulator_url: str, url: str, simulator: Any
) -> None:
    simulator.put("/admin/webhook/endpoints/shop/", {"secret": SECRET, "gone": True})
    with pytest.raises(CallRefused) as error:
        sent(open_webhook(url), message())
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "status_410")


def test_a_private_address_is_not_called(
    open_webhook: Any, settings: Any, url: str, simulator: SimulatorClient
) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = []
    with pytest.raises(CallRefused) as error:
        sent(open_webhook(url), message())
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "private_address")
    assert taken(simulator) == []


def test_the_installations_own_simulator_is_called(
    open_webhook: Any, settings: Any, url: str, simulator_url: str, simulator: SimulatorClient
) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = []
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    assert isinstance(sent(open_webhook(url), message()), Accepted)


def test_a_server_that_is_not_there_never_got_a_byte(open_webhook: Any) -> None:
    with pytest.raises(CallRefused) as error:
        sent(open_webhook("http://127.0.0.1:9/hook"), message())
    assert (error.value.error_class, error.value.code) == (ErrorClass.RETRY, "never_sent")


@pytest.mark.parametrize("secret", ["plain", "whsec_", "whsec_!!!", "whsec_c2hvcnQ="])
def test_a_secret_that_is_none_stops_the_account_before_any_call(open_webhook: Any, secret: str) -> None:
    with pytest.raises(CallRefused) as error:
        sent(open_webhook("http://127.0.0.1:9/hook", secret), message())
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "bad_secret")
    assert secret == "whsec_" or secret not in error.value.detail


def test_a_variable_without_a_value_fails_its_message_alone(open_webhook: Any) -> None:
    refusal = open_webhook("http://127.0.0.1:9/hook").check(message(params={}))
    assert refusal is not None
    assert (refusal.error_class, refusal.code) == (ErrorClass.CONTENT_PERMANENT, "missing_variable")


def test_after_a_rotation_both_secrets_sign(settings: Any, url: str, simulator: SimulatorClient) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    provider = StandardWebhook(AccountConfig(uuid4(), url, {"secret": OTHER, "previous_secret": SECRET}))
    assert isinstance(sent(provider, message()), Accepted)
    provider.close()


@pytest.fixture
def webhook_account(url: str, registered: Registered, settings: Any) -> ChannelAccount:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    wanted = {"key": "hook", "channel": "webhook", "provider": "webhook.standard", "settings": {}}
    return make_account(url, credentials={"secret": SECRET}, **wanted)


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.api.channels_app.urls")
def test_a_report_delivers_once_however_often_it_comes(
    webhook_account: ChannelAccount, simulator: SimulatorClient, live_server: Any
) -> None:
    status_url = f"{live_server.url}/callbacks/{webhook_account.callback_token}/webhook/standard/status/"
    endpoint = {"secret": SECRET, "status_url": status_url, "delivery_ms": 0}
    simulator.put("/admin/webhook/endpoints/shop/", endpoint)
    simulator.put_faults(duplicate_callback_rate=1)
    template = make_template(webhook_account, channel="webhook")
    (one,) = make_messages(webhook_account, template, channel="webhook", address="u1")
    dispatch.drain(webhook_account.pk, MORNING)
    deadline = time.monotonic() + 60
    while one.state != "delivered":
        assert time.monotonic() < deadline, one.state
        time.sleep(0.02)
        one.refresh_from_db()
    assert Receipt.objects.count() == 1


def report(
    account: ChannelAccount,
    body: bytes,
    secret: str = SECRET,
    at: datetime | None = None,
    changed: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    signed = dict(signed_headers([secret], UUID(int=7), at or datetime.now(UTC), body)) | dict(changed)
    path = f"/callbacks/{account.callback_token}/webhook/standard/status/"
    return Client(enforce_csrf_checks=True).post(path, body, content_type="application/json", headers=signed)


STATUS = orjson.dumps({"type": "message.status", "data": {"id": str(UUID(int=1)), "status": "delivered"}})


@pytest.mark.django_db
@pytest.mark.urls("tests.api.channels_app.urls")
class TestReports:
    def test_a_report_by_another_secret_is_forged(self, webhook_account: ChannelAccount) -> None:
        assert report(webhook_account, STATUS, OTHER).status_code == 403
        assert Receipt.objects.count() == 0

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_a_report_of_another_time_is_forged(self, webhook_account: ChannelAccount, minutes: int) -> None:
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        assert report(webhook_account, STATUS, at=at).status_code == 403

    @pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    @pytest.mark.parametrize("value", ["", "x", "9" * 40, "²"])
    def test_a_changed_header_is_forged(self, webhook_account: ChannelAccount, name: str, value: str) -> None:
        assert report(webhook_account, STATUS, changed={name: value}).status_code == 403

    def test_a_changed_body_is_forged(self, webhook_account: ChannelAccount) -> None:
        now = datetime.now(UTC)
        right = signature(SECRET, str(UUID(int=7)), int(now.timestamp()), STATUS)
        answer = report(
            webhook_account, STATUS.replace(b"delivered", b"read"), at=now, changed={"webhook-signature": right}
        )
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff",
            b"[" * 100_000,
            b"{}",
            b'{"type":"message.status"}',
            b'{"type":"message.status","data":[]}',
            b'{"type":"message.status","data":[1]}',
            b'{"type":"message.status","data":{"id":"x","status":"delivered"}}',
            b'{"type":"message.status","data":{"id":"00000000-0000-0000-0000-000000000001","status":"eaten"}}',
            b'{"type":"message.status","data":{"id":"00000000-0000-0000-0000-000000000001","status":"read","at":"x"}}',
            b'{"type":"message.status","data":{"id":"00000000-0000-0000-0000-000000000001","status":"read","code":"\\u0000"}}',
        ],
    )
    def test_a_signed_report_that_says_nothing_is_malformed(self, webhook_account: ChannelAccount, body: bytes) -> None:
        answer = report(webhook_account, body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "malformed_callback")
        assert Receipt.objects.count() == 0
