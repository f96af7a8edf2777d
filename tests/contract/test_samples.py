"""Made-up values: the contract's own words first, then the least that fits."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.samples import sample
from tests.contract.documents import contract_of, schema_node

NOW = "2026-01-05T12:00:00.000Z"
UUID = "00000000-0000-4000-8000-00000000000"


def made(folder: Path, schema: Any, *, version: str = "3.0.3", **others: Any) -> Any:
    numbers = count(1)
    node = schema_node(contract_of(folder, {"S": schema, **others}, version=version))
    return sample(node, now=lambda: NOW, uuid=lambda: f"{UUID}{next(numbers)}")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "default": 7, "example": 8}, 7),
        ({"type": "integer", "example": 8, "enum": [9, 8]}, 8),
        ({"enum": [9, 8]}, 9),
        ({"type": "string"}, "string"),
        ({"type": "boolean"}, False),
        ({"type": "integer"}, 0),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "object"}, {}),
        ({"type": "string", "nullable": True}, None),
        ({}, None),
        ({"type": "string", "format": "date-time", "example": "2020-01-01T00:00:00Z"}, NOW),
        ({"type": "string", "format": "uuid", "example": "one"}, f"{UUID}1"),
    ],
)
def test_the_contract_s_words_come_first_then_the_least(tmp_path: Path, schema: Any, value: Any) -> None:
    assert made(tmp_path, schema) == value


def test_a_const_and_a_3_1_example_are_the_contract_s_words_too(tmp_path: Path) -> None:
    assert made(tmp_path, {"const": {"a": 1}}, version="3.1.0") == {"a": 1}
    assert made(tmp_path, {"type": "integer", "examples": [5, 6]}, version="3.1.0") == 5
    assert made(tmp_path, {"type": ["string", "null"]}, version="3.1.0") is None


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 3, "maxLength": 4},
        {"type": "string", "minLength": 20},
        {"type": "string", "maxLength": 0},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "uri"},
        {"type": "string", "format": "email"},
        {"type": "integer", "minimum": 3, "multipleOf": 2},
        {"type": "integer", "minimum": 4, "exclusiveMinimum": True, "multipleOf": 2},
        {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 0.5},
        {"type": "integer", "maximum": -3},
        {"type": "array", "minItems": 2, "items": {"type": "integer"}},
        {"type": "array", "minItems": 1},
        {
            "type": "object",
            "required": ["a", "n"],
            "properties": {
                "a": {"type": "object", "required": ["b"], "properties": {"b": {"enum": ["x"]}}},
                "n": {},
            },
        },
        {"allOf": [{"description": "none"}, {"$ref": "#/components/schemas/Base"}], "required": ["b"]},
        {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"required": ["c"], "properties": {"c": {"type": "string"}}},
            ]
        },
        {"oneOf": [{"$ref": "#/components/schemas/Base"}, {"type": "integer"}]},
        {
            "required": ["k"],
            "properties": {"k": {"type": "string"}},
            "anyOf": [{"$ref": "#/components/schemas/Base"}],
        },
    ],
)
def test_a_sample_fits_its_schema(tmp_path: Path, schema: dict[str, Any]) -> None:
    base = {"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}}
    contract = contract_of(tmp_path, {"S": schema, "Base": base})
    value = sample(schema_node(contract), now=lambda: NOW, uuid=lambda: f"{UUID}1")
    assert [
        str(one) for one in contract.schemas.validator(schema_node(contract)).violations(value, "body")
    ] == []


def test_an_exclusive_number_is_stepped_over(tmp_path: Path) -> None:
    schema = {"type": "integer", "exclusiveMinimum": 4, "minimum": 1}
    assert made(tmp_path, schema, version="3.1.0") == 5


def test_only_required_properties_are_made(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"default": 1}, "b": {"default": 2}}}
    assert made(tmp_path, schema) == {"a": 1}


def test_a_sample_is_a_fresh_copy_of_the_contract_s_words(tmp_path: Path) -> None:
    for word in ("default", "example"):
        node = schema_node(contract_of(tmp_path, {"S": {"properties": {}, word: {"list": []}}}))
        sample(node, now=lambda: NOW, uuid=str)["list"].append("mine")
        assert sample(node, now=lambda: NOW, uuid=str) == {"list": []}


def test_a_schema_that_needs_itself_ends(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#/components/schemas/S"}},
    }
    value = made(tmp_path, schema)
    depth = 0
    while value:
        value, depth = value["next"], depth + 1
    assert 0 < depth < 20
