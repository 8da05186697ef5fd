import socket
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest

from channels_app.providers.base import AccountConfig, Outgoing
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.sms.aliyun import AliyunSms
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import KEY_ID, SECRET, SHIPPED, SIGN


def provider(url: str) -> AliyunSms:
    credentials = {"access_key_id": KEY_ID, "access_key_secret": SECRET}
    return AliyunSms(AccountConfig(uuid4(), url, credentials, {"sign_name": SIGN}))


def message() -> Outgoing:
    return Outgoing(uuid4(), "+8613800000001", "SMS_1", SHIPPED, {"name": "王~*小 明'%&=+", "order": "A/1?"})


@pytest.fixture
def closing_server() -> Iterator[str]:
    """Reads a request and hangs up without a word."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            while True:
                connection, _ = listener.accept()
                connection.recv(65536)
                connection.close()
        except OSError:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_values_with_reserved_characters_are_signed_as_they_are_sent(
    simulator_url: str, simulator: SimulatorClient
) -> None:
    aliyun = provider(simulator_url)
    aliyun.send_batch(uuid4(), [message()])
    aliyun.send_batch(uuid4(), [message(), message()])
    aliyun.close()
    assert {row["content"] for row in simulator.export()} == {"【知途】您好王~*小 明'%&=+，您的订单A/1?已发货。"}


def test_a_connection_that_cannot_be_made_never_carried_a_byte() -> None:
    aliyun = provider("http://127.0.0.1:9")
    with pytest.raises(CallRefused) as error:
        aliyun.send_batch(uuid4(), [message()])
    aliyun.close()
    assert (error.value.error_class, error.value.code) == (ErrorClass.RETRY, "never_sent")


def test_a_connection_that_breaks_after_the_request_leaves_the_outcome_unknown(closing_server: str) -> None:
    aliyun = provider(closing_server)
    with pytest.raises(CallOutcomeUnknown):
        aliyun.send_batch(uuid4(), [message()])
    aliyun.close()


def test_a_silent_provider_leaves_the_outcome_unknown(
    simulator_url: str, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.put_faults(timeout_after_accept_rate=1)
    aliyun = provider(simulator_url)
    monkeypatch.setattr(aliyun._client, "timeout", 0.3)
    with pytest.raises(CallOutcomeUnknown):
        aliyun.send_batch(uuid4(), [message()])
    aliyun.close()
    assert len(list(simulator.export())) == 1


def test_a_caller_whose_address_is_not_listed_stops_the_account(simulator_url: str, simulator: SimulatorClient) -> None:
    listed = {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_1": SHIPPED}, "ips": ["203.0.113.7"]}
    simulator.put(f"/admin/access-keys/{KEY_ID}/", listed)
    aliyun = provider(simulator_url)
    with pytest.raises(CallRefused) as error:
        aliyun.send_batch(uuid4(), [message()])
    aliyun.close()
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "isv.DENY_IP_RANGE")
