"""One try of a call against real servers, friendly and not."""

import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from channels_app.webhooks.answers import Answer
from channels_app.webhooks.caller import Caller, Outgoing
from tests.fixtures.http_server import Asked, Handler, Server, http_server

LOOPBACK = {"127.0.0.1"}
DAY = timedelta(days=1)


def call(url: str, *, keep: bool = False, timeout: float = 5.0, **fields: Any) -> Outgoing:
    wanted = {"method": "POST", "headers": [("X-Key", "k"), ("webhook-id", "1")], "body": b"hello", **fields}
    return Outgoing(url=url, timeout=timeout, keep=keep, **wanted)


def made(outgoing: Outgoing, allowed: Any = frozenset(LOOPBACK), **options: Any) -> Answer:
    with Caller(allowed, **options) as caller:
        return caller.start(outgoing).result(20)


@pytest.fixture
def server() -> Iterator[Server]:
    with http_server() as server:
        yield server


def answering(server: Server, answer: Callable[[Handler, Asked], None]) -> str:
    server.answer = answer
    return server.url


def test_what_is_sent_arrives(server: Server) -> None:
    answer = made(call(f"{server.url}/a?b=c", headers=[("X-Name", "王"), ("X-Key", "k")], body="正文".encode()))
    assert answer == Answer("success", status=200)
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/a?b=c", "正文".encode())
    assert asked.headers["x-name"].encode("latin-1").decode() == "王"
    assert asked.headers["host"] == server.url.removeprefix("http://")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_every_method_is_made(server: Server, method: str) -> None:
    assert made(call(server.url, method=method, body=b"")).outcome == "success"
    assert (server.asked[0].method, server.asked[0].body) == (method, b"")


def test_the_json_of_the_answer_is_kept_only_where_it_is_asked_for(server: Server) -> None:
    url = answering(server, lambda handler, _: handler.reply(body='{"等级": 3}'.encode()))
    assert made(call(url, keep=True)).value == {"等级": 3}
    assert made(call(url)).value is None


def test_retry_after_is_heard(server: Server) -> None:
    url = answering(server, lambda handler, _: handler.reply(429, retry_after="30"))
    assert made(call(url)) == Answer("retry", "status_429", 429, retry_after=timedelta(seconds=30))


def test_nobody_listening_is_worth_another_try(server: Server) -> None:
    assert made(call("http://127.0.0.1:1/")) == Answer("retry", "connection_refused")


def test_a_connection_that_breaks_is_worth_another_try(server: Server) -> None:
    assert made(call(answering(server, lambda handler, _: None))) == Answer("retry", "connection_lost")


def hangs(handler: Handler, _: Asked) -> None:
    handler.ours.closing.wait(30)


def drips_headers(handler: Handler, _: Asked) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    handler.drip(repeat(b"x: y\r\n"), 0.05)


def drips_body(handler: Handler, _: Asked) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    handler.drip(repeat(b"["), 0.05)


@pytest.mark.parametrize("answer", [hangs, drips_headers, drips_body])
def test_who_does_not_finish_in_time_is_left(server: Server, answer: Callable[[Handler, Asked], None]) -> None:
    url = answering(server, answer)
    began = time.monotonic()
    assert made(call(url, keep=True, timeout=0.5)) == Answer("retry", "timeout")
    assert time.monotonic() - began < 10


def test_an_answer_of_ten_megabytes_is_cut_off(server: Server) -> None:
    size = 10 * 1024 * 1024
    written = []

    def reply(handler: Handler, _: Asked) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        for _place in range(size // 65536):
            handler.wfile.write(b" " * 65536)
            written.append(65536)

    url = answering(server, reply)
    tracemalloc.start()
    try:
        assert made(call(url, keep=True)) == Answer("failure", "answer_too_large", 200)
        assert made(call(url)) == Answer("success", status=200)
        assert tracemalloc.get_traced_memory()[1] < size // 2
    finally:
        tracemalloc.stop()


def test_what_is_packed_is_not_unpacked(server: Server) -> None:
    packed = b"\x1f\x8b" + b"\0" * 100
    url = answering(server, lambda handler, _: handler.reply(body=packed, content_encoding="gzip"))
    assert made(call(url, keep=True)) == Answer("failure", "answer_not_json", 200)
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_loopback_is_refused_unless_allowed(server: Server) -> None:
    assert made(call(server.url), allowed=()) == Answer("failure", "private_address")
    assert server.asked == []
    assert made(call(server.url), allowed=None).outcome == "success"


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"])
def test_another_way_of_writing_loopback_is_refused(server: Server, host: str) -> None:
    url = server.url.replace("127.0.0.1", host)
    assert made(call(url), allowed=()) == Answer("failure", "private_address")


async def resolves_inside(host: str, port: int) -> list[str]:
    return ["93.184.215.14", "10.0.0.1"]


def test_a_name_with_one_private_address_is_refused() -> None:
    assert made(call("https://shop.example/"), names=resolves_inside) == Answer("failure", "private_address")


def test_only_the_address_that_was_judged_is_connected_to(server: Server) -> None:
    """A name that answers differently the second time (DNS rebinding) has no second time."""
    looked_up = []

    async def rebinding(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    port = server.url.rpartition(":")[2]
    url = f"http://shop.example:{port}/"
    assert made(call(url), allowed={"shop.example"}, names=rebinding).outcome == "success"
    assert looked_up == ["shop.example"]
    assert server.asked[0].headers["host"] == f"shop.example:{port}"


def test_a_name_that_nobody_has_is_worth_another_try() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert made(call("https://shop.example/"), names=unknown) == Answer("retry", "connection_refused")


def redirects_to(url: str, status: int = 307) -> Callable[[Handler, Asked], None]:
    def redirect(handler: Handler, asked: Asked) -> None:
        if asked.path == "/end":
            handler.reply()
        else:
            handler.reply(status, location=url)

    return redirect


def test_a_redirect_is_followed_with_its_body(server: Server) -> None:
    assert made(call(answering(server, redirects_to("/end")))).outcome == "success"
    assert [(asked.path, asked.body) for asked in server.asked] == [("/", b"hello"), ("/end", b"hello")]


def test_a_redirect_to_a_private_address_is_a_failure(server: Server) -> None:
    url = answering(server, redirects_to("http://169.254.169.254/latest/meta-data/"))
    assert made(call(url)) == Answer("failure", "private_address")


def test_a_redirect_to_a_name_that_is_private_is_a_failure(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    url = answering(server, redirects_to(f"http://localhost:{port}/end"))
    assert made(call(url)) == Answer("failure", "private_address")
    assert len(server.asked) == 1


def test_a_redirect_abroad_takes_no_keys_along(server: Server) -> None:
    with http_server() as other:
        url = answering(server, redirects_to(f"{other.url}/end"))
        assert made(call(url)).outcome == "success"
        (asked,) = other.asked
    assert "x-key" not in asked.headers
    assert (asked.headers["webhook-id"], asked.body) == ("1", b"hello")


def test_a_redirect_that_would_ask_something_else_is_a_failure(server: Server) -> None:
    url = answering(server, redirects_to("/end", 302))
    assert made(call(url)) == Answer("failure", "redirect", 302)
    assert made(call(url, method="GET", body=b"")).outcome == "success"


def test_redirects_end(server: Server) -> None:
    url = answering(server, redirects_to("/again"))
    assert made(call(url)) == Answer("failure", "too_many_redirects", 307)
    assert len(server.asked) == 4


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/", "http://[", "http://a:b:c/", "//"])
def test_a_redirect_to_nowhere_is_an_answer_too(server: Server, location: str) -> None:
    assert made(call(answering(server, redirects_to(location)))).outcome != "success"


def test_a_certificate_is_demanded(server: Server) -> None:
    """Plain HTTP where TLS is spoken of, as a stand-in for a server without the name's certificate."""
    assert made(call(server.url.replace("http:", "https:"))).outcome == "retry"


@pytest.mark.parametrize("url", ["http://a b/", "http://", "ftp://127.0.0.1/", "https://" + "a" * 70 + ".example/"])
def test_what_cannot_be_asked_is_an_answer_too(url: str) -> None:
    assert made(call(url)).outcome in {"failure", "retry"}


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that shows a certificate for shop.example, whose issuer is trusted."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(self_signed("shop.example"))
    monkeypatch.setattr("channels_app.webhooks.transport._tls", lambda: ssl.create_default_context(cafile=certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with http_server(tls=context) as server:
        yield server


KEY = ec.generate_private_key(ec.SECP256R1())


def self_signed(name: str) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, KEY.public_key(), 1, now - DAY, now + DAY)
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    return builder.add_extension(names, critical=False).sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM)


async def on_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(("name", "outcome"), [("shop.example", "success"), ("other.example", "retry")])
def test_the_certificate_is_judged_by_the_urls_name(certified: Server, name: str, outcome: str) -> None:
    port = certified.url.rpartition(":")[2]
    answer = made(call(f"https://{name}:{port}/"), allowed={name}, names=on_loopback)
    assert answer.outcome == outcome
