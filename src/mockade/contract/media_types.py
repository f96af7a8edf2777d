"""Media types as a contract writes them."""

from __future__ import annotations

FORM = "application/x-www-form-urlencoded"


def is_json(media_type: str) -> bool:
    """Whether bodies of this media type are JSON."""
    kind = essence(media_type)
    return kind in ("application/json", "text/json", "*/*", "application/*") or kind.endswith("+json")


def is_form(media_type: str) -> bool:
    """Whether bodies of this media type are a form's fields, URL-encoded."""
    return essence(media_type) == FORM


def essence(media_type: str) -> str:
    """Type and subtype, without parameters."""
    return media_type.partition(";")[0].strip().lower()
