"""Cursors: opaque text that names a place in one list, and stays right while rows come and go."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any, NamedTuple

import orjson

from mockade.crud.listing.sorting import PlaceKeys
from mockade.state.index import Position

_DIGEST = 6
"""Bytes that say which list a cursor is of, and as many that say it is whole."""


class Cursor(NamedTuple):
    """The place of one row in a list, by what the list is sorted by and by the row's birth.

    It does not ask that the row is still there.
    """

    keys: PlaceKeys
    position: Position
    backwards: bool = False
    """Whether it asks for the rows before the place, and not for those after it."""


class UnknownCursor(ValueError):
    """A text that is no cursor of this list; `is_foreign` where it is one of another."""

    def __init__(self, *, is_foreign: bool) -> None:
        super().__init__("of another list" if is_foreign else "unknown")
        self.is_foreign = is_foreign


def list_identity(*parts: Any) -> bytes:
    """What tells a list from others: `parts` are its operation, parents, filters and order."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=_DIGEST).digest()


def cursor_text(identity: bytes, cursor: Cursor) -> str:
    """The cursor for a URL: letters, digits, `-` and `_`."""
    content = orjson.dumps([cursor.keys, cursor.position, int(cursor.backwards)])
    return urlsafe_b64encode(identity + _check(identity, content) + content).rstrip(b"=").decode()


def read_cursor(identity: bytes, text: str) -> Cursor:
    """The cursor that a text is. Raises UnknownCursor."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (Error, ValueError):
        raise UnknownCursor(is_foreign=False) from None
    owner, check, content = raw[:_DIGEST], raw[_DIGEST : 2 * _DIGEST], raw[2 * _DIGEST :]
    if not content or check != _check(owner, content):
        raise UnknownCursor(is_foreign=False)
    if owner != identity:
        raise UnknownCursor(is_foreign=True)
    keys, (births, key), backwards = orjson.loads(content)
    return Cursor(tuple(tuple(one) for one in keys), (births, key), bool(backwards))


def _check(identity: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(content, key=identity, digest_size=_DIGEST).digest()
