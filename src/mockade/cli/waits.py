"""What a command waits for, and the signals that end it: none is ignored, or left until the wait is over."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERVAL = 0.25
"""Seconds after which a system call is interrupted."""


@contextmanager
def interrupted_waits() -> Iterator[None]:
    """Interrupt system calls meanwhile, which go on at once (PEP 475). For the main thread alone.

    A signal that comes after Python last looked for one, and before the system call begins that waits, does
    not interrupt that call: its handler would run when the call is over, which may be long. Windows has no
    such timer.
    """
    if sys.platform == "win32":
        yield
        return
    handler = signal.signal(signal.SIGALRM, _look)
    timer = signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def _look(_number: int, _frame: FrameType | None) -> None:
    """Python runs the handlers of all signals that have come before it goes on with a system call."""


@contextmanager
def interrupted_by(*numbers: int) -> Iterator[None]:
    """Let these signals raise KeyboardInterrupt meanwhile, in the main thread.

    Who starts a command in the background may have had SIGINT ignored: a shell without job control does.
    """
    former = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
