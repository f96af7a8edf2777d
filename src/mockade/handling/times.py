"""Date-times of rows and requests as handlers compare them."""

from __future__ import annotations

from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_seconds(text: str) -> float:
    """An RFC 3339 date-time, as contracts check them, in seconds since 1970.

    A leap second, which Python has not, is the one before it.
    """
    written = text.upper().replace("Z", "+00:00")
    if written[17:19] == "60":
        written = f"{written[:17]}59{written[19:]}"
    return (datetime.fromisoformat(written) - _EPOCH).total_seconds()
