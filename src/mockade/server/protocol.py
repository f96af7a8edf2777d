"""All that reaches into uvicorn's HTTP protocol, with what it imports of here: limits to a request's head.

tests/server/test_protocol.py names each attribute of uvicorn that this needs.
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any

from httptools import HttpParserInvalidMethodError
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mockade.server.connection import EXTENSION
from mockade.server.corking import CorkedTransport
from mockade.server.held_flow import HeldFlow
from mockade.server.http_connection import HttpConnection
from mockade.server.repeating_protocol import RepeatingConfig, RepeatingProtocol
from mockade.server.request_target import origin_form
from mockade.server.upgrade import without_upgrade

LARGEST_HEAD = 64 * 1024
"""Bytes for which a request's head may go on after what came at once; uvicorn itself has no bound."""

_COMPLAINT = (
    b"HTTP/1.1 %s\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s"
)

_HEAD_TOO_LARGE = b"The headers of a request may have 64 KiB in all.\r\n"

_UNKNOWN_METHOD = b"HTTP knows no such method; those that it knows are in capitals, such as GET and POST.\n"

_REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: [!-~]+ HTTP/1\.[01]\r\n|$)")
"""A request's first line, or a method of which that is all that came."""

MOST_WAITING = 100
"""Requests of a connection that may wait for the answer to one; what comes beyond them is read later."""


class Config(RepeatingConfig):
    """uvicorn's settings, and `patience`: the seconds that a request's head may take to come."""

    def __init__(self, app: Any, *, patience: float, **settings: Any) -> None:
        super().__init__(app, http=LimitedProtocol, **settings)
        self.patience = patience


class LimitedProtocol(RepeatingProtocol):
    """uvicorn's protocol, with limits to how long a request's head may be and take; uvicorn has neither.

    Requests that are sent without waiting for answers are answered in their order, and so is what is no
    request. Trailers are dropped: they are no headers (RFC 9110, 6.5.1). Puts each request's HttpConnection
    into its scope.
    """

    config: Config

    _head_timer: asyncio.TimerHandle | None = None
    _in_message = False
    _in_head = False
    _in_trailers = False
    _has_begun = False
    """Whether a request has begun in the data that is read."""
    _size = 0
    """Bytes for which a head, or a body's trailers, have gone on after what came at once."""
    _fed = b""
    """What is being read."""
    _in_parts = False
    """Whether that began within a request."""
    _complaint = b""
    """What is answered once all requests before it are; nothing that comes after it is read."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # asyncio's stub says BaseTransport, and a socket's is a Transport
        super().connection_made(transport)
        self.flow = HeldFlow(transport)
        # It has what uvicorn asks of a transport.
        self.transport = CorkedTransport(transport, self.loop)  # type: ignore[assignment]  # it wraps a Transport without being one
        self._ended = self.loop.create_future()
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        self._stop_head_timer()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()  # uvicorn leaves it where the client reset the connection

    def shutdown(self) -> None:
        self._end()
        super().shutdown()

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    def on_message_begin(self) -> None:
        self._in_message = self._in_head = self._has_begun = True
        self._size = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    def retire(self) -> None:
        """The answer that is due, else the one to the next request, is the last, and says so."""
        if self.cycle is not None and not self.cycle.response_started:
            self.cycle.keep_alive = False
            self.cycle.default_headers = self.server_state.default_headers

    def _retire_behind(self, former: RequestResponseCycle | None) -> None:
        """Make a request that has come the last one, in the place of those that wait before it."""
        self.cycle.keep_alive = False
        if former is not None and not former.response_started:
            former.keep_alive = True

    def on_headers_complete(self) -> None:
        self._in_head = False
        former = self.cycle
        self.url = origin_form(self.url, self.headers)
        super().on_headers_complete()
        if self.cycle is not None and self.cycle.scope is self.scope:
            # Its task is made, but has not begun.
            extensions: dict[str, Any] = self.scope.setdefault("extensions", {})
            head = self._fed if self.cycle.keep_alive and not self._in_parts else b""
            extensions[EXTENSION] = HttpConnection(
                self.transport, self.cycle, self._ended, head, self.config.repeats
            )
            if self.config.is_retiring:
                self._retire_behind(former)
            elif self.scope["http_version"] == "1.0" and self.parser.should_keep_alive():
                self.cycle.keep_alive = True
                self.cycle.default_headers = [*self.cycle.default_headers, (b"connection", b"keep-alive")]

    def on_chunk_header(self) -> None:
        self._in_trailers = True  # unless a chunk follows
        self._size = 0

    def on_body(self, body: bytes) -> None:
        self._in_trailers = False
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_message = self._in_trailers = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        if self._complaint:
            return
        if self._unread:
            self._unread += data
        elif self._awaited:
            self._unread = data
            self.flow.hold()
        elif self._in_message or data not in self.config.repeats or not self._answers_at_once(data):
            self._read(data)  # pieces of a body are not even looked up: to hash a large one takes long

    def _read(self, data: bytes) -> None:
        """Read heads one by one, so that no more requests are made of them than may wait."""
        at = 0
        while at < len(data) and not self._complaint:
            if len(self.pipeline) >= MOST_WAITING:
                self._unread = data[at:]
                self.flow.hold()
                return
            end = 0 if self._in_message and not self._in_head else data.find(b"\r\n\r\n", at) + 4
            end = end if end > 4 else len(data)
            self._feed(data[at:end])
            at = end
        if self._in_head or self._is_between_requests():
            self._start_head_timer()
        else:
            self._stop_head_timer()

    def _feed(self, data: bytes) -> None:
        in_head, in_trailers = self._in_head, self._in_trailers
        self._in_parts = self._in_message
        self._has_begun = False
        self._fed = data
        super().data_received(data if self._in_message and not in_head else without_upgrade(data))
        if (in_head and self._in_head and not self._has_begun) or (in_trailers and self._in_trailers):
            self._size += len(data)
        if self._size > LARGEST_HEAD:
            self._complain(b"431 Request Header Fields Too Large", _HEAD_TOO_LARGE)

    def send_400_response(self, msg: str) -> None:
        status, text = b"400 Bad Request", msg.encode()
        is_of_method = isinstance(sys.exception(), HttpParserInvalidMethodError)
        if is_of_method and _REQUEST_LINE.match(self._fed.lstrip(b"\r\n")):
            status, text = b"501 Not Implemented", _UNKNOWN_METHOD
        self._complain(status, text)

    def _complain(self, status: bytes, text: bytes) -> None:
        """Answer what is no request, after those before it, and look at nothing that comes any more."""
        self._complaint = _COMPLAINT % (status, len(text), text)
        self._unread = b""
        self.flow.release()  # what is not read would reset the connection
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            self._send_complaint()
        elif cycle.more_body and self._in_message and not self._in_head:  # it is about this one's own body
            if self.pipeline:
                self.pipeline.popleft()
            elif cycle.response_started:
                self.transport.close()
            else:
                cycle.disconnected = True
                cycle.message_event.set()
                self._send_complaint()

    def _send_complaint(self) -> None:
        self.transport.write(self._complaint)
        # Closing at once on what still comes would reset the connection, and the answer with it.
        self.loop.call_later(1.0, self.transport.close)

    def on_response_complete(self) -> None:
        was_last = not self.pipeline
        super().on_response_complete()
        if was_last:
            self._forget_request()
        if self.transport.is_closing():
            return
        if self._complaint:
            if was_last:
                self._send_complaint()
        elif self._unread and len(self.pipeline) <= MOST_WAITING // 2:
            self._read_on()
        elif self.pipeline:
            self.flow.pause_reading()

    def _forget_request(self) -> None:
        """Let go of what was asked and answered last: the connection may stay for long without a request."""
        nothing: Any = {}
        if self.scope is self.cycle.scope:  # else the next head has begun to come
            self.scope = nothing
        self.cycle.scope = nothing

    def _start_head_timer(self) -> None:
        """The time counts from the head's first byte: more bytes do not prolong it."""
        if self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(self.config.patience, self._close_idle)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close_idle(self) -> None:
        self._head_timer = None
        if self._is_between_requests():
            self.transport.close()
        else:
            self._start_head_timer()  # an earlier request of this connection is still to be answered
