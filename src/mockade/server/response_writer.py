"""A whole answer as the bytes that go out."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from mockade.asgi import Headers
from mockade.server.repeats import Whole


def written(answer: Whole, default: Headers) -> bytes:
    """An answer as it goes out, the `default` headers first."""
    status, headers, body = answer
    pieces = [STATUS_LINE[status]]
    for name, value in (*default, *headers):
        pieces += (name, b": ", value, b"\r\n")
    pieces += (b"\r\n", body)
    return b"".join(pieces)
