"""Examples put together from those of a schema's properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.generation.generator import Generator
from mockade.contract.violations import ABSENT
from tests.contract.documents import contract_of, schema_node

TEXT = {"type": "string", "example": "a"}
UNSENT = {"type": "string", "writeOnly": True}


def assembled(folder: Path, schema: Any, **others: Any) -> Any:
    contract = contract_of(folder, {"S": schema, **others}, version="3.1.0")
    return Generator(contract.schemas).assembled(schema_node(contract))


@pytest.mark.parametrize(
    ("schema", "whole"),
    [
        (TEXT, "a"),
        ({"properties": {"t": TEXT}, "type": "object", "example": {"t": "own"}}, {"t": "own"}),
        ({"type": "object", "properties": {"t": TEXT, "c": {"const": 4}}}, {"t": "a", "c": 4}),
        ({"type": "object", "properties": {"d": {"type": "integer", "default": 5}}}, {"d": 5}),
        (
            {"type": "object", "properties": {"t": TEXT, "w": UNSENT}},
            {"t": "a"},
        ),
        (
            {"allOf": [{"type": "object", "properties": {"t": TEXT}}, {"properties": {"u": TEXT}}]},
            {"t": "a", "u": "a"},
        ),
        ({"type": "array", "items": {"type": "object", "properties": {"t": TEXT}}}, [{"t": "a"}]),
    ],
)
def test_what_has_all_that_it_needs_is_put_together(tmp_path: Path, schema: Any, whole: Any) -> None:
    assert assembled(tmp_path, schema) == whole


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "object"},
        {"type": "object", "properties": {"t": TEXT, "n": {"type": "integer"}}},
        {"type": "string", "enum": ["a", "b"]},
        {"oneOf": [TEXT, {"type": "integer", "example": 1}]},
        {"type": "array"},
        {"type": "object", "properties": {"again": {"$ref": "#/components/schemas/S"}}},
    ],
)
def test_where_a_part_has_no_example_there_is_none_of_the_whole(tmp_path: Path, schema: Any) -> None:
    assert assembled(tmp_path, schema) is ABSENT
