"""What HTTP/1.1 asks of every request: one Host that is one, and of an older request no coding it lacks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mockade.server.http_rules import HttpRules


def answered(version: str, *headers: tuple[bytes, bytes]) -> tuple[int, str]:
    """The status and the text that a request is answered with; 200 where it goes on to the application."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"went on"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read of it")

    scope = {"type": "http", "http_version": version, "headers": list(headers)}
    asyncio.run(HttpRules(app, 1)(scope, receive, send))
    if sent[0]["status"] >= 400:
        assert (b"connection", b"close") in sent[0]["headers"]
    return sent[0]["status"], sent[1]["body"].decode()


@pytest.mark.parametrize(
    "host",
    [
        *(
            b"localhost",
            b"localhost:8080",
            b"game.test.",
            b"127.0.0.1:1",
            b"[::1]:8080",
            b"[::ffff:127.0.0.1]",
        ),
        *(b"my_service:80", b"xn--bcher-kva.example", b"a%20b", b"host:", b"a,b"),
    ],
)
def test_a_host_is_a_name_or_an_address_with_or_without_a_port(host: bytes) -> None:
    assert answered("1.1", (b"host", host)) == (200, "went on")


@pytest.mark.parametrize(
    "host",
    [
        *(
            b"",
            b" ",
            b"a b",
            b"a/b",
            b"user@host",
            b"http://host",
            b"host:80:80",
            b"host:port",
            b"[::1",
            b"::1",
        ),
        *(b"a\tb", b"h\xc3\xb6st", b"[name]", b"a#b", b'"a"', b"a?b"),
    ],
)
def test_a_host_that_is_none_is_refused(host: bytes) -> None:
    status, text = answered("1.1", (b"host", host))
    assert (status, "neither a name nor an address" in text) == (400, True)


@pytest.mark.parametrize(
    "host", [b"localhost:65536", b"localhost:99999", b"[::1]:0000070000", b"a:" + b"9" * 400]
)
def test_a_host_whose_port_cannot_be_is_refused(host: bytes) -> None:
    status, text = answered("1.1", (b"host", host))
    assert (status, "beyond 65535" in text) == (400, True)
    assert answered("1.1", (b"host", b"localhost:65535"))[0] == 200


@pytest.mark.parametrize("version", ["2.0", "0.9", "3.0"])
def test_another_version_of_http_is_told_which_are_served(version: str) -> None:
    status, text = answered(version, (b"host", b"a"))
    assert (status, "HTTP/1.1" in text) == (505, True)


def test_a_host_that_is_missing_or_comes_twice_is_refused() -> None:
    assert answered("1.1")[0] == 400
    assert "missing" in answered("1.1", (b"accept", b"*/*"))[1]
    assert "more than once" in answered("1.1", (b"host", b"a"), (b"x", b"y"), (b"host", b"a"))[1]
    assert answered("1.0", (b"host", b"a"), (b"host", b"b"))[0] == 400


def test_http_1_0_needs_no_host_and_knows_no_transfer_coding() -> None:
    assert answered("1.0") == (200, "went on")
    status, text = answered("1.0", (b"transfer-encoding", b"chunked"))
    assert (status, "Content-Length" in text) == (400, True)
    assert answered("1.1", (b"host", b"a"), (b"transfer-encoding", b"chunked"))[0] == 200
