"""The simulated WeChat is as strict as the real one, asked by a client that knows nothing of our sender."""

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels_app.simulator.client import SimulatorClient
from tests.fixtures.http_server import http_server
from tests.integration.channels_app.wechat_world import AES_KEY, OPENID, PARAMS, SECRET, SHIPPED, TOKEN, until

APPID = "wx0123456789abcdef"
RID = re.compile(r" rid: [0-9a-f]+-[0-9a-f]+-[0-9a-f]+$")
SETUP: dict[str, Any] = {"secret": SECRET, "token": TOKEN, "templates": {"TPL_1": SHIPPED}, "delivery_ms": 0}


class Client:
    def __init__(self, url: str, simulator: SimulatorClient) -> None:
        self.http = httpx.Client(base_url=f"{url}/wechat", trust_env=False)
        self._simulator = simulator

    def setup(self, **changes: Any) -> None:
        self._simulator.put(f"/admin/wechat/accounts/{APPID}/", {**SETUP, **changes})

    def act(self, act: str, **fields: Any) -> int:
        path = f"/admin/wechat/followers/{APPID}/{OPENID}/acts/"
        return self._simulator.request("POST", path, {"act": act, **fields}).status_code

    def plain(self, **changes: str) -> dict[str, Any]:
        query = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **changes}
        return dict(self.http.get("/cgi-bin/token", params=query).json())

    def stable(self, **changes: Any) -> dict[str, Any]:
        asked = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **changes}
        return dict(self.http.post("/cgi-bin/stable_token", json=asked).json())

    def send(self, token: str, **changes: Any) -> dict[str, Any]:
        data = {name: {"value": value} for name, value in PARAMS.items()}
        body = {"touser": OPENID, "template_id": "TPL_1", "data": data, **changes}
        path = "/cgi-bin/message/template/send"
        return dict(self.http.post(path, params={"access_token": token}, json=body).json())


@pytest.fixture
def client(simulator_url: str, simulator: SimulatorClient) -> Iterator[Client]:
    client = Client(simulator_url, simulator)
    client.setup()
    yield client
    client.http.close()


def test_a_refusal_ends_with_the_id_of_the_request(client: Client) -> None:
    refused = client.stable(secret="wrong")
    assert refused["errcode"] == 40125
    assert RID.search(refused["errmsg"])


@pytest.mark.parametrize(
    ("change", "code"), [({"appid": "wx0"}, 40013), ({"secret": "x"}, 40125), ({"grant_type": "password"}, 40002)]
)
def test_whoever_asks_for_a_token_must_be_the_account(client: Client, change: dict[str, str], code: int) -> None:
    assert client.plain(**change)["errcode"] == client.stable(**change)["errcode"] == code


def test_the_stable_token_stays_the_same_and_the_plain_one_is_retired_by_each_call(client: Client) -> None:
    client.setup(overlap_seconds=0)
    client.act("follow")
    stable, again = client.stable(), client.stable()
    assert stable["access_token"] == again["access_token"]
    assert stable["expires_in"] > 7000
    first, second = client.plain()["access_token"], client.plain()["access_token"]
    assert client.send(first)["errcode"] == 40001
    assert client.send(second)["errcode"] == 0
    assert client.send(stable["access_token"])["errcode"] == 0


def test_a_retired_plain_token_is_good_for_the_overlap(client: Client) -> None:
    client.act("follow")
    first = client.plain()["access_token"]
    client.plain()
    assert client.send(first)["errcode"] == 0


def test_an_expired_token_says_so(client: Client) -> None:
    client.setup(token_seconds=0)
    assert client.send(client.plain()["access_token"])["errcode"] == 42001


def test_a_forced_refresh_ends_the_token_before_but_not_twice_in_a_row(client: Client) -> None:
    client.act("follow")
    before = client.stable()["access_token"]
    forced = client.stable(force_refresh=True)["access_token"]
    assert forced != before
    assert client.send(before)["errcode"] == 40001
    assert client.stable(force_refresh=True)["access_token"] == forced
    client.setup(forced_gap_seconds=0, forced_per_day=1)
    assert client.stable(force_refresh=True)["errcode"] == 45009


@pytest.mark.parametrize(
    ("method", "token", "content", "code"),
    [
        ("GET", True, b"", 43002),
        ("POST", False, b"{}", 41001),
        ("POST", True, b"", 44002),
        ("POST", True, b"{not json", 47001),
        ("POST", True, b"[]", 47001),
        ("POST", True, b"{}", 40003),
    ],
)
def test_a_call_that_is_none_is_refused(client: Client, method: str, token: bool, content: bytes, code: int) -> None:
    query = {"access_token": client.stable()["access_token"]} if token else {}
    answer = client.http.request(method, "/cgi-bin/message/template/send", params=query, content=content)
    assert answer.json()["errcode"] == code


def test_fields_are_judged(client: Client) -> None:
    client.act("follow")
    token = client.stable()["access_token"]
    long = {**{name: {"value": value} for name, value in PARAMS.items()}, "thing2": {"value": "羊" * 21}}
    refused = client.send(token, data=long)
    assert refused["errcode"] == 47003
    assert refused["errmsg"].startswith("argument invalid! data.thing2.value invalid")


def opened(body: bytes) -> bytes:
    """Open a callback the way WeChat describes it."""
    encrypted = re.search(rb"<Encrypt><!\[CDATA\[(.+?)\]\]></Encrypt>", body)
    assert encrypted is not None
    key = base64.b64decode(AES_KEY + "=")
    context = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = context.update(base64.b64decode(encrypted[1])) + context.finalize()
    plain = plain[: -plain[-1]]
    length = int.from_bytes(plain[16:20], "big")
    assert plain[20 + length :].decode() == APPID
    return plain[20 : 20 + length]


@pytest.mark.parametrize("mode", ["plain", "compatible", "encrypted"])
def test_a_callback_is_signed_encrypted_and_repeated_three_times(client: Client, mode: str) -> None:
    with http_server(lambda handler, asked: handler.reply(500)) as server:
        keys = {} if mode == "plain" else {"encoding_aes_key": AES_KEY}
        client.setup(callback_url=f"{server.url}/in", mode=mode, retry_scale=0.002, **keys)
        client.act("follow")
        until(lambda: len(server.asked) == 4, lambda: len(server.asked))
        asked = server.asked[0]
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
    signed = "".join(sorted([TOKEN, query["timestamp"], query["nonce"]]))
    assert query["signature"] == hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324  # WeChat's choice
    assert query["openid"] == OPENID
    assert (b"<Event>" in asked.body) == (mode != "encrypted")
    if mode != "plain":
        assert b"<Event><![CDATA[subscribe]]></Event>" in opened(asked.body)
        assert query["encrypt_type"] == "aes"


def test_an_address_is_proved_by_its_echo(client: Client, simulator: SimulatorClient) -> None:
    def verified() -> bool:
        return bool(simulator.request("POST", f"/admin/wechat/accounts/{APPID}/verify/").json()["verified"])

    def echo(handler: Any, asked: Any) -> None:
        handler.reply(200, parse_qs(urlsplit(asked.path).query)["echostr"][0].encode())

    with http_server(echo) as server:
        client.setup(callback_url=server.url)
        assert verified()
    with http_server(lambda handler, asked: handler.reply(200, b"success")) as server:
        client.setup(callback_url=server.url)
        assert not verified()


def test_a_follower_cannot_do_what_a_stranger_or_a_follower_cannot(client: Client) -> None:
    assert client.act("unfollow") == 409
    assert client.act("write", content="在吗") == 409
    assert client.act("follow") == 201
    assert client.act("follow") == 409
    assert client.act("accept", template_id="SUB_9") == 404
