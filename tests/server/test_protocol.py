"""uvicorn's protocol with limits to a request's head, and all that it needs of uvicorn.

Holds `server/http_connection.py` and `server/upgrade.py` too.
"""

from __future__ import annotations

import ast
import asyncio
import gc
import inspect
import socket
import struct
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from mockade.server import http_connection, protocol, repeating_protocol, uvicorn_server
from mockade.server.http_connection import HttpConnection
from mockade.server.protocol import LimitedProtocol
from mockade.server.repeating_protocol import RepeatingProtocol
from mockade.testing import MockServer
from tests.server.wire import Wire
from tests.servers import KEY, SESSIONS, Server, half_a_request, read_all, read_past

OF_PROTOCOL = {
    *(
        "config",
        "connection_lost",
        "connection_made",
        "cycle",
        "data_received",
        "loop",
        "on_headers_complete",
    ),
    *("flow", "on_body", "on_header", "on_message_begin", "on_message_complete", "on_response_complete"),
    *(
        "parser",
        "pipeline",
        "scope",
        "server_state",
        "shutdown",
        "transport",
        "url",
        "headers",
        "_unset_keepalive_if_required",
    ),
    *("server_state", "timeout_keep_alive", "timeout_keep_alive_handler", "timeout_keep_alive_task"),
}
"""What our protocol reads, sets or overrides of uvicorn's (private) HttpToolsProtocol."""

OF_CYCLE = {
    *("default_headers", "disconnected", "keep_alive", "message_event", "more_body"),
    *("response_complete", "response_started", "scope"),
}
"""What it and a request's connection read and set of uvicorn's (private) RequestResponseCycle."""

OF_SERVER = {
    *("config", "force_exit", "handle_exit", "main_loop", "on_tick", "run", "server_state", "should_exit"),
    *("shutdown", "startup"),
}
"""What our server overrides, calls and sets of uvicorn's Server,"""

OF_RUNNING_SERVER = {"lifespan", "servers"}
"""and what it has of it while it runs."""


async def idle_app(_scope: Any, _receive: Any, _send: Any) -> None:
    return


async def one_request() -> tuple[HttpToolsProtocol, RequestResponseCycle]:
    """uvicorn's own protocol, without ours, and its account of a request that has come."""
    config = uvicorn.Config(idle_app, log_config=None, lifespan="off")
    config.load()
    made = HttpToolsProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    made.connection_made(Wire())
    made.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    cycle = made.cycle
    for task in made.tasks:
        task.cancel()
    return made, cycle


def test_this_uvicorn_has_all_that_is_needed_of_it() -> None:
    made, cycle = asyncio.run(one_request())
    server = uvicorn.Server(made.config)
    for one, needed in ((made, OF_PROTOCOL), (cycle, OF_CYCLE), (server, OF_SERVER)):
        missing = sorted(name for name in needed if not hasattr(one, name))
        assert not missing, f"uvicorn {uvicorn.__version__}: {type(one).__name__} has no {', '.join(missing)}"
    assert attributes(uvicorn.server, "Server", "self") >= OF_RUNNING_SERVER
    taken = inspect.signature(uvicorn.Config).parameters
    assert {"http", "timeout_keep_alive"} <= taken.keys()


def attributes(module: Any, owner: str, of: str) -> set[str]:
    """The attributes of a class that stand behind the expression `of`, or are its own methods."""
    (found,) = (
        node
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef) and node.name == owner
    )
    return {
        node.attr
        for node in ast.walk(found)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == of
    }


def test_the_lists_of_what_is_needed_are_complete() -> None:
    ours, used, of_cycle = {"_ended"}, set[str](), set[str]()
    for module, owner in ((protocol, LimitedProtocol), (repeating_protocol, RepeatingProtocol)):
        ours |= vars(owner).keys() - vars(HttpToolsProtocol).keys()
        name = owner.__name__
        used |= attributes(module, name, "self") | attributes(module, name, "super()")
        of_cycle |= attributes(module, name, "self.cycle") | attributes(module, name, "cycle")
    assert used - ours == OF_PROTOCOL
    assert of_cycle | attributes(http_connection, "HttpConnection", "self._cycle") == OF_CYCLE
    ours = {name for name in vars(uvicorn_server.Server) if name not in vars(uvicorn.Server)}
    ours |= {"_loop", "_retiring", "_started", "_stopped", "finished"}
    of_server = attributes(uvicorn_server, "Server", "self") - ours
    of_server |= attributes(uvicorn_server, "Server", "super()") - {"__init__"}
    assert of_server <= OF_SERVER | OF_RUNNING_SERVER


def test_a_connection_that_is_gone_cannot_be_dropped() -> None:
    class Gone:
        """A transport whose socket is closed: it takes nothing but this question."""

        def is_closing(self) -> bool:
            return True

    gone: Any = Gone()
    for how in ("empty", "reset", "half"):
        HttpConnection(gone, gone, gone, b"", gone).drop(how)


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


def test_what_was_answered_does_not_stay_with_its_connection() -> None:
    with MockServer("meshmap") as mock:
        connection = socket.create_connection(("127.0.0.1", int(mock.url.rpartition(":")[2])), 30)
        connection.sendall(f"GET {SESSIONS} HTTP/1.1\r\nHost: x\r\n{KEY}\r\n\r\n".encode())
        assert read_past(connection, b"]}").startswith(b"HTTP/1.1 200 ")
        own = connection.getsockname()
        (held,) = [one for one in gc.get_objects() if isinstance(one, LimitedProtocol) and one.client == own]
        mock.health()  # the loop has turned meanwhile
        assert (held.scope, held.cycle.scope) == ({}, {})
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        while held.parser is not None:  # until it has noticed
            mock.health()
        assert held.timeout_keep_alive_task is None, "a reset connection waits for nothing"
