"""Signals as something to wait for, beside sockets."""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Iterable, Sequence
from types import FrameType
from typing import Any, Self

AWAITED = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD") if hasattr(signal, name)
)
"""Windows, where there are no workers, lacks some of them, and is to import this all the same."""


class Signals:
    """Keeps the signals of `AWAITED` from what they do else while it is entered, by the main thread alone."""

    def __init__(self) -> None:
        self._came, self._woken = socket.socketpair()
        for end in (self._came, self._woken):
            end.setblocking(False)

    def __enter__(self) -> Self:
        self._former_fd = signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        self._former: dict[int, Any] = {number: signal.signal(number, _ignore) for number in AWAITED}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._former_fd)
        self._came.close()
        self._woken.close()

    def wait(self, others: Iterable[socket.socket], seconds: float | None) -> Sequence[int]:
        """Wait until there is a signal, one of the others can be read, or the time is over; the signals."""
        select.select([self._came, *others], [], [], seconds)
        try:
            return self._came.recv(4096)
        except BlockingIOError:
            return ()


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Its number is written to the socket, which is all that is to happen at once."""
