"""Phrases that many messages have: so many things, and why a file or an address failed."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number and its noun: `1 row`, `1,200 rows`. The noun takes an s for its plural."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def reason(error: Exception) -> str:
    """Why something failed, in the system's words where it is the system's error: `Permission denied`."""
    return getattr(error, "strerror", None) or str(error)
