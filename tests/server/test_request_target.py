"""A request line with a whole address says whom it asks, and is held to what is asked of `Host`."""

from __future__ import annotations

from typing import Any

import pytest

from mockade.middleware.guard import Guard
from mockade.server.http_rules import HttpRules
from mockade.server.request_target import origin_form
from tests.server.test_pipelining import talk


async def host_and_path(scope: Any, _receive: Any, send: Any) -> None:
    host = next(value.decode() for name, value in scope["headers"] if name == b"host")
    try:
        Guard("").know_host(scope)
    except Exception:
        host = f"foreign {host}"
    text = f"<{host} {scope['path']} {scope['query_string'].decode()}>".encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]}
    )
    await send({"type": "http.response.body", "body": text})


def asked(target: str, version: str = "HTTP/1.1") -> tuple[list[str], list[str]]:
    """The statuses of a request whose `Host` is this machine, and what the application was told."""
    head = f"GET {target} {version}\r\nHost: localhost:8080\r\n\r\n".encode()
    told = talk([head], HttpRules(host_and_path, 1))
    return told.statuses, told.answers


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/a?b=1", "localhost:8080 /a b=1"),
        ("//evil.example/a", "localhost:8080 //evil.example/a "),
        ("http://localhost/a?b=1", "localhost /a b=1"),
        ("http://127.0.0.1:9", "127.0.0.1:9 / "),
        ("http://localhost?b=1", "localhost / b=1"),
        ("HTTP://evil.example/_mockade/v1/worlds", "foreign evil.example /_mockade/v1/worlds "),
        ("https://evil.example:80/a%20b", "foreign evil.example:80 /a b "),
    ],
)
def test_whom_a_request_line_names_is_whom_it_asks(target: str, told: str) -> None:
    assert asked(target) == (["200"], [told])


@pytest.mark.parametrize(
    "target", ["http:///a", "http://me@localhost/a", "http://localhost:99999/a", "http://a b/"]
)
def test_a_request_line_whose_host_is_none_is_refused(target: str) -> None:
    assert asked(target) == (["400"], [])


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9", "HTTP/3.7"])
def test_a_request_line_of_another_http_is_refused(version: str) -> None:
    statuses, answers = asked("/", version)
    assert statuses in (["505"], ["400"])
    assert answers == []


def test_a_host_that_comes_twice_still_does() -> None:
    headers = [(b"host", b"a"), (b"x", b"y"), (b"host", b"b")]
    assert origin_form(b"http://c/d", headers) == b"/d"
    assert headers == [(b"host", b"c"), (b"x", b"y"), (b"host", b"c")]
