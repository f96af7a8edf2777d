"""The styles of OpenAPI: from a value to the texts that `styles.py` reads as the same value.

RFC 6570 percent-encodes values and not the delimiters between them. The delimiters that a URL cannot hold
(`spaceDelimited`, `pipeDelimited`) are the exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import orjson

from mockade.contract.styles import SEPARATORS

Encode = Callable[[str], str]

Pairs = Iterator[tuple[str, str]]
"""Names and values, as they stand in a query or a cookie."""


def text_of(value: Any) -> str:
    """A single value as it stands in a text: a string as it is, and JSON of all else."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def in_path(name: str, style: str, explode: bool, value: Any) -> str:
    """What stands in a path for a value."""
    if style == "matrix":
        return _matrix(name, explode, value)
    if style == "label":  # a dot is a delimiter there, and nobody has to encode it
        return "." + ("." if explode else ",").join(_parts(value, explode, _encoded_with_dots))
    return ",".join(_parts(value, explode, _encoded))


def in_header(explode: bool, value: Any) -> str:
    return ",".join(_parts(value, explode, str))


def in_query(name: str, style: str, explode: bool, value: Any) -> Pairs:
    """The value under the names that it has in a query."""
    if style == "deepObject":
        yield from _deep(name, value)
    elif explode and isinstance(value, list):
        yield from ((quote_plus(name), part) for part in _parts(value, explode, quote_plus))
    elif explode and isinstance(value, dict) and style == "form":
        yield from _spread(value, quote_plus)
    elif style in SEPARATORS:
        yield quote_plus(name), quote_plus(SEPARATORS[style].join(_parts(value, explode, str)))
    else:
        yield quote_plus(name), ",".join(_parts(value, explode, quote_plus))


def in_cookies(name: str, style: str, explode: bool, value: Any) -> Pairs:
    """The value under the names of its cookies."""
    encode = str if style == "cookie" else _encoded
    if explode and isinstance(value, dict):
        yield from _spread(value, encode)
    elif explode and isinstance(value, list) and style == "cookie":
        yield from ((name, part) for part in _parts(value, explode, encode))
    else:
        separator = f"&{name}=" if explode else ","
        yield name, separator.join(_parts(value, explode, encode))


def _encoded(text: str) -> str:
    return quote(text, safe="")


def _encoded_with_dots(text: str) -> str:
    return _encoded(text).replace(".", "%2E")


def _parts(value: Any, explode: bool, encode: Encode) -> list[str]:
    """What stands between the delimiters; one part for what is no list and no object."""
    if isinstance(value, list):
        return [encode(text_of(one)) for one in value]
    if not isinstance(value, dict):
        return [encode(text_of(value))]
    if explode:
        return [f"{name}={text}" for name, text in _spread(value, encode)]
    return [part for pair in _spread(value, encode) for part in pair]


def _spread(value: dict[str, Any], encode: Encode) -> Pairs:
    return ((encode(name), encode(text_of(one))) for name, one in value.items())


def _matrix(name: str, explode: bool, value: Any) -> str:
    parts = _parts(value, explode, _encoded)
    if explode and isinstance(value, dict):
        return "".join(f";{part}" for part in parts)
    if explode:
        return "".join(f";{name}={part}" for part in parts)
    return f";{name}={','.join(parts)}"


def _deep(name: str, value: Any) -> Pairs:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _deep(f"{name}[{key}]", member)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _deep(f"{name}[{position}]", item)
    else:
        yield quote_plus(name), quote_plus(text_of(value))
