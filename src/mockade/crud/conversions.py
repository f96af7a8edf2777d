"""Other forms of a value that say the same: a text and its number, a key and the object that has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from mockade.contract.document import Node
from mockade.contract.properties import properties, required, types
from mockade.contract.vocabulary import KEYS

_KEYS = tuple(one for one in KEYS if one != "token")
"""By what an object is known, the likeliest first; a token is rather its secret."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(_DATE.pattern + r"[Tt ]\d\d:\S+")

Fits = Callable[[Node, Any], bool]
"""Whether a value fits a schema."""


def other_forms(schema: Node, value: Any, fits: Fits) -> Iterator[Any]:
    """Forms of `value` that `schema` may take, nothing lost but what an object holds beside its key.

    Of a moment where a date is asked the day is left.

    Of an object or a list they are the parts that are known: it may have to be completed.
    """
    yield from _plain_forms(schema, value)
    if isinstance(value, dict):
        yield from (value[name] for name in _KEYS if isinstance(value.get(name), str | int))
    elif isinstance(value, list):
        if len(value) == 1:
            yield value[0]
    elif value is not None:
        name = _key_of(schema, value, fits)
        if name:
            yield {name: value}
    if value is not None and schema.get("items") is not None and not isinstance(value, list):
        yield [value]


def _plain_forms(schema: Node, value: Any) -> Iterator[Any]:
    """A number as text and text as the number that it is; truth, dates and options however they are spelt."""
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, int | float):
        yield str(value)
        if isinstance(value, float) and value.is_integer():
            yield int(value)
    elif isinstance(value, str):
        yield from _numbers(value)
        if value.lower() in ("true", "false"):
            yield value.lower() == "true"
        if _DATE.fullmatch(value):
            yield f"{value}T00:00:00Z"
        elif _MOMENT.fullmatch(value):
            yield value[:10]  # the time of day is lost, and told so
        options = schema.value.get("enum") if isinstance(schema.value, dict) else None
        for option in options if isinstance(options, list) else ():
            if isinstance(option, str) and option.casefold() == value.casefold():
                yield option


def _numbers(text: str) -> Iterator[int | float]:
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text, re.ASCII):
        yield int(text)
    elif re.fullmatch(r"-?(0|[1-9]\d{0,14})\.\d{1,15}", text, re.ASCII):
        yield float(text)


def _key_of(schema: Node, value: Any, fits: Fits) -> str:
    """The property of an object by which `value` may name it; empty where there is none."""
    known = properties(schema)
    for name in _KEYS:
        if name in known and fits(known[name], value):
            return name
    plain = [
        name for name in known if name in required(schema) and types(known[name]) and fits(known[name], value)
    ]
    return plain[0] if len(plain) == 1 else ""
