"""Text where a schema asks for another JSON type: what it becomes, and what is remarked on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.coercion import Remark, coerced, members_of, types_of
from tests.contract.documents import contract_of, schema_node

WHOLE = {"type": "integer"}
NUMBERS = {"type": "array", "items": WHOLE}


@pytest.mark.parametrize(
    ("text", "types", "value"),
    [
        ("5", {"integer"}, 5),
        ("-0", {"integer"}, 0),
        ("007", {"integer"}, 7),
        ("5.0", {"integer"}, 5.0),
        ("5.5", {"integer"}, 5.5),
        ("5", {"number"}, 5),
        ("5.0", {"number"}, 5.0),
        ("9007199254740993", {"number"}, 9007199254740993),
        ("09007199254740993", {"number"}, 9007199254740993),
        ("-9223372036854775808", {"number"}, -(2**63)),
        ("18446744073709551616", {"number"}, 2.0**64),
        ("9" * 50, {"number"}, 1e50),
        ("1e3", {"number"}, 1000.0),
        ("5", {"string"}, "5"),
        ("5", set(), "5"),
        ("5", {"integer", "string"}, 5),
        ("true", {"boolean"}, True),
        ("False", {"boolean"}, False),
        ("1", {"boolean"}, "1"),
        ("yes", {"boolean"}, "yes"),
        ("null", {"integer", "null"}, None),
        ("", {"integer", "null"}, None),
        ("", {"string", "null"}, ""),
        ("null", {"string", "null"}, "null"),
        (" 5", {"integer"}, " 5"),
        ("+5", {"integer"}, "+5"),
        ("5_000", {"integer"}, "5_000"),
        ("\u0665", {"integer"}, "\u0665"),
        ("nan", {"number"}, "nan"),
        ("inf", {"number"}, "inf"),
        ("1e999", {"number"}, "1e999"),
        ("0x10", {"integer"}, "0x10"),
        ("", {"integer"}, ""),
    ],
)
def test_text_becomes_the_value_that_its_types_make_of_it(text: str, types: set[str], value: Any) -> None:
    made = coerced(text, frozenset(types))
    assert made == value
    assert type(made) is type(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [NUMBERS, {"type": "null"}]},
        {"allOf": [{"$ref": "#/components/schemas/S"}]},
        {"oneOf": [{"$ref": "#/components/schemas/S"}]},
    ],
)
def test_types_are_found_in_the_parts_of_a_schema(tmp_path: Path, schema: dict[str, Any]) -> None:
    node = schema_node(contract_of(tmp_path, {"T": schema, "S": NUMBERS}, version="3.1.0"), "T")
    assert types_of(node).value(["1", "2"]) == [1, 2]


def test_members_are_found_in_the_parts_of_a_schema(tmp_path: Path) -> None:
    schema = {"allOf": [{"$ref": "#/components/schemas/T"}], "properties": {"a": WHOLE}}
    node = schema_node(contract_of(tmp_path, {"S": schema, "T": {"properties": {"b": NUMBERS, "a": {}}}}))
    members = members_of(node)
    assert members["a"].value(["1"]) == 1
    assert members["b"].value(["1"]) == [1]


def test_a_schema_that_is_itself_has_no_types(tmp_path: Path) -> None:
    schema = {"anyOf": [{"$ref": "#/components/schemas/S"}, {"type": "integer"}]}
    node = schema_node(contract_of(tmp_path, {"S": schema}))
    assert types_of(node).own == {"integer"}
    assert members_of(node) == {}


@pytest.mark.parametrize(
    ("text", "types", "value", "taken"),
    [
        ("05", {"integer"}, 5, "'05' is taken as 5: a number has no zeros before it."),
        ("-007", {"integer"}, -7, "'-007' is taken as -7: a number has no zeros before it."),
        ("00.50", {"number"}, 0.5, "'00.50' is taken as 0.50: a number has no zeros before it."),
        ("1e2", {"integer"}, 100.0, "'1e2' is taken as 100: an integer is written without a fraction and"),
        ("5.0", {"integer"}, 5.0, "'5.0' is taken as 5: an integer is written without a fraction and"),
        ("True", {"boolean"}, True, "'True' is taken as true: a boolean is written true or false."),
        ("FALSE", {"boolean", "null"}, False, "'FALSE' is taken as false: a boolean is written true or"),
    ],
)
def test_what_json_writes_otherwise_is_remarked_on(
    text: str, types: set[str], value: Any, taken: str
) -> None:
    told: list[Remark] = []
    assert coerced(text, frozenset(types), told, ("a",)) == value
    ((path, shown, message),) = told
    assert (path, shown) == (("a",), text)
    assert message.startswith(taken)


@pytest.mark.parametrize(
    ("text", "types"),
    [
        *(
            ("5", {"integer"}),
            ("-0", {"integer"}),
            ("1e2", {"number"}),
            ("0", {"number"}),
            ("0.5", {"number"}),
        ),
        *(("true", {"boolean"}), ("True", {"string"}), ("05", {"string"}), ("007", {"integer", "string"})),
    ],
)
def test_what_json_writes_so_is_not(text: str, types: set[str]) -> None:
    told: list[Remark] = []
    coerced(text, frozenset(types), told)
    assert told == []


def test_a_value_that_came_twice_is_remarked_on_but_in_an_array(tmp_path: Path) -> None:
    node = schema_node(contract_of(tmp_path, {"S": NUMBERS}))
    told: list[Remark] = []
    assert types_of(node).value(["1", "02"], told, ("a",)) == [1, 2]
    assert [one.path for one in told] == [("a", 1)]
    assert types_of(node).items.value(["1", "2"], told, ("b",)) == 2
    assert told[1] == Remark(("b",), "2", "It came 2 times, and takes one value: the last.")
