"""Bytes that are kept for long, such as rows and journalled responses, without spare memory."""

from __future__ import annotations


def compact_bytes(data: bytes) -> bytes:
    """A copy that takes no more memory than it needs: orjson allocates some kilobytes around its result."""
    return bytes(memoryview(data))
