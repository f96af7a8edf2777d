"""Keeps workers serving: one that dies is started again; on a signal all are replaced, or ended."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from mockade.workers.process import WorkerProcess
from mockade.workers.restarts import BAD_SETUP, TOLD_TO_END, Restarts, manner
from mockade.workers.signals import Signals

ENDING = 20.0
"""Seconds that workers have to end; their servers need nine at most, and may then write what there is."""

RETIRING = 30.0
"""Seconds that a worker has to end once another has its place."""

Start = Callable[[int, bool], WorkerProcess]
"""Starts the process of a worker by its number, and whether it is the first of all. Raises OSError."""


class Messages(Protocol):
    """What is told of the workers."""

    def first_ready(self, report: dict[str, Any]) -> None:
        """The first of all serves; its report."""

    def all_ready(self) -> None:
        """All serve for the first time."""

    def all_replaced(self, count: int) -> None:
        """All have been replaced."""

    def warning(self, sentence: str) -> None: ...

    def error(self, sentence: str, last_lines: Sequence[str] = ()) -> None:
        """`last_lines` are what a worker said last on stderr."""


class _Place:
    """The place of one worker, which others take after it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.worker: WorkerProcess | None = None
        self.successor: WorkerProcess | None = None
        """The one that takes the worker's place as soon as it is ready."""
        self.restarts = Restarts()
        self.due: float | None = None
        """When a worker is to be started, where there is none."""


class Supervisor:
    """`run` serves with `count` workers until SIGTERM or SIGINT; SIGHUP replaces them one by one.

    `listener` is the socket that they accept from; here it is only held, so that nobody is refused while
    there is no worker, and closed when all are to end.
    """

    def __init__(self, count: int, start: Start, listener: socket.socket, messages: Messages) -> None:
        self._places = [_Place(number) for number in range(1, count + 1)]
        self._start = start
        self._listener = listener
        self._messages = messages
        self._retired: dict[WorkerProcess, float] = {}
        """Those that others have the place of, and when they are killed."""
        self._to_replace: deque[_Place] = deque()
        self._is_replacing = False
        """Whether it is still to be told that all have been replaced."""
        self._has_begun = False
        """Whether the first of all has been ready."""
        self._has_served = False
        """Whether all have been ready."""
        self._end: float | None = None
        """When those are killed that have not ended; None while nothing is to end."""
        self._code = 0
        self._had_terminal = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and _has_terminal()

    def run(self) -> int:
        """Returns the exit code: 0 where all ended as they should."""
        with Signals() as signals:
            self._places[0].due = 0.0
            self._start_what_is_due()
            while self._end is None or self._workers():
                for number in signals.wait(self._sockets(), self._patience()):
                    self._signalled(number)
                for worker in list(self._workers()):
                    self._look_at(worker)
                self._start_what_is_due()
                self._replace_next()
                self._kill_what_is_late()
        return self._code

    def _workers(self) -> list[WorkerProcess]:
        placed = (one for place in self._places for one in (place.worker, place.successor))
        return [*filter(None, placed), *self._retired]

    def _sockets(self) -> Iterator[socket.socket]:
        return (worker.socket for worker in self._workers() if worker.is_heard)

    def _patience(self) -> float | None:
        """Seconds until something is to be done; None where nothing is."""
        moments = [*self._retired.values(), *(place.due for place in self._places), self._end]
        due = [moment for moment in moments if moment is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _signalled(self, number: int) -> None:
        if number == signal.SIGHUP and not self._has_lost_terminal():
            waiting = list(self._to_replace)
            self._to_replace.extend(one for one in self._places if one not in waiting)
            self._is_replacing = True
        elif number == signal.SIGCHLD:
            return  # all are looked at anyway
        elif self._end is None:
            self._begin_end()
        elif number == signal.SIGINT:
            for worker in self._workers():
                worker.signal(number)  # a server does not wait then

    def _has_lost_terminal(self) -> bool:
        return self._had_terminal and not _has_terminal()

    def _begin_end(self, code: int = 0) -> None:
        self._end = time.monotonic() + ENDING
        self._code = code
        self._listener.close()
        self._replace_no_more()
        for place in self._places:
            place.due = None
        for worker in self._workers():
            worker.signal(signal.SIGTERM)

    def _look_at(self, worker: WorkerProcess) -> None:
        was_ready = worker.is_ready
        if worker.is_heard:
            worker.listen()
        if worker.is_ready and not was_ready and self._end is None:
            self._became_ready(worker)
        code = worker.code()
        if code is not None:
            self._died(worker, code)

    def _became_ready(self, worker: WorkerProcess) -> None:
        place = self._places[worker.number - 1]
        if place.successor is worker and place.worker is not None:
            place.worker.retire()
            self._retired[place.worker] = time.monotonic() + RETIRING
            place.worker, place.successor = worker, None
        if not self._has_begun:
            self._has_begun = True
            self._messages.first_ready(worker.report or {})
            for other in self._places[1:]:
                other.due = 0.0
        if not self._has_served and all(one.worker and one.worker.is_ready for one in self._places):
            self._has_served = True
            self._messages.all_ready()

    def _died(self, worker: WorkerProcess, code: int) -> None:
        place = self._places[worker.number - 1]
        if self._retired.pop(worker, None) is not None:
            if code and self._end is None:
                self._messages.warning(f"{_name(worker)}, which had been replaced, {manner(code)}.")
        elif place.successor is worker:
            place.successor = None
            if self._end is None:
                self._replace_no_more()
                message = f"{_name(worker)} {manner(code)} before it was ready: no more are replaced."
                self._messages.error(message)
        else:
            place.worker, place.successor = place.successor, None
            if self._end is None:
                self._left_its_place(place, worker, code)
        if self._end is not None and code not in TOLD_TO_END:
            self._code = self._code or 1

    def _left_its_place(self, place: _Place, worker: WorkerProcess, code: int) -> None:
        others_serve = any(one.worker and one.worker.is_ready for one in self._places)
        is_first_start = not self._has_served and not worker.is_ready
        # What is to be mended came between two of them, as when the store goes away.
        if is_first_start and not (code == BAD_SETUP and others_serve):
            if code != BAD_SETUP:
                self._messages.error(f"{_name(worker)} {manner(code)} before it was ready.")
            self._begin_end(code if code > 0 else 1)
            return
        delay = place.restarts.delay(code, worker.served, others_serve=others_serve)
        if delay is None:
            row = f"{place.restarts.failures} in a row did soon after their start"
            self._messages.error(f"{_name(worker)} {manner(code)}, as {row}. Its last lines:", worker.said())
            self._begin_end(1)
        elif place.worker is None:
            place.due = time.monotonic() + delay
            soon = f" in {delay:g} s" if delay else ""
            self._messages.warning(f"{_name(worker)} {manner(code)}; another is started{soon}.")

    def _start_what_is_due(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if place.due is not None and place.due <= now:
                place.due = None
                place.worker = self._started(place)
                if place.worker is None:
                    place.due = now + 1.0

    def _started(self, place: _Place) -> WorkerProcess | None:
        try:
            return self._start(place.number, not self._has_begun)
        except OSError as error:
            self._messages.warning(f"Worker {place.number} cannot be started: {error.strerror}.")
            return None

    def _replace_next(self) -> None:
        """Start the next one that is to take another's place, once all are ready who were started before."""
        are_ready = all(one.worker and one.worker.is_ready and not one.successor for one in self._places)
        if not self._is_replacing or not are_ready:
            return
        if not self._to_replace:
            self._is_replacing = False
            self._messages.all_replaced(len(self._places))
            return
        place = self._to_replace.popleft()
        place.successor = self._started(place)
        if place.successor is None:
            self._replace_no_more()

    def _replace_no_more(self) -> None:
        self._to_replace.clear()
        self._is_replacing = False

    def _kill_what_is_late(self) -> None:
        now = time.monotonic()
        is_over = self._end is not None and now >= self._end
        late = [*self._workers()] if is_over else [one for one, end in self._retired.items() if now >= end]
        for worker in late:
            self._messages.warning(f"{_name(worker)} does not end, and is killed.")
            worker.signal(signal.SIGKILL)
            if worker in self._retired:
                self._retired[worker] = now + RETIRING
        if is_over:
            self._end = now + ENDING


def _name(worker: WorkerProcess) -> str:
    return f"Worker {worker.number} (process {worker.pid})"


def _has_terminal() -> bool:
    """Whether this process has a terminal that controls it, which hangs up with a SIGHUP, too."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
