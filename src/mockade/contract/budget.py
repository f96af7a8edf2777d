"""What judging one value may cost: a native call cannot be interrupted, so it has to ask."""

from __future__ import annotations

from time import thread_time

SECONDS = 1.0
"""How long a value may be judged, and then again how long reasons may be looked for.

Of the processor's time: a busy machine finds as much as an idle one.
"""


class Budget:
    """The time for one value; once it is spent, or given up, all who ask are told to stop."""

    __slots__ = ("_end", "_is_over", "_is_search", "is_untold", "reason")

    def __init__(self) -> None:
        self.reason = ""
        """Why the value could not be judged; empty while it can."""
        self.is_untold = False
        """Whether there is a text that a pattern cannot be told to match."""
        self.begin()

    def begin(self, times: int = 1, *, is_search: bool = False) -> None:
        """Start anew, for the next value, with `times` the seconds; `is_search` of reasons for a no."""
        self.reason = ""
        self.is_untold = False
        self._is_over = False
        self._is_search = is_search
        self._end = thread_time() + SECONDS * times

    def is_spent(self) -> bool:
        if not self._is_over and thread_time() > self._end:
            self.give_up(f"it would take longer than {SECONDS:g} s of work")
        return self._is_over

    def left(self) -> float:
        """Seconds that are left."""
        return self._end - thread_time()

    def give_up(self, reason: str) -> None:
        """Judge the value no further; what was the first to stand in the way is told."""
        self.reason = self.reason or reason
        self._is_over = True

    def pass_over(self, reason: str) -> None:
        """One text cannot be told of: no yes can be said then, but other reasons may still be found."""
        self.reason = self.reason or reason
        self.is_untold = True
        self._is_over = self._is_over or not self._is_search
