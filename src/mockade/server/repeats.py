"""Requests that came before, to the byte, and are answered without being read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto

from mockade.asgi import Headers

Whole = tuple[int, Headers, bytes]
"""An answer's status, headers and body."""


class When(Enum):
    """What is said in place of an answer."""

    LATER = auto()
    """It is not known yet whether it holds."""


Reply = Callable[[Whole | None], None]
"""Takes an answer, or None where the request is to go the usual way after all."""

Repeated = Callable[[asyncio.Future[None], Reply], Whole | When | None]
"""Answers a request that came again, or tells by None that it is to go the usual way.

It is called with what is done when the request's connection has ended, as HttpConnection has it, and with
what is called once with the answer where that comes later.
"""

MOST = 256
"""Requests that are known,"""

LONGEST = 4096
"""and the bytes of a head that is."""

_EXCLUDING = frozenset({b"content-length", b"expect", b"origin", b"transfer-encoding", b"upgrade"})
"""Headers of requests with a body, or of which more is asked than an answer."""


class Repeats:
    """The requests that a server's clients repeat, by their heads as they came."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[bytes, Repeated] = {}

    def add(self, head: bytes, headers: Headers, answer: Repeated) -> None:
        """Let `answer` answer what comes again with that head, if that may be."""
        if len(head) > LONGEST or not head.startswith(b"GET ") or not head.endswith(b"\r\n\r\n"):
            return
        for name, value in headers:
            if name in _EXCLUDING or (name == b"connection" and value != b"keep-alive"):
                return
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[head] = answer

    def answer(self, head: bytes, ended: asyncio.Future[None], reply: Reply) -> Whole | When | None:
        """The answer to what came before, if it is known; it came by the connection that has so `ended`."""
        answer = self._known.get(head)
        if answer is None:
            return None
        whole = answer(ended, reply)
        if whole is None:
            self._known.pop(head, None)
        return whole

    def __contains__(self, head: bytes) -> bool:
        return head in self._known
