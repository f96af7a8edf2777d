"""Data to YAML text that `reading` reads back to the same data, and that people can read too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*")
"""Text that needs no quotes in YAML, whatever stands around it."""

_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What some version of YAML takes for something else than text."""

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON writes as it is, and YAML must not hold or would take for a line's end."""

_LONGEST_KEY = 500
"""Characters of a key that may stand before its colon: YAML's parser looks ahead for so many bytes."""


def yaml_text(value: Any) -> str:
    """JSON's `value` as YAML, a line for each thing in it."""
    return "".join(f"{line}\n" for line in yaml_lines(value))


def yaml_lines(value: Any, indent: str = "") -> Iterator[str]:
    """The lines of JSON's `value` as YAML, each as far in as `indent`."""
    return _lines(value, indent, indent)


def yaml_key(name: str, indent: str) -> str:
    """An object's key up to its colon; a long one takes a line of its own."""
    return _key(name, indent, indent)


def _key(name: str, first: str, rest: str) -> str:
    key = _text(name)
    return f"{first}? {key}\n{rest}" if len(key) > _LONGEST_KEY else f"{first}{key}"


def _lines(value: Any, first: str, rest: str) -> Iterator[str]:
    """The lines of `value`; `first` stands before the first of them, `rest` before the others."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            key = _key(name, first, rest)
            if isinstance(member, dict | list) and member:
                yield f"{key}:"
                yield from _lines(member, f"{rest}  ", f"{rest}  ")
            else:
                yield f"{key}: {_scalar(member)}"
            first = rest
    elif isinstance(value, list) and value:
        for item in value:
            yield from _lines(item, f"{first}- ", f"{rest}  ")
            first = rest
    else:
        yield first + _scalar(value)


def _scalar(value: Any) -> str:
    return _text(value) if isinstance(value, str) else orjson.dumps(value).decode()


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", orjson.dumps(text).decode())
