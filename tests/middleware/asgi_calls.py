"""An ASGI application called without a server or a client in between."""

from __future__ import annotations

import asyncio
from typing import Any


def scope_of(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """The scope of a request; an underscore in a header's name stands for a hyphen."""
    lines = {"host": "localhost", **headers}
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in lines.items()],
    }


def sent_by(app: Any, scope: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages that an application sends for a request without a body."""
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    asyncio.run(app(scope, receive, send))
    return messages
