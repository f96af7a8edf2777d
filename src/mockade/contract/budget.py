"""What judging one value may cost: a native call cannot be interrupted, so it has to ask."""

from __future__ import annotations

from time import thread_time

SECONDS = 1.0
"""How long a value may be judged, and then again how long reasons may be looked for.

Of the processor's time: a busy machine finds as much as an idle one.
"""


class Budget:
    """The time for one value; once it is spent, or given up, all who ask are told to stop."""

    __slots__ = ("_end", "reason")

    def __init__(self) -> None:
        self.reason = ""
        """Why the value could not be judged; empty while it can."""
        self.begin()

    def begin(self, times: int = 1) -> None:
        """Start anew, for the next value, with `times` the seconds."""
        self.reason = ""
        self._end = thread_time() + SECONDS * times

    def is_spent(self) -> bool:
        if not self.reason and thread_time() > self._end:
            self.give_up(f"it would take longer than {SECONDS:g} s of work")
        return bool(self.reason)

    def give_up(self, reason: str) -> None:
        """Judge the value no further; what was the first to stand in the way is told."""
        self.reason = self.reason or reason
