"""JSON that is kept for long: rows, and the answers in a journal."""

from __future__ import annotations


def compact_bytes(data: bytes) -> bytes:
    """The same in no more memory than it needs: what orjson returns holds on to some kilobytes around it."""
    return bytes(memoryview(data))
