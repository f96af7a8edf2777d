"""How an answer is waited for: in time that this process has run, and by several at once."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self, TypeVar

from mockade.state.clock import steady_time

BEATS = 8
"""Equal parts of a time that is waited."""

T = TypeVar("T")


class Patience:
    """As `asyncio.timeout(seconds)`, without the time in which this process itself did not run.

    On a machine that is busy, or by SIGSTOP, a process may stand still for longer than an answer may take.
    When it goes on, its timer is due at once, while the answer lies unread in a socket, or the question was
    not even sent: nothing of that says that who is asked is away. So the time is waited in beats. One that
    comes late by more than half of itself tells of this process alone, and is waited again; not more than as
    many as there are, so that a process which is always late gives up at last.
    """

    __slots__ = ("_beat", "_began", "_excused", "_left", "_loop", "_timeout", "_timer")

    def __init__(self, seconds: float) -> None:
        self._beat = seconds / BEATS
        self._left = self._excused = BEATS
        self._timeout = asyncio.timeout(None)

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        self._loop = asyncio.get_running_loop()
        self._wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raises TimeoutError where the time was over."""
        self._timer.cancel()
        await self._timeout.__aexit__(kind, error, traceback)

    def _wait(self) -> None:
        self._began = steady_time()
        self._timer = self._loop.call_later(self._beat, self._waited)

    def _waited(self) -> None:
        was_late = steady_time() - self._began > 1.5 * self._beat
        if was_late and self._excused:
            self._excused -= 1
        else:
            self._left -= 1
        if self._left:
            self._wait()
        else:
            self._timeout.reschedule(self._loop.time())


async def shared(task: asyncio.Task[T]) -> T:
    """What a task returns or raises that others may wait for as well: it goes on where one is cancelled.

    Nothing is said of its failure where nobody waits for it any more.
    """
    task.add_done_callback(_heed)
    return await asyncio.shield(task)


def _heed(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
