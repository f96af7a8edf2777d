"""When a worker that died is started again, and when that is given up."""

from __future__ import annotations

import signal

BAD_SETUP = 2
"""The exit code of a worker that has said what is to be mended: a file, or a store that does not answer."""

HEALTHY = 10.0
"""Seconds that a worker has to serve so that its death is no failure of its start."""

DELAYS = (0.0, 0.5, 1.0, 2.0)
"""Seconds until the next start after one failure, after two in a row, and so on; one more is given up."""

LONGEST = 5.0
"""Seconds until the next start where none is given up."""

TOLD_TO_END = (0, -signal.SIGTERM, -signal.SIGINT)
"""Exit codes, as `subprocess` has them, of a worker that somebody told to end."""


class Restarts:
    """The deaths in a row of one worker and those that took its place."""

    def __init__(self) -> None:
        self.failures = 0
        """Deaths in a row that came soon after the start."""

    def delay(self, code: int, served: float | None, *, others_serve: bool) -> float | None:
        """Seconds to wait after a death; None where there were too many.

        `code` is the exit code, -n where signal n killed it, and `served` the seconds that it served, None
        where it was not ready. One that served and was killed (-9), by a person or a system without memory,
        did not fail. What is to be mended is waited for as long as others serve.
        """
        was_killed = served is not None and code == -signal.SIGKILL
        if code in TOLD_TO_END or was_killed or (served or 0.0) >= HEALTHY:
            self.failures = 0
            return 0.0
        self.failures += 1
        if self.failures <= len(DELAYS):
            return DELAYS[self.failures - 1]
        return LONGEST if code == BAD_SETUP and others_serve else None


def manner(code: int) -> str:
    """How a process ended, by its exit code as `subprocess` has it: "was killed by SIGKILL"."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
