"""Kept connections against servers that behave, hang up, fall silent and break off: real sockets, httpx's own errors."""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from channels_app.providers.connections import KeptConnections
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.http import exchange
from tests.integration.channels_app.certificates import self_signed

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
Talk = Callable[[socket.socket], None]


class Server:
    """Each connection is handed to `talk`; `accepted` counts them, `heard` keeps what each first packet said."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.accepted = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def close(self) -> None:
        # A thread that waits in accept() keeps the port open until it is woken.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()


@contextmanager
def serving(talk: Talk) -> Iterator[Server]:
    with closing(Server(talk)) as server:
        yield server


@contextmanager
def client(server: Server, idle_seconds: float = 60, read: float = 5) -> Iterator[httpx.Client]:
    transport = KeptConnections(idle_seconds, most_idle=2)
    with httpx.Client(base_url=server.url, transport=transport, timeout=read, trust_env=False) as made:
        yield made


def heard(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def answers(*replies: bytes) -> Talk:
    """Answer request after request, then hang up."""

    def talk(connection: socket.socket) -> None:
        with connection:
            for reply in replies:
                if not heard(connection):
                    return
                connection.sendall(reply)

    return talk


def keeps_answering(connection: socket.socket) -> None:
    while heard(connection):
        connection.sendall(ANSWER)


def test_a_connection_is_used_again() -> None:
    with serving(keeps_answering) as server, client(server) as made:
        assert [made.post("/a", content=b"x").content for _ in range(3)] == [b"{}"] * 3
        assert server.accepted == 1


def test_head_and_body_are_one_packet() -> None:
    said: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        said.append(heard(connection))
        connection.sendall(ANSWER)

    with serving(talk) as server, client(server) as made:
        made.post("/a?b=%E4%BD%A0", content="你".encode(), headers={"X-Acs-Action": "SendSms"})
    head, body = said[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=%E4%BD%A0 HTTP/1.1\r\n")
    assert b"X-Acs-Action: SendSms" in head
    assert head.lower().count(b"host: ") == head.lower().count(b"content-length: 3") == 1
    assert body == "你".encode()


def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    with serving(answers(ANSWER)) as server, client(server) as made:
        assert made.get("/").status_code == 200
        # The server's end reaches us in its own time: nothing is written into it once it has.
        wait_for_end(made)
        assert made.get("/").status_code == 200
        assert server.accepted == 2


def wait_for_end(made: httpx.Client) -> None:
    (idle,) = next(iter(made._transport._idle.values()))  # type: ignore[attr-defined]
    assert idle.connection.sock.recv(1, socket.MSG_PEEK) == b""


def test_a_connection_that_was_idle_for_too_long_is_not_used_again() -> None:
    with serving(keeps_answering) as server, client(server, idle_seconds=0) as made:
        made.get("/")
        made.get("/")
        assert server.accepted == 2


def test_as_many_connections_as_threads_and_no_more_kept_than_wanted() -> None:
    with serving(keeps_answering) as server, client(server) as made:
        meeting = threading.Barrier(4)

        def ask() -> None:
            meeting.wait(10)
            for _ in range(5):
                assert made.get("/").status_code == 200

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        (idle,) = made._transport._idle.values()  # type: ignore[attr-defined]
        assert 1 <= len(idle) <= 2


def test_an_answer_may_be_compressed_and_in_pieces() -> None:
    packed = gzip.compress(b'{"ok":1}')
    pieces = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    reply = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n" + pieces
    with serving(answers(reply)) as server, client(server) as made:
        assert made.get("/").json() == {"ok": 1}


def test_redirects_are_answers_and_not_followed() -> None:
    reply = b"HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n"
    with serving(answers(reply)) as server, client(server) as made:
        assert made.get("/a").status_code == 302
        assert server.accepted == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", httpx.RemoteProtocolError),
        (b"this is no HTTP\r\n\r\n", httpx.RemoteProtocolError),
    ],
)
def test_an_answer_that_does_not_come_whole_leaves_the_outcome_unknown(reply: bytes, error: type[Exception]) -> None:
    with serving(answers(reply)) as server, client(server) as made:
        with pytest.raises(error):
            made.post("/", content=b"x")
        with pytest.raises(CallOutcomeUnknown):
            exchange(made, made.build_request("POST", "/", content=b"x"))


def test_silence_is_a_time_out_with_an_unknown_outcome() -> None:
    with serving(lambda connection: None) as server, client(server, read=0.05) as made:
        with pytest.raises(httpx.ReadTimeout):
            made.post("/", content=b"x")
        with pytest.raises(CallOutcomeUnknown):
            exchange(made, made.build_request("POST", "/", content=b"x"))


def test_nobody_there_means_that_nothing_has_left() -> None:
    with serving(keeps_answering) as server:
        url = server.url
    with httpx.Client(transport=KeptConnections(60, 2), trust_env=False) as made:
        with pytest.raises(CallRefused) as refused:
            exchange(made, made.build_request("POST", url))
        assert (refused.value.error_class, refused.value.code) == (ErrorClass.RETRY, "never_sent")
        with pytest.raises(CallRefused):
            exchange(made, made.build_request("POST", "ftp://127.0.0.1/"))


@contextmanager
def serving_tls(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(connection: socket.socket) -> None:
        # A client that trusts nobody breaks off in the middle of this.
        with suppress(ssl.SSLError, ConnectionError), context.wrap_socket(connection, server_side=True) as secured:
            keeps_answering(secured)

    with serving(talk) as server:
        server.url = server.url.replace("http:", "https:")
        yield server


def test_a_certificate_nobody_trusts_means_that_nothing_has_left(tmp_path: Path) -> None:
    broken = pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED")
    with serving_tls(self_signed(tmp_path / "tls.pem")) as server, client(server) as made, broken:
        made.get("/")


def test_a_connection_over_tls_is_kept_as_others_are(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "tls.pem")
    with serving_tls(certificate) as server, client(server) as made:
        made._transport._tls = ssl.create_default_context(cafile=certificate)  # type: ignore[attr-defined]
        assert [made.post("/", content=b"x").content for _ in range(3)] == [b"{}"] * 3
        assert server.accepted == 1
