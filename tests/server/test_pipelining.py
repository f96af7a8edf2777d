"""Requests that come without waiting, and what comes after a body or is no request (`server/held_flow.py`).

The protocol is driven without a socket: what it writes is what a client would read.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from uvicorn.server import ServerState

from mockade.server import protocol
from mockade.server.protocol import LARGEST_HEAD, MOST_WAITING, Config, LimitedProtocol
from tests.server.wire import Wire


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the path, the names of the headers and the body."""
    names = ",".join(name.decode() for name, _ in scope["headers"])
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    text = f"<{scope['path']} {names} {body.decode()}>".encode()
    headers = [(b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


class Talk:
    """What came of a connection: what was written, and how many requests had to wait at the most."""

    def __init__(self, wire: Wire, most_waiting: int) -> None:
        self.closed = wire.closed
        self.text = wire.written.decode("latin-1")
        self.statuses = re.findall(r"HTTP/1\.1 (\d+)", self.text)
        self.answers = re.findall(r"<([^>]*)>", self.text)
        self.most_waiting = most_waiting


def talk(pieces: Sequence[bytes], app: Any = echo) -> Talk:
    """Send pieces over one connection, each as soon as reading is not paused, until all is answered."""

    async def run() -> Talk:
        config = Config(app, patience=20.0, log_config=None, lifespan="off", ws="none")
        config.load()
        made = LimitedProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        wire = Wire()
        made.connection_made(wire)
        most = 0
        for piece in pieces:
            for _ in range(10_000):
                if not wire.paused or wire.closed:
                    break
                await asyncio.sleep(0)
            if wire.closed:
                break
            made.data_received(piece)
            most = max(most, len(made.pipeline))
        for _ in range(10_000):
            await asyncio.sleep(0)
            if not made.tasks and not made.pipeline:
                break
        await asyncio.sleep(0.01)
        talked = Talk(wire, most)
        made.connection_lost(None)
        return talked

    return asyncio.run(run())


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


MANY = 3_000


def test_thousands_of_requests_at_once_are_answered_in_order() -> None:
    talked = talk([b"".join(get(f"/{number}") for number in range(MANY))])
    assert talked.statuses == ["200"] * MANY
    assert talked.answers == [f"/{number} host " for number in range(MANY)]
    assert talked.most_waiting <= MOST_WAITING


@pytest.mark.parametrize("seed", range(4))
def test_however_the_bytes_are_cut_every_request_is_answered_in_order(seed: int) -> None:
    chance = random.Random(seed)
    wanted = []
    data = b""
    for number in range(400):
        body = b"b" * chance.choice((0, 0, 1, 5_000))
        data += post(f"/{number}", body) if body else get(f"/{number}")
        wanted.append(f"/{number} host{',content-length' if body else ''} {body.decode()}")
    pieces = []
    while data:
        size = chance.choice((1, 7, 60, 4_000, 100_000))
        pieces.append(data[:size])
        data = data[size:]
    talked = talk(pieces)
    assert talked.answers == wanted
    assert set(talked.statuses) == {"200"}


def test_what_is_no_request_is_answered_after_those_before_it() -> None:
    talked = talk([get("/1") + get("/2") + b"NO REQUEST\r\n\r\n" + get("/3")])
    assert talked.statuses == ["200", "200", "400"]
    assert talked.answers == ["/1 host ", "/2 host "]


@pytest.mark.parametrize("method", ["FOO", "get", "A" * 500, "X-Y!"])
def test_a_method_that_http_does_not_know_is_not_implemented(method: str) -> None:
    unknown = f"{method} /3 HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert talk([get("/1") + unknown]).statuses == ["200", "501"]
    assert talk([unknown[:3], unknown[3:]]).statuses == ["501"]


@pytest.mark.parametrize("line", [b"G T /", b"\x01X / HTTP/1.1", b"FOO /", b"FOO / HTTP/3"])
def test_what_only_begins_like_a_method_is_no_request(line: bytes) -> None:
    assert talk([line + b"\r\n\r\n"]).statuses == ["400"]


def test_a_body_that_is_malformed_is_answered_after_the_requests_before_it() -> None:
    bad = b"POST /bad HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n"
    assert talk([get("/1") + get("/2") + bad]).statuses == ["200", "200", "400"]
    assert talk([bad]).statuses == ["400"]


def test_a_head_that_is_too_large_is_refused_after_the_requests_before_it() -> None:
    endless = b"GET /3 HTTP/1.1\r\nHost: x\r\nX-Filler: "
    talked = talk([get("/1") + get("/2") + endless, *[b"x" * 16_000] * 6])
    assert talked.statuses == ["200", "200", "431"]


# Trailers

CHUNKED = b"POST /%s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"


@pytest.mark.parametrize(
    "trailer",
    [b"X-Mockade-World: other", b"X-Mockade-Token: secret", b"Authorization: Bearer ada", b"Host: evil"],
)
def test_a_trailer_is_no_header(trailer: bytes) -> None:
    talked = talk([CHUNKED % b"1" + trailer + b"\r\nX-More: 1\r\n\r\n" + get("/2")])
    assert talked.answers == ["/1 host,transfer-encoding hello", "/2 host "]


def test_a_trailer_that_comes_before_the_request_is_looked_at_is_none_either() -> None:
    async def late(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.01)
        await echo(scope, receive, send)

    assert talk([CHUNKED % b"1", b"X-Late: 1\r\n\r\n"], late).answers == ["/1 host,transfer-encoding hello"]


@pytest.mark.parametrize(
    "more",
    [[b"X-Filler: " + b"x" * 8_000 + b"\r\n"] * 40, [b"X-Filler: ", *[b"x" * 16_000] * 20]],
    ids=["many", "one"],
)
def test_trailers_without_end_are_not_kept(more: list[bytes]) -> None:
    assert talk([CHUNKED % b"1", *more]).statuses == ["431"]


def test_large_chunks_are_no_trailers() -> None:
    chunk = b"4000\r\n" + b"c" * 0x4000 + b"\r\n"
    head = b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    talked = talk([head, *[chunk] * 8, b"0\r\n\r\n"])
    assert len(talked.answers[0]) > LARGEST_HEAD
    assert talked.statuses == ["200"]


# HTTP/1.0


def test_a_connection_of_http_1_0_is_kept_where_that_is_asked() -> None:
    kept = b"GET /%d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    talked = talk([kept % 1, kept % 2, b"GET /3 HTTP/1.0\r\n\r\n", kept % 4])
    assert talked.answers == ["/1 connection ", "/2 connection ", "/3  "]
    assert talked.text.count("connection: keep-alive\r\n") == 2
    assert talked.closed


def test_a_server_that_is_told_no_more_than_may_wait_reads_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_WAITING", 2)

    async def never(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    async def run() -> tuple[int, bool]:
        config = Config(never, patience=20.0, log_config=None, lifespan="off", ws="none")
        config.load()
        made = LimitedProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        wire = Wire()
        made.connection_made(wire)
        made.data_received(b"".join(get(f"/{number}") for number in range(100)))
        await asyncio.sleep(0)
        for task in made.tasks:
            task.cancel()
        return len(made.pipeline), wire.paused

    assert asyncio.run(run()) == (2, True)
