"""The server is stopped by signals, and answers what is in flight (`server/thread.py` shares its start)."""

from __future__ import annotations

import signal
import sys
import threading

import pytest

from mockade.launch import prepare
from mockade.server import uvicorn_server
from tests.servers import Server, half_a_request, read_all

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")


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


def test_a_server_without_requests_ends_as_soon_as_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TICK", "SHORTEST_LOOK", "LONGEST_LOOK"):
        monkeypatch.setattr(uvicorn_server, name, 3600.0)
    launch, port = prepare(["meshmap"], None, "127.0.0.1", 0)
    app, _ = launch.app()
    server = launch.thread(app, port)
    server.start()
    server.stop()
    assert "mockade-server" not in [one.name for one in threading.enumerate()]


PATIENT = """
from mockade.cli.main import main
from mockade.server import uvicorn_server

uvicorn_server.TICK = uvicorn_server.SHORTEST_LOOK = uvicorn_server.LONGEST_LOOK = 3600.0
main(["serve", "meshmap", "--port", "0"])
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_so_does_one_that_a_signal_tells(number: int) -> None:
    with Server(command=[sys.executable, "-c", PATIENT]) as one:
        one.signal(number)
        assert one.end() == (0, "")


STUCK = """
import re
from mockade.cli import log
from mockade.server import uvicorn_server
from mockade.server.listener import bind, url_of

uvicorn_server.STUCK = 0.5  # and a second more until native code is not waited for either

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
    else:
        print("looking", flush=True)
        re.match("(a+)+$", "a" * 60 + "!")  # it takes longer than anybody waits, and keeps the interpreter

listener = bind("127.0.0.1", 0)
url = url_of(listener, "127.0.0.1")
uvicorn_server.run(app, listener, lambda: print(log.READY, url, flush=True), patience=20.0)
"""


@posix
def test_native_code_that_keeps_the_interpreter_does_not_keep_the_server_from_ending() -> None:
    with Server(command=[sys.executable, "-c", STUCK]) as one, one.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        one.line("looking")
        one.signal(signal.SIGTERM)
        code, complaint = one.end()
    assert code == 1
    assert "Timeout" in complaint
