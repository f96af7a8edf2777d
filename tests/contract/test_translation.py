"""OpenAPI's dialects of JSON Schema: what 3.0 and 3.1 mean is what is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.translation import LARGEST_INTEGER, SMALLEST_INTEGER
from tests.contract.documents import contract_of, rules, schema_node, violations_of, words_at

TEXT = {"type": "string"}


def is_valid(folder: Path, schema: Any, value: Any, version: str = "3.0.3", **others: Any) -> bool:
    return not violations_of(folder, schema, value, version=version, **others)


def test_null_is_taken_where_a_type_is_nullable(tmp_path: Path) -> None:
    assert is_valid(tmp_path, {"type": "string", "nullable": True}, None)
    assert not is_valid(tmp_path, {"type": "string", "nullable": False}, None)
    assert not is_valid(tmp_path, {"type": "string"}, None)


def test_an_enum_takes_null_only_when_it_lists_it(tmp_path: Path) -> None:
    schema = {"type": "string", "nullable": True, "enum": ["a"]}
    assert rules(violations_of(tmp_path, schema, None)) == {"": "enum"}
    assert is_valid(tmp_path, {**schema, "enum": ["a", None]}, None)


@pytest.mark.parametrize(
    "whole",
    [
        {"allOf": [{"$ref": "#/components/schemas/Thing"}]},
        {"allOf": [{"type": "object"}, {"anyOf": [{"type": "object"}]}]},
        {"allOf": [{"enum": [{"a": "b"}]}]},
        {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "integer"}]},
        {"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "integer"}]},
        {"oneOf": [{"type": "object", "nullable": True}, {"type": "integer"}]},
        {"oneOf": [{"type": "object"}], "allOf": [{"type": "object"}]},
    ],
)
def test_null_is_taken_where_a_composition_is_nullable(tmp_path: Path, whole: dict[str, Any]) -> None:
    thing = {"type": "object", "properties": {"a": TEXT}}
    assert is_valid(tmp_path, {**whole, "nullable": True}, None, Thing=thing)
    assert is_valid(tmp_path, {**whole, "nullable": True}, {"a": "b"}, Thing=thing)
    assert not is_valid(tmp_path, {**whole, "nullable": True}, "text", Thing=thing)


def test_null_is_not_taken_where_a_composition_is_not_nullable(tmp_path: Path) -> None:
    assert not is_valid(tmp_path, {"allOf": [{"type": "object"}]}, None)
    assert not is_valid(tmp_path, {"oneOf": [{"type": "object"}, {"type": "integer"}]}, None)


def test_what_stands_inside_a_nullable_composition_can_still_be_referred_to(tmp_path: Path) -> None:
    schema = {
        "nullable": True,
        "allOf": [{"type": "object", "properties": {"a": {"oneOf": [TEXT, {"type": "integer"}]}}}],
        "properties": {"b": TEXT},
    }
    others = {
        "B": {"$ref": "#/components/schemas/S/properties/b"},
        "A": {"$ref": "#/components/schemas/S/allOf/0/properties/a/oneOf/1"},
    }
    contract = contract_of(tmp_path, {"S": schema, **others})
    for name, good, bad in (("A", 5, "text"), ("B", "text", 5), ("S", None, {"b": 5})):
        compiled = contract.component(name)
        assert compiled is not None
        assert compiled[0].is_valid(good)
        (violation,) = compiled[0].violations(bad, "body")
        assert words_at(violation.source).startswith('"type"')


def test_a_nullable_composition_tells_what_is_wrong_where_it_stands(tmp_path: Path) -> None:
    form = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "maxLength": 1}}}
    for keyword in ("anyOf", "oneOf"):
        schema = {"nullable": True, keyword: [{"type": "integer"}, form]}
        (violation,) = violations_of(tmp_path, schema, {"a": "long"})
        assert words_at(violation.source) == '"maxLength": 1'
        (violation,) = violations_of(tmp_path, schema, True)
        assert violation.message == "Expected integer or object or null, got boolean true."


def test_null_has_no_say_in_a_3_1_document(tmp_path: Path) -> None:
    assert not is_valid(tmp_path, {"type": "string", "nullable": True}, None, "3.1.0")
    assert is_valid(tmp_path, {"type": ["string", "null"]}, None, "3.1.0")


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_boolean_exclusive_bound_sharpens_its_bound(tmp_path: Path, version: str) -> None:
    schema = {"minimum": 1, "exclusiveMinimum": True, "maximum": 5, "exclusiveMaximum": False}
    assert rules(violations_of(tmp_path, schema, 1, version=version)) == {"": "exclusiveMinimum"}
    assert is_valid(tmp_path, schema, 5, version)
    assert is_valid(tmp_path, {"exclusiveMinimum": True}, -100, version)


def test_a_numeric_exclusive_bound_stays(tmp_path: Path) -> None:
    assert rules(violations_of(tmp_path, {"exclusiveMinimum": 1}, 1, version="3.1.0")) == {
        "": "exclusiveMinimum"
    }


def test_what_stands_beside_a_ref_counts_from_3_1_on(tmp_path: Path) -> None:
    beside = {"$ref": "#/components/schemas/Text", "minLength": 3}
    for schema, value in (
        (beside, "ab"),
        ({"properties": {"a": beside}}, {"a": "ab"}),
        ({"items": beside}, ["ab"]),
    ):
        assert is_valid(tmp_path, schema, value, "3.0.3", Text=TEXT)
        assert not is_valid(tmp_path, schema, value, "3.1.0", Text=TEXT)
        assert list(rules(violations_of(tmp_path, schema, value, version="3.1.0", Text=TEXT)).values()) == [
            "minLength"
        ]


def test_what_stands_beside_a_ref_is_part_of_the_schema_that_is_walked(tmp_path: Path) -> None:
    beside = {"$ref": "#/components/schemas/Text", "default": "none", "description": "d"}
    for version, default in (("3.0.3", None), ("3.1.0", "none")):
        node = schema_node(
            contract_of(tmp_path, {"S": {"properties": {"a": beside}}, "Text": TEXT}, version=version)
        )
        member = node.get("properties", "a")
        assert member is not None
        assert member.value.get("default") == default


def test_a_remark_beside_a_ref_changes_nothing(tmp_path: Path) -> None:
    schemas = {"S": {"$ref": "#/components/schemas/Text", "description": "d", "x-note": 1}, "Text": TEXT}
    assert schema_node(contract_of(tmp_path, schemas, version="3.1.0")).value == TEXT


ACCOUNT = {
    "type": "object",
    "required": ["id", "name", "password", "tag"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "name": TEXT,
        "password": {"type": "string", "writeOnly": True},
        "tag": {"$ref": "#/components/schemas/Tag"},
    },
}


def test_what_one_side_alone_writes_is_required_of_that_side_alone(tmp_path: Path) -> None:
    contract = contract_of(tmp_path, {"S": ACCOUNT, "Tag": {"type": "string", "readOnly": True}})
    node = schema_node(contract)
    asked = {
        "request": {"/name": "required", "/password": "required"},
        "response": {"/name": "required", "/id": "required", "/tag": "required"},
    }
    for direction, expected in asked.items():
        validator = contract.schemas.validator(node, direction)  # type: ignore[arg-type]
        assert rules(validator.violations({}, "body")) == expected


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": ["string", "integer"]}, "a", 1.5),
        ({"const": {"a": 1}}, {"a": 1}, {"a": 2}),
        ({"$defs": {"T": TEXT}, "$ref": "#/components/schemas/S/$defs/T"}, "a", 1),
        ({"prefixItems": [TEXT, {"type": "integer"}], "items": False}, ["a", 1], ["a", 1, 2]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"c": 1}, {"a": 1}),
        ({"allOf": [{"properties": {"a": TEXT}}], "unevaluatedProperties": False}, {"a": "b"}, {"b": 1}),
        ({"patternProperties": {"^x": TEXT}}, {"x1": "a"}, {"x1": 1}),
        ({"propertyNames": {"maxLength": 1}}, {"a": 1}, {"ab": 1}),
        ({"contains": {"type": "integer"}}, ["a", 1], ["a"]),
        (True, "anything", None),
    ],
)
def test_json_schema_2020_12_is_checked_as_it_is(tmp_path: Path, schema: Any, good: Any, bad: Any) -> None:
    assert is_valid(tmp_path, schema, good, "3.1.0")
    assert bad is None or not is_valid(tmp_path, schema, bad, "3.1.0")


@pytest.mark.parametrize("number", [LARGEST_INTEGER, SMALLEST_INTEGER, 0])
def test_a_whole_number_of_64_bits_is_taken(tmp_path: Path, number: int) -> None:
    assert is_valid(tmp_path, {"type": "integer"}, number)
    assert is_valid(tmp_path, {"type": "integer", "nullable": True}, number)


@pytest.mark.parametrize("number", [LARGEST_INTEGER + 1, SMALLEST_INTEGER - 1, 2**70, 2.0**70, 1e300])
def test_a_whole_number_beyond_64_bits_is_refused(tmp_path: Path, number: float) -> None:
    for schema in ({"type": "integer"}, {"type": "integer", "nullable": True}):
        (violation,) = violations_of(tmp_path, schema, number)
        assert violation.rule == ("minimum" if number < 0 else "maximum")
        assert violation.expected in (LARGEST_INTEGER, SMALLEST_INTEGER)
        assert violation.beside("type") == "integer", (
            "the schema itself stands behind a bound that it has not"
        )
    assert is_valid(tmp_path, {"type": "number"}, float(number))


def test_a_bound_of_the_contract_holds_and_none_lets_more_through_than_64_bits(tmp_path: Path) -> None:
    assert rules(violations_of(tmp_path, {"type": "integer", "maximum": 5}, 6)) == {"": "maximum"}
    for keyword in ("maximum", "exclusiveMaximum"):
        assert not is_valid(tmp_path, {"type": "integer", keyword: 2**70}, 2**65, "3.1.0")


def test_a_default_answer_is_translated_like_any_other(tmp_path: Path) -> None:
    schema = {"type": "string", "nullable": True}
    response = {"description": "d", "content": {"application/json": {"schema": schema}}}
    paths = {"/a": {"get": {"responses": {"default": response}}}}
    content = contract_of(tmp_path, paths=paths).operations[0].responses["default"].json
    assert content is not None
    assert content.validator is not None
    assert content.validator.is_valid(None)
