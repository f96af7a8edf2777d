"""What reaches into uvicorn's HTTP protocol to answer the requests that are known (`Repeats`)."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockade.server.held_flow import HeldFlow
from mockade.server.repeats import Repeats, When, Whole
from mockade.server.response_writer import written


class RepeatingConfig(uvicorn.Config):
    """uvicorn's settings, and the requests that are known to all connections."""

    is_retiring = False
    """Whether each answer is the last of its connection, and says so: other processes go on serving."""

    def __init__(self, app: Any, **settings: Any) -> None:
        super().__init__(app, **settings)
        self.repeats = Repeats()


class RepeatingProtocol(HttpToolsProtocol):
    """Answers a request that is known as it comes, without a parser, a scope and a task.

    Or when it is known whether its answer holds; what comes after it waits then.
    """

    config: RepeatingConfig
    flow: HeldFlow
    _ended: asyncio.Future[None]
    """Done when the client hung up, or the server stops."""

    _answered_at = 0.0
    """When a request that was known came or was answered, in the loop's time."""
    _awaited = b""
    """The head of one whose answer is to come."""
    _is_stopping = False
    _unread = b""
    """What came and is read later."""

    @abstractmethod
    def _read(self, data: bytes) -> None:
        """Read requests the usual way."""

    @abstractmethod
    def _stop_head_timer(self) -> None:
        """A head came whole."""

    def shutdown(self) -> None:
        self._is_stopping = True
        if not self._awaited:
            super().shutdown()

    def _is_between_requests(self) -> bool:
        return not self._awaited and (self.cycle is None or self.cycle.response_complete)

    def _answers_at_once(self, head: bytes) -> bool:
        """Answer a request that is known, if none is under way."""
        is_idle = self._is_between_requests() and not self.flow.write_paused
        if not is_idle or self.config.is_retiring or self.transport.is_closing():
            return False
        answer = self.config.repeats.answer(head, self._ended, self._answer_later)
        if answer is None:
            return False
        if answer is When.LATER:
            self._awaited = head
        else:
            self._write(answer)
        self.server_state.total_requests += 1
        self._stop_head_timer()
        self._answered_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wait_for_more(self.timeout_keep_alive)
        return True

    def _answer_later(self, answer: Whole | None) -> None:
        """Answer the request that is awaited, and read on."""
        head, self._awaited = self._awaited, b""
        if self.transport.is_closing():
            return
        self._answered_at = self.loop.time()
        if answer is None:
            self._read(head)
            if self._is_stopping:
                super().shutdown()
        elif self._is_stopping or self.config.is_retiring:
            status, headers, body = answer
            self._write((status, [*headers, (b"connection", b"close")], body))
            self.transport.close()
            return
        else:
            self._write(answer)
        if self._unread:
            self._read_on()

    def _read_on(self) -> None:
        data, self._unread = self._unread, b""
        self.flow.release()
        self._read(data)

    def _write(self, answer: Whole) -> None:
        whole = written(answer, self.server_state.default_headers)
        self.transport.write_whole(whole)  # type: ignore[attr-defined]  # it is corked

    def _wait_for_more(self, seconds: float) -> None:
        """Close the connection after so long without a request."""
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """What was known has not set the timer anew: that would cost a tenth of its answer."""
        left = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if self._awaited:  # it has its request, and is waiting for us
            self._wait_for_more(self.timeout_keep_alive)
        elif left > 0:
            self._wait_for_more(left)
        else:
            super().timeout_keep_alive_handler()
