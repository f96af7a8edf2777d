"""A server whose place others have: nobody is accepted, and each connection's last answer says that it is."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator

import pytest

from tests.servers import Server, read_all, read_past, refuses, until

RETIRES = """
import asyncio, sys, threading
from mockade.server import uvicorn_server
from mockade.server.listener import bind, url_of

uvicorn_server.RETIREMENT = float(sys.argv[1])
retiring = threading.Event()

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    headers = [(b"content-length", b"%d" % len(scope["path"]))]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    if scope["path"] == "/streamed":
        await send(start)
    if scope["path"] == "/retire":
        retiring.set()
    elif scope["path"] != "/fast":
        print(scope["path"], flush=True)
        while not server.config.is_retiring:
            await asyncio.sleep(0.01)
    if scope["path"] != "/streamed":
        await send(start)
    await send({"type": "http.response.body", "body": scope["path"].encode()})

listener = bind("127.0.0.1", 0)
ready = lambda: print("Mockade is ready:", url_of(listener, "127.0.0.1"), flush=True)
server = uvicorn_server.make_server(app, listener, ready, patience=20.0, retiring=retiring)
server.run(sockets=[listener])
"""


def retires(seconds: float) -> Server:
    return Server(command=[sys.executable, "-c", RETIRES, str(seconds)])


@pytest.fixture
def served() -> Iterator[Server]:
    with retires(60) as one:
        yield one
        assert one.end() == (0, ""), "it ends by itself when the last connection has"


def asking(server: Server, *paths: str, version: str = "1.1") -> socket.socket:
    """A connection that has asked for these, one behind the other."""
    connection = server.connect()
    ask(connection, *paths, version=version)
    return connection


def ask(connection: socket.socket, *paths: str, version: str = "1.1") -> None:
    kept = "Connection: keep-alive\r\n" if version == "1.0" else ""
    head = "GET {} HTTP/{}\r\nHost: x\r\n{}\r\n"
    connection.sendall("".join(head.format(path, version, kept) for path in paths).encode())


def retire(server: Server) -> None:
    """Let it retire, and wait until it has begun to."""
    assert server.request("GET", "/retire").status_code == 200
    until(lambda: refuses(server))


def test_an_idle_connection_is_answered_once_more(served: Server) -> None:
    with served.connect() as never_asked, asking(served, "/fast") as asked:
        assert b"connection" not in read_past(asked, b"/fast")
        retire(served)
        for connection in (never_asked, asked):
            ask(connection, "/fast")
            assert b"connection: close" in (answer := read_all(connection))
            assert answer.endswith(b"/fast")


def test_an_answer_that_is_due_is_the_last(served: Server) -> None:
    with asking(served, "/slow") as connection:
        served.line("/slow")
        retire(served)
        assert re.search(rb"connection: close.*/slow$", read_all(connection), re.DOTALL)


def test_an_answer_that_had_begun_is_followed_by_another(served: Server) -> None:
    with asking(served, "/streamed") as connection:
        served.line("/streamed")
        retire(served)
        assert b"connection" not in read_past(connection, b"/streamed")
        ask(connection, "/fast")
        assert b"connection: close" in read_all(connection)


@pytest.mark.parametrize("is_early", [True, False])
def test_requests_that_wait_for_each_other_are_all_answered(served: Server, is_early: bool) -> None:
    paths = ["/slow", "/fast", "/fast"]
    with asking(served, *(paths if is_early else ["/fast"])) as connection:
        if is_early:
            served.line("/slow")
        else:
            read_past(connection, b"/fast")
        retire(served)
        if not is_early:
            ask(connection, *paths)
        answers = read_all(connection)
    heads = re.findall(rb"HTTP/1.1 200 OK.*?\r\n\r\n", answers, re.DOTALL)
    assert [b"connection: close" in head for head in heads] == [False, False, True]


def test_a_connection_of_http_1_0_is_told_too(served: Server) -> None:
    with asking(served, "/fast", version="1.0") as asked, asking(served, "/slow", version="1.0") as due:
        assert b"connection: keep-alive" in read_past(asked, b"/fast")
        served.line("/slow")
        retire(served)
        ask(asked, "/fast", version="1.0")
        for connection in (asked, due):
            answer = read_all(connection)
            assert b"connection: close" in answer
            assert b"keep-alive" not in answer


def test_who_asks_nothing_any_more_is_waited_for_only_so_long() -> None:
    with retires(0.1) as one, one.connect() as connection:
        retire(one)
        assert read_all(connection) == b""
        assert one.end() == (0, "")
