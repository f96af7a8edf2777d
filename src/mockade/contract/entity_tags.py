"""Conditional requests (RFC 9110): their headers, and lists of entity tags, read and compared."""

from __future__ import annotations

import re

CONDITION_HEADERS = frozenset({"if-match", "if-none-match", "if-unmodified-since", "if-modified-since"})
"""The headers of conditional requests (section 13.1)."""

_TAG = re.compile(r'(W/)?(?:"([^"]*)"|([^\s,"]+))')
"""As the standard writes it, or without quotes, as some contracts have it."""


def is_listed(condition: str, tag: str, *, is_strong: bool = False) -> bool:
    """Whether a list of entity tags, or `*`, holds a tag, which is empty where there is nothing.

    By weak comparison; by a strong one no weak tag is equal to any.
    """
    if not tag or not condition:
        return False
    asked = condition.strip()
    if asked == "*":
        return True
    known = _TAG.fullmatch(tag)
    weak, quoted, bare = known.groups() if known is not None else (None, None, tag)
    if is_strong and weak:
        return False
    opaque = bare if quoted is None else quoted
    return asked == tag or any(
        (quoted or bare) == opaque and not (is_strong and weak) for weak, quoted, bare in _TAG.findall(asked)
    )
