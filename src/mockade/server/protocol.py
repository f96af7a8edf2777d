"""uvicorn's HTTP protocol, with limits to how long a request's head may be and take."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockade.server.connection import EXTENSION, Connection
from mockade.server.corking import Corked

LARGEST_HEAD = 64 * 1024
"""Bytes for which a request's head may go on after what came at once; uvicorn itself has no bound."""

_HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 50\r\nconnection: close\r\n\r\nThe headers of a request may have 64 KiB in all.\r\n"
)

_UPGRADE = re.compile(rb"(?<=\r\n)upgrade(?=:)", re.IGNORECASE)


def _without_upgrade(data: bytes) -> bytes:
    """A request's head without its wish for another protocol, which a server may ignore (RFC 9110).

    The parser would take what follows for that protocol, and a client that offers HTTP/2 beside a body would
    lose the body. The header's name is replaced by one of its length: what is taken for a head may be the
    rest of a body that nobody wants any more, and its length was announced.
    """
    if b"\nupgrade:" not in data.lower():  # a tenth of what the pattern costs, and hardly any request has it
        return data
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"ignored", head) + end + rest


def _patient(patience: float) -> type[HttpToolsProtocol]:
    """Uvicorn's protocol, with limits to how long a request's head may be and take; uvicorn has neither.

    Each request finds its connection in its scope.
    """

    class Patient(HttpToolsProtocol):
        _head_timer: asyncio.TimerHandle | None = None
        _in_head = False
        _head_size = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.transport = Corked(transport, self.loop)  # type: ignore[assignment]  # as far as it is asked
            self._over = asyncio.Event()
            self._wait_for_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._over.set()
            self._stop_waiting()
            super().connection_lost(exc)

        def shutdown(self) -> None:
            self._over.set()
            super().shutdown()

        def on_message_begin(self) -> None:
            self._in_head = True
            self._head_size = 0
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._in_head = False
            super().on_headers_complete()
            if self.cycle is not None and self.cycle.scope is self.scope:
                # Its task is made, but has not begun.
                extensions: dict[str, Any] = self.scope.setdefault("extensions", {})
                extensions[EXTENSION] = Connection(self.transport, self.cycle, self._over)

        def data_received(self, data: bytes) -> None:
            if self._head_size > LARGEST_HEAD:
                return
            in_head = self._in_head
            if in_head or self._is_between_requests():
                data = _without_upgrade(data)
            super().data_received(data)
            if in_head and self._in_head:
                self._head_size += len(data)
            if self._head_size > LARGEST_HEAD:
                self.transport.write(_HEAD_TOO_LARGE)
                # Closing at once on what still comes would reset the connection, and the answer with it.
                self.loop.call_later(1.0, self.transport.close)
                return
            if self._in_head or self._is_between_requests():
                self._wait_for_head()
            else:
                self._stop_waiting()

        def _is_between_requests(self) -> bool:
            return self.cycle is None or self.cycle.response_complete

        def _wait_for_head(self) -> None:
            """A head that trickles in is due when it was due at its first byte."""
            if self._head_timer is None and not self.transport.is_closing():
                self._head_timer = self.loop.call_later(patience, self._give_up)

        def _stop_waiting(self) -> None:
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None

        def _give_up(self) -> None:
            self._head_timer = None
            if self._is_between_requests():
                self.transport.close()
            else:
                self._wait_for_head()  # an earlier request of this connection is still to be answered

    return Patient
