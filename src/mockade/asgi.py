"""ASGI's types, and how to find a header in a scope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Headers = Sequence[tuple[bytes, bytes]]
"""Names in lower case, and values."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that (lower-case) name, or None."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None
