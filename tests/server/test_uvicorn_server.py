"""The server on its socket: started, stopped, and patient only so long."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator

import pytest

from mockade.errors import SetupError
from mockade.server.listener import bound, url_of
from tests.servers import Server, read_all, read_past

KEY = "x-app-api-key: meshmap-demo-key"
SESSIONS = "/apps/game-sessions"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with Server("meshmap") as one:
        yield one


@pytest.fixture(scope="module")
def hasty() -> Iterator[Server]:
    with Server.hosted(patience=0.2) as one:
        yield one


def half_a_request(length: int = 20) -> bytes:
    head = f"POST {SESSIONS} HTTP/1.1\r\nHost: x\r\n{KEY}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n".encode() + b'{"name": '


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_told_to_stop_answers_what_is_in_flight_and_exits_with_0(number: int) -> None:
    with Server("meshmap") as one, one.connect() as connection:
        idle = one.connect()
        connection.sendall(half_a_request())
        one.request("GET", "/_mockade/v1/health")  # a round trip later the half request has been read
        one.signal(number)
        assert read_all(idle) == b""  # stopping has begun: idle connections are closed
        connection.sendall(b'"Last one"}')
        answer = read_all(connection)
        code, complaint = one.end()
        idle.close()
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert b'"Last one"' in answer
    assert (code, complaint) == (0, "")


@posix
def test_a_second_ctrl_c_does_not_wait() -> None:
    with Server("meshmap") as one, one.connect() as connection, one.connect() as idle:
        connection.sendall(half_a_request())
        one.request("GET", "/_mockade/v1/health")
        one.signal(signal.SIGINT)
        assert read_all(idle) == b""
        one.signal(signal.SIGINT)
        code, complaint = one.end()
    assert (code, complaint) == (0, "")


def test_a_client_that_is_still_sending_can_read_its_413(served: Server) -> None:
    body = 8 * 1024 * 1024
    with served.connect() as connection:
        connection.sendall(half_a_request(body))
        connection.sendall(b" " * (body - 9))
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"--max-body" in answer


def test_a_body_without_announced_length_that_grows_too_large_is_refused_readably(served: Server) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = f"POST {SESSIONS} HTTP/1.1\r\nHost: x\r\n{KEY}\r\nTransfer-Encoding: chunked\r\n"
    with served.connect() as connection:
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode() + chunk * 64 + b"0\r\n\r\n")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_never_comes_gets_408(hasty: Server) -> None:
    with hasty.connect() as connection:
        connection.sendall(half_a_request())
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "start",
    [b"", b"GET /apps/game-sessions HTTP/1.1\r\nHost: x\r\n", b"\r\n"],
    ids=["nothing", "half a head", "an empty line"],
)
def test_a_head_that_never_comes_is_not_waited_for(hasty: Server, start: bytes) -> None:
    with hasty.connect() as connection:
        connection.sendall(start)
        assert read_all(connection) == b""


def test_a_second_head_that_never_comes_is_not_waited_for_either(hasty: Server) -> None:
    with hasty.connect() as connection:
        connection.sendall(b"GET /_mockade/v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_past(connection, b"}").startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET /_mockade/v1/")
        assert read_all(connection) == b""


def test_a_head_that_trickles_in_is_due_when_its_first_byte_was(hasty: Server) -> None:
    with hasty.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        connection.settimeout(0.02)
        answer = None
        for _ in range(200):
            try:
                connection.sendall(b"x-more: 1\r\n")
                answer = connection.recv(1)
                break
            except TimeoutError:
                continue
            except ConnectionError:
                answer = b""
                break
    assert answer == b""


def test_a_connection_serves_one_request_after_the_other(hasty: Server) -> None:
    request = b"GET /_mockade/v1/health HTTP/1.1\r\nHost: x\r\n\r\n"
    with hasty.connect() as connection:
        for _ in range(3):
            connection.sendall(request)
            assert read_past(connection, b"}").startswith(b"HTTP/1.1 200 ")
        connection.sendall(request * 2)
        assert read_past(connection, b"}", times=2).count(b"HTTP/1.1 200 ") == 2


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError) as caught:
            bound("127.0.0.1", port)
    assert str(caught.value) == (
        f"127.0.0.1:{port}: Port {port} is taken. Stop what listens there, or choose another: --port 0."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 64])
def test_a_host_that_is_not_ours_is_a_sentence(host: str) -> None:
    with pytest.raises(SetupError, match="is no address of this machine"):
        bound(host, 0)


@pytest.mark.parametrize(
    ("host", "name"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("game.test", "game.test")],
)
def test_the_url_is_one_that_a_client_here_can_use(host: str, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert url_of(listener, host) == f"http://{name}:{listener.getsockname()[1]}"


def test_an_offer_of_another_protocol_does_not_lose_the_body(served: Server) -> None:
    body = b'{"name": "offered"}'
    head = f"POST {SESSIONS} HTTP/1.1\r\nHost: x\r\n{KEY}\r\nContent-Type: application/json\r\n"
    head += "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    with served.connect() as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert b'"offered"' in read_past(connection, b"}")


def test_a_head_of_any_size_is_not_kept(served: Server) -> None:
    with served.connect() as connection:
        connection.sendall(f"GET {SESSIONS} HTTP/1.1\r\nHost: x\r\n{KEY}\r\n".encode())
        for n in range(40):
            try:
                connection.sendall(f"X-Filler-{n}: {'x' * 8000}\r\n".encode())
            except OSError:
                break
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")
    assert served.request("GET", "/_mockade/v1/health").status_code == 200


def test_a_body_of_one_byte_at_a_time_is_not_waited_for_without_end(hasty: Server) -> None:
    with hasty.connect() as connection:
        connection.sendall(half_a_request(length=1000))
        connection.settimeout(0.1)
        answer = b""
        for _ in range(100):  # each byte well within the patience for one piece
            try:
                connection.sendall(b" ")
                answer = connection.recv(1000)
            except TimeoutError:
                continue
            except OSError:
                break
            if answer:
                break
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_one_header_without_end_is_not_kept(served: Server) -> None:
    with served.connect() as connection:
        connection.sendall(f"GET {SESSIONS} HTTP/1.1\r\nHost: x\r\nX-Filler: ".encode())
        for _ in range(40):
            try:
                connection.sendall(b"x" * 64_000)
            except OSError:
                break
        assert read_all(connection).startswith(b"HTTP/1.1 431 ")


def test_a_body_that_looks_like_a_head_keeps_the_length_it_announced(served: Server) -> None:
    body = b"\r\nUpgrade: h2c" * 10
    refused = f"POST {SESSIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with served.connect() as connection:
        connection.sendall(refused)  # without a key: answered before its body has come
        assert read_past(connection, b'"}').startswith(b"HTTP/1.1 401 ")
        connection.sendall(body)
        connection.sendall(f"GET {SESSIONS} HTTP/1.1\r\nHost: x\r\n{KEY}\r\n\r\n".encode())
        assert read_past(connection, b"]}").startswith(b"HTTP/1.1 200 ")
