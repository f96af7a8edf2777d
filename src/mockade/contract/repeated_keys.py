"""Keys that stand twice in an object of JSON text: parsers take the last without a word."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

import orjson

MOST_TOLD = 20
"""How many keys that stand twice are told."""


def repeated_keys(raw: bytes, value: Any) -> Iterable[str]:
    """The keys that stand twice in an object of JSON text, each once; `value` is what the text holds."""
    # Written anew a value lacks the quotes of the keys that were lost: to look at it again takes far longer.
    if orjson.dumps(value).count(b'"') == raw.count(b'"') and b"\\u0022" not in raw:
        return ()
    twice: dict[str, None] = {}

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                twice[key] = None
            seen.add(key)

    json.loads(raw, object_pairs_hook=look, parse_int=len, parse_float=len)
    return islice(twice, MOST_TOLD)


def sentence_of(key: str, what: str) -> str:
    """What is said of a key that stands twice in an object of `what`."""
    return f"{key!r} stands twice in one object of the {what}: the last one counts."
