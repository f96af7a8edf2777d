"""Media types as a contract writes them."""

from __future__ import annotations


def is_json(media_type: str) -> bool:
    """Whether bodies of this media type are JSON."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind in ("application/json", "text/json", "*/*", "application/*") or kind.endswith("+json")
