"""When a worker that died is started again, and when that is given up."""

from __future__ import annotations

import signal

HEALTHY = 10.0
"""Seconds after which a worker that dies has not failed at its start."""

DELAYS = (0.0, 0.5, 1.0, 2.0)
"""Seconds until the next start after one failure, after two in a row, and so on; one more is given up."""

_BY_OTHERS = (0, -signal.SIGTERM, -signal.SIGINT)
"""Exit codes, as `subprocess` has them, of a worker that somebody else told to end."""


class Restarts:
    """The deaths in a row of one worker and those that took its place."""

    def __init__(self) -> None:
        self.failures = 0
        """Deaths in a row that came soon after the start."""

    def delay(self, code: int, lived: float, *, was_ready: bool) -> float | None:
        """Seconds to wait after a death; None where there were too many.

        `code` is the exit code, -n where signal n killed it, and `lived` the seconds that it did. One that
        served and was killed (-9), by a person or a system without memory, did not fail.
        """
        was_killed = was_ready and code == -signal.SIGKILL
        if code in _BY_OTHERS or was_killed or lived >= HEALTHY:
            self.failures = 0
            return 0.0
        self.failures += 1
        return DELAYS[self.failures - 1] if self.failures <= len(DELAYS) else None


def manner(code: int) -> str:
    """How a process ended, by its exit code as `subprocess` has it: "was killed by SIGKILL"."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
