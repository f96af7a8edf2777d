"""The bytes of a message: frames that each have an outline as JSON and, behind it, pieces of any bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Any, NamedTuple
from zlib import crc32

import orjson

_HEAD = Struct("<BIII")
"""How the outline is written, a check sum of what follows, and how long the outline and the pieces are."""

_COMMON, _WIDE = 0, 1
"""Outlines as orjson writes them, and those that it cannot write: of large numbers or lone surrogates."""


class Format(NamedTuple):
    """What kind of message it is, and of which version."""

    title: str
    """As messages name it: "a change of a world"."""
    letter: bytes
    version: int = 1

    @property
    def mark(self) -> bytes:
        """What a message begins with."""
        return self.letter + bytes((self.version,))


class Frame(NamedTuple):
    """An outline, and the pieces behind it, which the outline has the lengths of."""

    outline: Any
    data: bytes
    """The whole message."""
    at: int
    """Where in it the pieces begin."""


def frame(outline: Any, pieces: Iterable[bytes]) -> bytes:
    """Raises TypeError where the outline has what JSON does not know."""
    try:
        written, kind = orjson.dumps(outline), _COMMON
    except TypeError:
        written, kind = json.dumps(outline, separators=(",", ":")).encode(), _WIDE
    joined = b"".join(pieces)
    return _HEAD.pack(kind, crc32(joined, crc32(written)), len(written), len(joined)) + written + joined


def frames(format: Format, data: bytes) -> Iterator[Frame]:
    """The frames of a message. Raises ValueError, with a sentence, where it is not of the format."""
    _check_mark(format, data)
    at, size = 2, len(data)
    while at < size:
        if size - at < _HEAD.size:
            raise _damaged(format, at)
        kind, check, outline_size, pieces_size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        written = data[at : at + outline_size]
        at += outline_size
        end = at + pieces_size
        whole = memoryview(data)[at:end]
        if end > size or kind not in (_COMMON, _WIDE) or crc32(whole, crc32(written)) != check:
            raise _damaged(format, at)
        yield Frame(orjson.loads(written) if kind == _COMMON else json.loads(written), data, at)
        at = end


def _check_mark(format: Format, data: bytes) -> None:
    if data[:2] == format.mark:
        return
    if data[:1] == format.letter and len(data) > 1:
        raise ValueError(
            f"This is {format.title} in format {data[1]}, and this version of Mockade reads format "
            f"{format.version}: let all processes that share a store be of one version."
        )
    raise ValueError(
        f"This is not {format.title}, or it is damaged: it begins with {bytes(data[:8])!r} and not with "
        f"{format.mark!r}. Give the store a place (a prefix, a database) that nothing else writes to."
    )


def _damaged(format: Format, at: int) -> ValueError:
    return ValueError(
        f"This is {format.title}, but it is damaged at byte {at}, or incomplete: it was not written whole, "
        "or something else changed it. Drop the world from the store: it starts again from its fixtures."
    )
