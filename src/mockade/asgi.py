"""ASGI's types, and a scope's headers and cookies."""

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


def header_list(scope: Scope, name: bytes) -> str:
    """All values of a header, joined as one list; empty when it did not come."""
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ", ".join(values) if values else ""


def cookies(scope: Scope) -> dict[str, str]:
    """The cookies of a request by name; of several of one name the first."""
    return {name: values[0] for name, values in cookie_values(scope).items()}


def cookie_values(scope: Scope) -> dict[str, list[str]]:
    """The values of a request's cookies, of all its cookie headers (HTTP/2 front ends split them).

    The standard jar drops all cookies when it dislikes one or a space in a value, and takes quadratic time
    over backslashes; RFC 6265 knows quotes around a value and no escapes in it.
    """
    found: dict[str, list[str]] = {}
    for raw in (value for key, value in scope["headers"] if key == b"cookie"):
        for part in raw.decode("latin-1").split(";"):
            name, equals, value = part.strip().partition("=")
            if equals:
                quoted = len(value) > 1 and value[0] == value[-1] == '"'
                found.setdefault(name, []).append(value[1:-1] if quoted else value)
    return found
