"""Date-times of rows and requests as handlers compare them."""

from __future__ import annotations

from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CYCLE = 146_097 * 86_400.0
"""Seconds of 400 years, after which the calendar repeats itself."""


def epoch_seconds(text: str) -> float:
    """An RFC 3339 date-time, as contracts check them, in seconds since 1970.

    Python has no leap second, which is taken for the one before it, and no year 0.
    """
    written = text.upper().replace("Z", "+00:00")
    if written.startswith("0000"):
        return epoch_seconds(f"0400{written[4:]}") - _CYCLE
    if written[17:19] == "60":
        written = f"{written[:17]}59{written[19:]}"
    return (datetime.fromisoformat(written) - _EPOCH).total_seconds()
