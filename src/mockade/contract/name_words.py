"""The words of a name: `firstName`, `first_name` and `First-Name` are alike."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


@lru_cache(maxsize=8192)
def split_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case; none where it has no letters of ASCII and no digits."""
    return tuple(word.lower() for word in _WORD.findall(name))


def joined(name: str) -> str:
    """The words of a name, run together."""
    return "".join(split_words(name))
