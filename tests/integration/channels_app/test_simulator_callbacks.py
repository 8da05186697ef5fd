"""The simulator pushes reports and replies as the vendor does: arrays, repeated until they are taken."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from channels_app.providers.base import Accepted, AccountConfig, Outgoing
from channels_app.providers.sms.aliyun import AliyunSms
from channels_app.providers.sms.tencent import TencentSms
from channels_app.simulator.client import SimulatorClient
from channels_app.simulator.running import running_simulator
from tests.integration.channels_app.simulated import KEY_ID, SECRET, SHIPPED, SIGN
from tests.integration.channels_app.tencent import APP, BODY, CODE, CONFIG, SECRET_ID, SECRET_KEY


class Receiver:
    """Somebody's callback endpoint: remembers what was pushed, answers as told."""

    def __init__(self) -> None:
        self.pushes: list[tuple[str, list[dict[str, Any]]]] = []
        self.answers: list[tuple[int, bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = receiver.answers.pop(0) if receiver.answers else (200, b'{"code":0}')
                receiver.pushes.append((self.path, orjson.loads(body)))
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def entries(self, path: str = "/report") -> list[dict[str, Any]]:
        return [entry for at, entries in self.pushes if at == path for entry in entries]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


def set_up(simulator: SimulatorClient, receiver: Receiver, **fields: Any) -> None:
    config = {
        "secret": SECRET,
        "signs": [SIGN],
        "templates": {"SMS_1": SHIPPED},
        "report_url": f"{receiver.url}/report",
        "up_url": f"{receiver.url}/up",
        "delivery_ms": 0,
        "retry_scale": 0.001,
    }
    simulator.put_access_key(KEY_ID, {**config, **fields})


def send(url: str, count: int) -> str:
    credentials = {"access_key_id": KEY_ID, "access_key_secret": SECRET}
    provider = AliyunSms(AccountConfig(uuid4(), url, credentials, {"sign_name": SIGN}))
    attempt = uuid4()
    params = {"name": "王", "order": "1"}
    messages = [Outgoing(uuid4(), f"+86138{number:08}", "SMS_1", SHIPPED, params) for number in range(count)]
    provider.send_batch(attempt, messages)
    provider.close()
    return str(attempt)


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)


def test_every_message_is_reported_once_with_its_out_id(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver
) -> None:
    set_up(simulator, receiver)
    attempt = send(simulator_url, 50)
    until(lambda: len(receiver.entries()) >= 50)
    entries = receiver.entries()
    assert len({entry["phone_number"] for entry in entries}) == len(entries) == 50
    assert {(entry["out_id"], entry["success"], entry["err_code"]) for entry in entries} == {
        (attempt, True, "DELIVERED")
    }


@pytest.mark.parametrize("refusal", [(500, b"{}"), (200, b'{"code":"0"}'), (200, b"not json")])
def test_a_report_that_is_not_taken_is_pushed_again(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver, refusal: tuple[int, bytes]
) -> None:
    set_up(simulator, receiver)
    receiver.answers = [refusal, refusal]
    send(simulator_url, 1)
    until(lambda: len(receiver.entries()) >= 3)
    assert len({orjson.dumps(entry) for entry in receiver.entries()}) == 1


def test_a_report_is_given_up_after_three_repetitions(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver
) -> None:
    set_up(simulator, receiver)
    receiver.answers = [(500, b"{}")] * 4
    send(simulator_url, 1)
    until(lambda: len(receiver.entries()) == 4)
    send(simulator_url, 1)
    until(lambda: len({entry["biz_id"] for entry in receiver.entries()}) == 2)
    assert len(receiver.entries()) == 5


def test_the_switch_for_duplicates_reports_twice(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver
) -> None:
    set_up(simulator, receiver)
    simulator.put_faults(duplicate_callback_rate=1)
    send(simulator_url, 5)
    until(lambda: len(receiver.entries()) == 10)


def test_the_switch_for_failing_delivery_reports_failures(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver
) -> None:
    set_up(simulator, receiver)
    simulator.put_faults(fail_delivery_rate=1)
    send(simulator_url, 3)
    until(lambda: len(receiver.entries()) == 3)
    assert {(entry["success"], entry["err_code"]) for entry in receiver.entries()} == {(False, "UNDELIV")}


def test_the_switch_for_late_reports_delays_them(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver
) -> None:
    set_up(simulator, receiver)
    simulator.put_faults(late_callback_ms=400)
    started = time.monotonic()
    send(simulator_url, 1)
    until(lambda: len(receiver.entries()) == 1)
    assert time.monotonic() - started >= 0.4


def test_a_reply_is_pushed_to_whoever_wrote_last(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver
) -> None:
    set_up(simulator, receiver)
    send(simulator_url, 1)
    simulator.reply("+8613800000000", "TD")
    until(lambda: len(receiver.entries("/up")) == 1)
    (entry,) = receiver.entries("/up")
    assert (entry["phone_number"], entry["content"], entry["sign_name"]) == ("13800000000", "TD", SIGN)


def test_messages_and_reports_not_yet_taken_survive_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    state = tmp_path / "state.sqlite3"
    with running_simulator(state) as url:
        simulator = SimulatorClient(url)
        set_up(simulator, receiver)
        simulator.put_faults(late_callback_ms=300)
        send(url, 3)
        simulator.close()
    assert receiver.entries() == []
    with running_simulator(state) as url:
        simulator = SimulatorClient(url)
        until(lambda: len(receiver.entries()) == 3)
        assert len(list(simulator.export())) == 3
        simulator.close()


def test_state_of_another_version_is_forgotten_not_misread(tmp_path: Path) -> None:
    import sqlite3

    state = tmp_path / "state.sqlite3"
    old = sqlite3.connect(state)
    old.executescript("create table phone (phone text primary key); create table stray (a); pragma user_version = 1")
    old.close()
    with running_simulator(state) as url:
        simulator = SimulatorClient(url)
        assert simulator.request("GET", "/admin/phones/").json() == {"results": []}
        simulator.close()


def test_tencents_states_come_in_an_array_and_each_reply_alone_until_both_are_taken(
    simulator_url: str, simulator: SimulatorClient, receiver: Receiver
) -> None:
    urls = {"report_url": f"{receiver.url}/report", "up_url": f"{receiver.url}/up"}
    simulator.put_access_key(SECRET_ID, {**CONFIG, **urls})
    settings = {"sdk_app_id": APP, "sign_name": SIGN}
    credentials = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY}
    provider = TencentSms(AccountConfig(uuid4(), simulator_url, credentials, settings))
    receiver.answers = [(200, b'{"code":0}'), (500, b""), (200, b'{"result":"0"}')]
    taken = b'{"result":0,"errmsg":"OK"}'
    receiver.answers += [(200, taken)] * 20
    numbers = [Outgoing(uuid4(), f"+86138{n:08}", CODE, BODY, {"1": "王", "2": "1"}) for n in range(3)]
    results = provider.send_batch(uuid4(), numbers)
    provider.close()
    until(lambda: len(receiver.answers) == 19)
    serials = {result.provider_id for result in results.values() if isinstance(result, Accepted)}
    assert len(receiver.pushes) == 4
    assert {entry["sid"] for entry in receiver.pushes[-1][1]} == serials
    for _ in range(2):
        simulator.reply("13800000001", "R")
    until(lambda: len(receiver.answers) == 17)
    replies: list[Any] = [body for path, body in receiver.pushes if path == "/up"]
    assert [(reply["mobile"], reply["text"]) for reply in replies] == [("13800000001", "R")] * 2
