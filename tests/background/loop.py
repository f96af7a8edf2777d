"""An event loop that only records what is to be called when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Loop:
    """An event loop that only takes note of what is to be called when."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.calls: list[Callable[[], Any]] = []

    def call_soon(self, call: Callable[[], Any], *, context: object = None) -> None:  # noqa: ARG002  # as asyncio has it
        self.calls.append(call)

    def turn(self) -> None:
        """Do what was to be done soon."""
        while self.calls:
            self.calls.pop()()

    def call_later(self, seconds: float, call: Callable[..., Any], *given: Any) -> Timer:
        self.timers.append(Timer(seconds, lambda: call(*given)))
        return self.timers[-1]

    @property
    def waits(self) -> list[float]:
        """The seconds of the timers that nobody has cancelled."""
        return [timer.seconds for timer in self.timers if not timer.cancelled]


class Timer:
    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self.seconds = seconds
        self.ring = ring
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
