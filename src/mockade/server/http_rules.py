"""What HTTP/1.1 asks of a request and no parser sees to: one Host, and no coding that HTTP/1.0 lacks."""

from __future__ import annotations

import re

from mockade.asgi import App, Receive, Scope, Send
from mockade.server.connection import OWN_PORT

_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::(?P<port>[0-9]*))?")
"""A name, an IPv4 address, or an IPv6 one in brackets, and perhaps a port (RFC 9110, 7.2)."""


_HIGHEST_PORT = 65_535


class HttpRules:
    """Answers 400 to a request that breaks a rule of RFC 9112, 505 to another HTTP; then the connection ends.

    At the start it tells the application which port it is served on.
    """

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope.setdefault("extensions", {})[OWN_PORT] = self._port
        if scope["type"] == "http" and scope["http_version"] not in ("1.0", "1.1"):
            await _refuse(505, "This is served with HTTP/1.1 and HTTP/1.0 alone.", send)
            return
        reason = _breach(scope) if scope["type"] == "http" else ""
        await (_refuse(400, reason, send) if reason else self._app(scope, receive, send))


def _breach(scope: Scope) -> str:
    """What is wrong with the request, in a sentence; empty where nothing is."""
    hosts = 0
    for name, value in scope["headers"]:
        if name == b"host":
            hosts += 1
            host = _HOST.fullmatch(value)
            if host is None:
                return "The Host header is neither a name nor an address: send one such as localhost:8080."
            if int(host["port"] or 0) > _HIGHEST_PORT:
                return f"The Host header has a port beyond {_HIGHEST_PORT}: send one such as localhost:8080."
        elif name == b"transfer-encoding" and scope["http_version"] == "1.0":
            return "HTTP/1.0 knows no Transfer-Encoding: send the body with its Content-Length, or HTTP/1.1."
    if hosts > 1:
        return "The Host header came more than once: send it once."
    if hosts == 0 and scope["http_version"] == "1.1":
        return "The Host header is missing, which HTTP/1.1 asks for: send one such as localhost:8080."
    return ""


async def _refuse(status: int, reason: str, send: Send) -> None:
    body = f"{reason}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
