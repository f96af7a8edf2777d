"""What is written in a style of OpenAPI is read as the same value, with nothing to remark."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from mockade.contract.parameters import Parameter
from mockade.contract.style_writer import in_cookies, in_header, in_path, in_query
from tests.contract.test_parameters import parameter

TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
OBJECT = {"type": "object", "properties": {"a": TEXT, "b": {"type": "integer"}}, "additionalProperties": TEXT}
DEEP = {"type": "object", "properties": {"a": {"type": "array", "items": OBJECT}}}

VALUES: list[tuple[Any, Any]] = [
    (TEXT, "plain"),
    (TEXT, "a/b c,d;e=f&g+h%20i.j|ü"),
    ({"type": "integer"}, -7),
    ({"type": "boolean"}, True),
    (LIST, ["one"]),
    (LIST, ["v1.2"]),
    (LIST, ["a", "b c", "d"]),
    (OBJECT, {"a": "x", "b": 7, "c": "y"}),
]
ENCODED: list[tuple[Any, Any]] = [
    (LIST, ["a,b", "c.d", "e;f=g", "&color=", "h|i", "ü"]),
    (OBJECT, {"a": "x,y=z", "b": 7, "c.d": "e;f&g"}),
]
"""Delimiters in values, where a style has a way to tell them from its own."""


def read_back(one: Parameter, value: Any) -> Any:
    """The value as a server reads it, of a request on which it was written."""
    words = one.name, one.style, one.explode, value
    if one.where == "path":
        text = in_path(*words)
        assert "/" not in text
        return one.read([text if one.raw else unquote(text)])
    if one.where == "header":
        return one.read([in_header(one.explode, value)])
    pairs = list((in_query if one.where == "query" else in_cookies)(*words))
    if one.where == "query" and not one.raw:
        pairs = parse_qsl("&".join(f"{name}={text}" for name, text in pairs), keep_blank_values=True)
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)
    return one.read(given if one.spread else given[one.name])


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize(
    ("where", "style"),
    [
        ("path", "simple"),
        ("path", "label"),
        ("path", "matrix"),
        ("query", "form"),
        ("query", "spaceDelimited"),
        ("query", "pipeDelimited"),
        ("header", "simple"),
        ("cookie", "form"),
        ("cookie", "cookie"),
    ],
)
def test_what_is_written_is_read_as_the_same(tmp_path: Path, where: str, style: str, explode: bool) -> None:
    is_plain = where == "header" or style in ("spaceDelimited", "pipeDelimited", "cookie")
    for schema, value in [*VALUES, *([] if is_plain else ENCODED)]:
        if is_plain and value == ["a", "b c", "d"] and style == "spaceDelimited" and not explode:
            continue  # an item has the delimiter
        version = "3.2.0" if style == "cookie" else "3.0.3"
        one = parameter(tmp_path, where, schema, style=style, explode=explode, version=version)
        assert read_back(one, value) == (value, []), (schema, value)


def test_what_is_deep_is_written_by_its_names(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", DEEP, style="deepObject", explode=True)
    value = {"a": [{"a": "x&y"}, {"a": "[z]", "b": 2}]}
    assert read_back(one, value) == (value, [])
