"""Moments as callers write them."""

from __future__ import annotations

from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds_of(text: str) -> float:
    """A date-time in seconds since 1970; a leap second, which Python has not, is the one before."""
    written = text.upper().replace("Z", "+00:00")
    if written[17:19] == "60":
        written = f"{written[:17]}59{written[19:]}"
    return (datetime.fromisoformat(written) - _EPOCH).total_seconds()
