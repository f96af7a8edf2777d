"""How a contract says that the properties of a form are written, and what is wrong in that.

Holds `contract/content_reader.py`, `contract/headers.py` and `contract/media_types.py` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.contract import Contract
from mockade.contract.encodings import Encoding
from mockade.contract.media_types import is_json
from tests.contract.documents import contract_of

FORM = "application/x-www-form-urlencoded"


def form(folder: Path, **encoding: Any) -> Contract:
    """A contract whose only operation takes a form with the property `a`."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    body = {"content": {FORM: {"schema": schema, "encoding": encoding}}}
    operation = {"requestBody": body, "responses": {"200": {"description": ""}}}
    return contract_of(folder, paths={"/forms": {"post": operation}})


def encoding_of(folder: Path, **words: Any) -> Encoding:
    contract = form(folder, a=words)
    (operation,) = contract.operations
    assert operation.body is not None
    return operation.body.contents[FORM].encodings["a"]


@pytest.mark.parametrize(
    ("words", "taken", "refused"),
    [
        ({}, ["image/png", "text/plain"], []),
        ({"contentType": "image/*"}, ["image/png", "IMAGE/PNG; q=1"], ["text/plain"]),
        ({"contentType": "image/png, Text/Plain"}, ["text/plain", "image/png"], ["image/gif"]),
        ({"contentType": "*/*"}, ["image/png"], []),
        ({"contentType": "image/png", "style": "form"}, ["text/plain"], []),
    ],
)
def test_a_part_has_one_of_the_media_types_that_its_encoding_names(
    tmp_path: Path, words: dict[str, str], taken: list[str], refused: list[str]
) -> None:
    encoding = encoding_of(tmp_path, **words)
    assert [one for one in (*taken, *refused) if encoding.takes(one)] == taken


@pytest.mark.parametrize(
    ("words", "style", "is_exploded"),
    [
        ({"style": "deepObject"}, "deepObject", False),
        ({"style": "form"}, "form", True),
        ({"explode": False}, "form", False),
        ({"style": "pipeDelimited"}, "pipeDelimited", False),
    ],
)
def test_a_property_with_a_style_is_written_like_a_query_parameter(
    tmp_path: Path, words: dict[str, Any], style: str, is_exploded: bool
) -> None:
    field = encoding_of(tmp_path, **words).field
    assert field is not None
    assert (field.style, field.explode) == (style, is_exploded)


def test_the_headers_of_a_part_admit_what_their_text_stands_for(tmp_path: Path) -> None:
    headers = {
        "X-Count": {"required": True, "schema": {"type": "integer"}},
        "X-Tags": {"schema": {"type": "array", "items": {"type": "integer"}}},
        "Content-Type": {"schema": {"type": "string"}},
    }
    count, tags = encoding_of(tmp_path, headers=headers).headers
    assert (count.required, tags.required) == (True, False)
    assert [text for text in ("3", "three", "") if count.admits(text)] == ["3"]
    assert [text for text in ("1,2", "1, 2", "", "1,b") if tags.admits(text)] == ["1,2", "1, 2", ""]


def test_an_encoding_of_no_property_and_one_that_is_no_object_are_told(tmp_path: Path) -> None:
    contract = form(tmp_path, b={}, a=3)
    told = sorted(one.message for one in contract.findings)
    assert told == [
        "An encoding is an object.",
        "The schema has no property 'b' to encode.",
    ]


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json; charset=utf-8", True),
        ("application/vnd.x+json", True),
        ("TEXT/JSON", True),
        ("application/jsonl", False),
        ("text/plain", False),
    ],
)
def test_json_is_told_by_its_media_type(media_type: str, expected: bool) -> None:
    assert is_json(media_type) is expected
