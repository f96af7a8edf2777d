"""Made-up values that are valid, suit their names and repeat.

Holds what the generator is made of too: `contract/generation/value_builder.py`,
`contract/generation/member_values.py`, `contract/generation/schema_merger.py`,
`contract/generation/merged_schema.py`, `contract/generation/merged_constraints.py`,
`contract/generation/draws.py`, `contract/generation/least_sizes.py`,
`contract/generation/numbers.py`, `contract/generation/text_values.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.contract.formats import NUMBER_FORMATS, TEXT_FORMATS
from mockade.contract.generation.draws import Draws
from mockade.contract.generation.generator import Generator
from mockade.contract.generation.least_sizes import LARGEST
from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.generation.value_builder import ValueBuilder
from tests.contract.documents import contract_of, schema_node

NOW = "2026-01-05T12:00:00Z"


def generator_of(
    folder: Path, schema: Any, *, version: str = "3.1.0", **others: Any
) -> tuple[Generator, Any]:
    contract = contract_of(folder, {"S": schema, **others}, version=version)
    return Generator(contract.schemas), schema_node(contract)


def made(
    folder: Path, schema: Any, *, seed: int = 1, asked: Any = None, version: str = "3.1.0", **others: Any
) -> Any:
    generator, node = generator_of(folder, schema, version=version, **others)
    return generator.generate(node, seed=seed, key="GET /s", now=NOW, asked=asked)


def many(folder: Path, schema: Any, count: int = 25, *, version: str = "3.1.0", **others: Any) -> list[Any]:
    """Values for as many seeds. The engine's validator has checked each already; here is another one."""
    generator, node = generator_of(folder, schema, version=version, **others)
    values = [generator.generate(node, seed=seed, key="k", now=NOW) for seed in range(count)]
    if version == "3.1.0":
        document = {"$ref": "#/components/schemas/S", "components": {"schemas": {"S": schema, **others}}}
        oracle = jsonschema.Draft202012Validator(_exact(document))
        for value in values:
            oracle.validate(_exact(value))
    return values


def _exact(value: Any) -> Any:
    """The value with decimals as they are written: the oracle divides floats where a multiple is asked."""
    return json.loads(json.dumps(value), parse_float=Decimal)


S = {"type": "string"}
I = {"type": "integer"}  # noqa: E741  # beside S it says what it is


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 30},
        {"type": "string", "maxLength": 2},
        {"type": "string", "minLength": 5, "maxLength": 5, "pattern": "^[A-Z]+$"},
        {"type": "string", "pattern": "^ab", "format": "hostname"},
        {"type": "integer", "minimum": 5, "maximum": 7},
        {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7},
        {"type": "integer", "multipleOf": 7, "minimum": 50},
        {"type": "integer", "maximum": -5},
        {"type": "integer", "format": "int32"},
        {"type": "number", "multipleOf": 0.01},
        {"type": "number", "multipleOf": 0.25, "exclusiveMinimum": 0, "maximum": 0.5},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
        {"type": "number", "minimum": 1e9, "maximum": 1e12},
        {"type": "number", "minimum": 1e25, "multipleOf": 1e20},
        {"type": "number", "minimum": 1e306, "multipleOf": 1e306},
        {"type": "integer", "minimum": 2**64 - 3},
        {"type": "array", "items": I, "minItems": 4, "uniqueItems": True},
        {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
        {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True},
        {"type": "array", "items": S, "maxItems": 0},
        {"type": "array", "prefixItems": [S, I], "items": False},
        {"type": "array", "prefixItems": [S], "items": I, "minItems": 3},
        {"type": "array", "items": I, "contains": {"minimum": 100}, "minContains": 2},
        {"type": "array", "items": False},
        {"type": "object", "additionalProperties": I, "minProperties": 4},
        {"type": "object", "properties": {"a": S, "b": S, "c": S}, "maxProperties": 1},
        {"type": "object", "properties": {"a": S}, "minProperties": 3},
        {"type": "object", "properties": {"a": S}, "additionalProperties": False},
        {"type": "object", "patternProperties": {"^x-[a-z]+$": I}, "additionalProperties": False},
        {"type": "object", "patternProperties": {"^x": {"minimum": 3}}, "properties": {"x1": I}},
        {"type": "object", "propertyNames": {"pattern": "^[A-Z]{3}$"}, "additionalProperties": I},
        {"type": "object", "propertyNames": {"enum": ["a", "b"]}, "minProperties": 2},
        {"type": "object", "required": ["undeclared"]},
        {"enum": ["a", 1, None]},
        {"const": {"a": [1]}},
        {"type": "string", "enum": ["a", 1]},
        {"oneOf": [{"type": "integer", "minimum": 5}, {"type": "integer", "maximum": 7}]},
        {"oneOf": [S, {"type": "string", "maxLength": 5}]},
        {
            "type": "object",
            "properties": {"a": S, "b": S},
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        },
        {"anyOf": [S, I, {"type": "null"}]},
        {"allOf": [{"minimum": 3}, {"maximum": 4}, {"type": "integer"}]},
        {"allOf": [{"properties": {"a": {"minLength": 3}}}, {"properties": {"a": S}, "required": ["a"]}]},
        {"type": "integer", "minimum": 1, "maximum": 3, "not": {"const": 2}},
        {"type": "object", "properties": {"a": S, "b": S}, "not": {"required": ["a"]}},
        {"not": {"type": "object"}, "type": ["object", "string"]},
        {"not": {"type": "object"}},
        {"not": {"anyOf": [{"type": "object"}, {"type": "array"}]}},
        {"type": "object", "properties": {"a": {"not": {"type": "string"}}}, "required": ["a"]},
        {
            "type": "object",
            "properties": {"kind": {"enum": ["x", "y"]}, "n": I},
            "required": ["kind"],
            "if": {"properties": {"kind": {"const": "x"}}},
            "then": {"required": ["n"], "properties": {"n": {"minimum": 1000}}},
            "else": {"properties": {"n": {"maximum": -1}}},
        },
        {"type": "object", "properties": {"a": S, "b": S}, "dependentRequired": {"a": ["c", "b"]}},
        {
            "type": "object",
            "properties": {"a": S},
            "dependentSchemas": {"a": {"properties": {"z": {"const": 1}}, "required": ["z"]}},
        },
        {"type": ["null", "integer"]},
        {"type": "object", "properties": {"a": S}, "unevaluatedProperties": False},
        {"allOf": [{"properties": {"a": S}}], "properties": {"b": S}, "unevaluatedProperties": False},
        {"type": "null"},
        {"type": "boolean"},
        True,
        {},
    ],
)
def test_a_value_fits_what_each_keyword_asks(tmp_path: Path, schema: Any) -> None:
    many(tmp_path, schema)


FORMATS = [
    *(
        "date-time",
        "date",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
    ),
    *("uri", "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "json-pointer", "regex"),
    *("relative-json-pointer", "byte", "binary", "password", "semver", "unheard-of"),
    *TEXT_FORMATS,
]


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_has_texts(tmp_path: Path, format: str) -> None:
    assert len(set(many(tmp_path, {"type": "string", "format": format}))) > 1


@pytest.mark.parametrize("format", NUMBER_FORMATS)
@pytest.mark.parametrize("bounds", [{}, {"minimum": -5}, {"maximum": 90}, {"multipleOf": 1.5}])
def test_each_format_has_numbers(tmp_path: Path, format: str, bounds: dict[str, float]) -> None:
    assert len(set(many(tmp_path, {"type": "number", "format": format, **bounds}))) > 1


@pytest.mark.parametrize(
    ("schema", "bad"),
    [
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 4}, 3),
        ({"type": "integer", "maximum": 3, "exclusiveMaximum": True, "minimum": 2}, 3),
    ],
)
def test_the_boolean_bounds_of_3_0_exclude(tmp_path: Path, schema: Any, bad: int) -> None:
    assert bad not in many(tmp_path, schema, version="3.0.3")


def test_optional_properties_are_filled_and_arrays_have_two_or_three_items(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": S, "list": {"type": "array", "items": S}}}
    for value in many(tmp_path, schema):
        assert set(value) == {"a", "list"}
        assert len(value["list"]) in (2, 3)


def test_what_only_the_client_writes_is_not_answered_and_what_only_the_server_writes_is(
    tmp_path: Path,
) -> None:
    schema = {
        "type": "object",
        "required": ["secret", "id"],
        "properties": {"id": {**I, "readOnly": True}, "secret": {**S, "writeOnly": True}},
    }
    assert set(made(tmp_path, schema)) == {"id"}
    contract = contract_of(tmp_path, {"S": schema})
    request = Generator(contract.schemas, "request")
    assert set(request.generate(schema_node(contract), seed=1, key="k", now=NOW)) == {"secret"}


def test_the_author_s_examples_win_where_they_fit(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {**S, "example": "mine"},
            "b": {**S, "examples": ["one", "two"]},
            "c": {**S, "default": "usual"},
            "d": {"type": "integer", "example": "no number"},
            "e": {
                "type": "object",
                "required": ["x", "y"],
                "properties": {"x": S, "y": I},
                "example": {"x": "ex"},
            },
            "f": {"type": "array", "items": I, "example": [1, "two"]},
            "g": {**S, "example": 5},
        },
    }
    for value in many(tmp_path, schema):
        assert value["a"] == "mine"
        assert value["b"] in ("one", "two")
        assert value["c"] == "usual"
        assert isinstance(value["d"], int)
        assert value["e"]["x"] == "ex"
        assert isinstance(value["e"]["y"], int)
        assert "two" not in value.get("f", [])
        assert value["g"] == "5"


def test_the_items_of_an_array_do_not_share_the_id_of_an_example(tmp_path: Path) -> None:
    item = {"type": "object", "properties": {"id": {**I, "example": 7}, "name": {**S, "example": "n"}}}
    value = made(tmp_path, {"type": "array", "items": item, "minItems": 3})
    assert value[0] == {"id": 7, "name": "n"}
    assert len({one["id"] for one in value}) == 3
    assert {one["name"] for one in value} == {"n"}


CAT = {"type": "object", "required": ["kind"], "properties": {"kind": S, "lives": I}}
DOG = {"type": "object", "required": ["kind"], "properties": {"kind": S, "barks": {"type": "boolean"}}}


def test_a_discriminator_names_the_branch(tmp_path: Path) -> None:
    refs = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
    for keyword in ("oneOf", "anyOf"):
        schema = {
            keyword: refs,
            "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
        }
        values = many(tmp_path, schema, version="3.0.3", Cat=CAT, Dog=DOG)
        assert {value["kind"] for value in values} == {"cat", "Dog"}
        for value in values:
            assert ("lives" if value["kind"] == "cat" else "barks") in value


def test_a_discriminator_of_a_base_names_the_child(tmp_path: Path) -> None:
    base = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": S},
        "discriminator": {"propertyName": "kind", "mapping": {"hound": "#/components/schemas/Dog"}},
    }
    dog = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"barks": {"type": "boolean"}}}]}
    assert made(tmp_path, dog, version="3.0.3", Base=base, Dog=dog)["kind"] == "S"
    for name in ("Dog", "Base"):
        contract = contract_of(tmp_path, {"Base": base, "Dog": dog})
        value = Generator(contract.schemas).generate(schema_node(contract, name), seed=1, key="k", now=NOW)
        assert value["kind"] == "hound"
        assert "barks" in value


def test_branches_that_overlap_are_kept_apart(tmp_path: Path) -> None:
    wide = {"type": "object", "properties": {"a": S}}
    narrow = {"type": "object", "properties": {"a": S, "b": I}, "required": ["a"]}
    many(tmp_path, {"oneOf": [wide, narrow]})


def test_what_may_be_null_is_not_null_where_it_can_be_something(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {**S, "nullable": True}}}
    assert all(value["a"] for value in many(tmp_path, schema, version="3.0.3"))
    schema = {"type": "object", "properties": {"a": {"anyOf": [{"type": "null"}, S]}}}
    assert all(value["a"] for value in many(tmp_path, schema))


def test_what_is_deep_is_not_null_where_only_a_part_may_be(tmp_path: Path) -> None:
    number = {"allOf": [{"nullable": True}, {"anyOf": [I, {"type": "number"}]}]}
    schema: dict[str, Any] = {"type": "object", "required": ["x"], "properties": {"x": number}}
    for _ in range(12):
        schema = {"type": "object", "required": ["x"], "properties": {"x": schema}}
    many(tmp_path, schema, 3, version="3.0.3")


# Recursion.

REF = {"$ref": "#/components/schemas/S"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"name": S, "children": {"type": "array", "items": REF}}},
        {
            "type": "object",
            "required": ["children"],
            "properties": {"children": {"type": "array", "items": REF}},
        },
        {"type": "object", "properties": {"parent": REF, "name": S}},
        {"type": "object", "required": ["next"], "properties": {"next": {"anyOf": [REF, {"type": "null"}]}}},
        {"oneOf": [{"type": "array", "items": REF, "minItems": 2}, I]},
        {"type": "object", "additionalProperties": REF},
        {"type": "object", "properties": dict.fromkeys("abcdefgh", REF)},
    ],
)
def test_recursion_ends_in_little_time_and_space(tmp_path: Path, schema: Any) -> None:
    for value in many(tmp_path, schema, count=5):
        assert len(json.dumps(value)) < LARGEST / 2


def test_a_circle_of_required_properties_is_named(tmp_path: Path) -> None:
    def holding(other: str) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["x"],
            "properties": {"x": {"$ref": f"#/components/schemas/{other}"}},
        }

    with pytest.raises(NoValueFound, match=r"x\.yaml:\d+:\d+.*without end"):
        made(tmp_path, holding("T"), T=holding("S"))


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_many_choices_of_one_schema_are_looked_at_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keyword: str
) -> None:
    """Sixteen choices of two branches are 32 branches, and 65,536 ways to make them all."""
    count = 0
    merge = MergedSchema.__init__

    def counted(self: MergedSchema, *arguments: Any) -> None:
        nonlocal count
        count += 1
        merge(self, *arguments)

    def branch(name: str) -> Any:
        return {"type": "object", "required": [name], "properties": {name: {"type": "integer"}}}

    monkeypatch.setattr(MergedSchema, "__init__", counted)
    value = made(tmp_path, {"allOf": [{keyword: [branch(f"a{n}"), branch(f"b{n}")]} for n in range(16)]})
    assert len(value) >= 16
    assert count < 500


def test_a_generator_forgets_what_it_read_when_that_is_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = {"allOf": [{"oneOf": [{"required": [f"a{n}"]}, {"required": [f"b{n}"]}]} for n in range(4)]}
    generator, node = generator_of(tmp_path, {"type": "object", **schema})

    def all_made() -> list[Any]:
        return [generator.generate(node, seed=n, key="k", now=NOW) for n in range(20)]

    first = all_made()
    monkeypatch.setattr("mockade.contract.generation.generator._MOST_READ", 10)
    assert all_made() == first
    assert len(generator._merger) < 200


def test_schemas_that_all_hold_each_other_are_read_in_little_time(tmp_path: Path) -> None:
    names = [f"N{number}" for number in range(40)]
    properties = {name: {"$ref": f"#/components/schemas/{name}"} for name in names}
    others = {name: {"type": "object", "properties": properties, "required": names[:1]} for name in names[1:]}
    others["N0"] = {"type": "object", "properties": properties}
    began = time.process_time()
    made(tmp_path, {"type": "object", "properties": properties, "required": names}, **others)
    others["N0"] = {"type": "object", "properties": properties, "required": names}
    with pytest.raises(NoValueFound, match="without end"):
        made(tmp_path, {"type": "object", "properties": properties, "required": names}, **others)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 2}, "bounds"),
        ({"type": "integer", "minimum": 1e25}, "bounds"),
        ({"type": "integer", "maximum": -1e25}, "bounds"),
        ({"type": "string", "enum": [1]}, "options"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "types"),
        ({"type": "object", "required": ["a"], "additionalProperties": False}, "admits nothing"),
        ({"type": "array", "items": I, "minItems": 3, "maxItems": 2}, "more items"),
        ({"type": "string", "minLength": 70_000}, "text"),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True}, "differ"),
        ({"oneOf": [S, S]}, "more than one"),
        ({"type": "array", "items": {"type": "string", "minLength": 9000}, "minItems": 9}, "larger"),
    ],
)
def test_what_no_value_fits_is_told_with_its_place(tmp_path: Path, schema: Any, why: str) -> None:
    with pytest.raises(NoValueFound, match=rf"x\.yaml:\d+:\d+.*{why}") as raised:
        made(tmp_path, schema)
    assert raised.value.status == 501


# What was asked is said back.

ROW = {
    "type": "object",
    "properties": {
        "id": I,
        "user_name": S,
        "ready": {"type": "boolean"},
        "tags": {"type": "array", "items": S},
    },
}


def test_what_was_asked_is_said_back_where_its_type_fits(tmp_path: Path) -> None:
    asked = {"id": "77", "userName": "ada", "tags": ["x"], "ready": "soon", "other": 1}
    value = made(tmp_path, ROW, asked=asked)
    assert (value["id"], value["user_name"], value["tags"]) == (77, "ada", ["x"])
    assert isinstance(value["ready"], bool)
    assert "other" not in value


def test_what_was_asked_and_does_not_fit_is_not_said_back(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            "id": {**I, "maximum": 9},
            "kind": {"enum": ["a", "b"]},
            "tags": {"type": "array", "items": I},
        },
    }
    value = made(tmp_path, schema, asked={"id": 100, "kind": "c", "tags": ["x"]})
    assert value["id"] <= 9
    assert value["kind"] in ("a", "b")
    assert all(isinstance(one, int) for one in value.get("tags", []))


def test_the_rows_of_a_list_say_back_what_was_asked_but_for_their_ids(tmp_path: Path) -> None:
    values = made(
        tmp_path, {"type": "array", "items": ROW, "minItems": 3}, asked={"id": 5, "user_name": "ada"}
    )
    assert {value["user_name"] for value in values} == {"ada"}
    assert len({value["id"] for value in values}) == 3


def test_an_envelope_s_row_says_back_what_was_asked(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"data": ROW, "ok": {"type": "boolean"}}}
    assert made(tmp_path, schema, asked={"id": 5})["data"]["id"] == 5


def test_what_was_sent_of_an_object_is_completed(tmp_path: Path) -> None:
    inner = {"type": "object", "required": ["id", "city"], "properties": {"id": I, "city": S}}
    schema = {"type": "object", "properties": {"address": inner}}
    value = made(tmp_path, schema, asked={"address": {"city": "Bonn"}})["address"]
    assert value["city"] == "Bonn"
    assert isinstance(value["id"], int)


# The same every time.

_SCRIPT = """
import json, sys
from pathlib import Path
from mockade.contract.contract import Contract
from mockade.contract.generation.generator import Generator
contract = Contract.load(Path(sys.argv[1]))
node = contract.document.component("schemas", "S")
generator = Generator(contract.schemas)
print(json.dumps([generator.generate(node, seed=s, key="k", now="2026-01-05T12:00:00Z") for s in range(5)]))
"""


def test_the_same_seed_and_key_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            **dict.fromkeys(["id", "email", "created_at", "zeta", "price"], S),
            "map": {"type": "object", "additionalProperties": {"type": "number"}},
            "either": {"oneOf": [{"required": ["a", "b", "c"]}, {"required": ["d"]}, I]},
            "codes": {"type": "array", "uniqueItems": True, "items": {**S, "pattern": "^[A-Z]{3}$"}},
        },
        "dependentRequired": {"id": ["q", "r", "s"]},
    }
    contract_of(tmp_path, {"S": schema}, version="3.1.0")
    answers = {
        subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(tmp_path / "x.yaml")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "99")
    }
    assert len(answers) == 1
    values = json.loads(answers.pop())
    assert values == many(tmp_path, schema, 5)
    assert len({json.dumps(value) for value in values}) == 5


def test_values_are_those_of_every_python(tmp_path: Path) -> None:
    """Pinned: a change of these is a change of every answer that was ever made up."""
    schema = {
        "type": "object",
        "properties": {"id": I, "first_name": S, "code": {**S, "pattern": "^[A-Z]{3}$"}},
    }
    assert made(tmp_path, schema) == {"id": 87069, "first_name": "Ada", "code": "IPQ"}


def test_a_value_does_not_depend_on_those_that_were_made_before(tmp_path: Path) -> None:
    generator, node = generator_of(tmp_path, {**ROW, "example": {"id": "wrong"}})
    values = [generator.generate(node, seed=seed, key="k", now=NOW) for seed in (1, 2, 3, 1)]
    assert values[0] == values[3]


# Any schema that has a value.

_NAMES = st.sampled_from(["id", "name", "email", "price", "created_at", "zip", "a b", "x-y", "Größe"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("abcXYZ 019-", max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=8,
)


def _schema_of(value: Any, draw: Any) -> dict[str, Any]:
    """A schema that `value` fits."""
    if draw(st.integers(0, 9)) == 0:
        return {"enum": [value, "other"]} if draw(st.booleans()) else {"const": value}
    match value:
        case None:
            schema: dict[str, Any] = {"type": ["null", "string"] if draw(st.booleans()) else "null"}
        case bool():
            schema = {"type": "boolean"}
        case int():
            schema = {"type": "integer"}
            schema |= {"minimum": value - draw(st.integers(0, 3))} if draw(st.booleans()) else {}
            schema |= {"exclusiveMaximum": value + draw(st.integers(1, 9))} if draw(st.booleans()) else {}
            if draw(st.booleans()) and value:
                schema["multipleOf"] = abs(value)
        case str():
            schema = {"type": "string", "maxLength": len(value) + draw(st.integers(0, 5))}
            schema |= {"minLength": max(0, len(value) - draw(st.integers(0, 5)))}
            schema |= {"pattern": "^[a-zA-Z0-9 -]*$"} if draw(st.booleans()) else {}
        case list():
            schema = {"type": "array", "minItems": len(value) - draw(st.integers(0, len(value)))}
            if draw(st.booleans()):
                schema["prefixItems"] = [_schema_of(one, draw) for one in value]
            elif value and all(one == value[0] for one in value):
                schema["items"] = _schema_of(value[0], draw)
            schema |= {"maxItems": len(value) + draw(st.integers(0, 3))} if draw(st.booleans()) else {}
        case _:
            schema = {
                "type": "object",
                "properties": {name: _schema_of(one, draw) for name, one in value.items()},
            }
            schema["required"] = sorted(name for name in value if draw(st.booleans()))
            schema |= {"additionalProperties": False} if draw(st.booleans()) else {}
            schema |= {"minProperties": len(value)} if draw(st.booleans()) else {}
            schema |= {"maxProperties": len(value) + draw(st.integers(0, 2))} if draw(st.booleans()) else {}
    around = draw(st.integers(0, 7))
    if around == 0:
        return {"allOf": [schema, {}]}
    if around == 1:
        return {"anyOf": [schema, {"type": "boolean"}]}
    if around == 2:
        return {"oneOf": [schema, {"type": "array", "minItems": 50, "maxItems": 40}]}
    return schema


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_schema_that_has_a_value_is_given_one(data: Any) -> None:
    schema = _schema_of(data.draw(_VALUES), data.draw)
    with tempfile.TemporaryDirectory() as folder:
        many(Path(folder), schema, 3)


TO_9 = {"type": "integer", "minimum": 0, "maximum": 9}
TO_1800 = {"type": "integer", "minimum": 0, "maximum": 1800}


@pytest.mark.parametrize(
    ("schema", "builds", "why"),
    [
        ({"type": "array", "minItems": 1_000_000, "items": {**S, "minLength": 1000}}, 1, "larger"),
        ({"type": "array", "minItems": 1_000_000, "items": I}, 1, "larger"),
        ({"type": "array", "minItems": 10_000, "items": I}, 1, "more than 2000 values"),
        ({"type": "array", "items": {"minItems": 90, "type": "array", "items": I}, "minItems": 90}, 1, "mor"),
        ({"type": "object", "minProperties": 5000, "propertyNames": {"pattern": "^x[0-9]$"}}, 1, "more"),
        ({"type": "object", "minProperties": 50, "propertyNames": {"pattern": "^x[0-9]$"}}, 400, "names"),
        ({"type": "array", "minItems": 90, "items": {**S, "pattern": "^(?!a)a{900}$"}}, 60, "text"),
        ({"type": "array", "minItems": 1900, "uniqueItems": True, "items": TO_9},
         4000, "differ"),
        ({"type": "array", "minItems": 1900, "uniqueItems": True, "items": TO_1800},
         4002, "too much work"),
    ],
)  # fmt: skip
def test_what_no_value_fits_is_given_up_within_a_budget_of_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: Any, builds: int, why: str
) -> None:
    work = {"build": 0, "number": 0}
    build, number = ValueBuilder.build, Draws.number

    def counted_build(self: ValueBuilder, *arguments: Any) -> Any:
        work["build"] += 1
        return build(self, *arguments)

    def counted_number(self: Draws) -> int:
        work["number"] += 1
        return number(self)

    monkeypatch.setattr(ValueBuilder, "build", counted_build)
    monkeypatch.setattr(Draws, "number", counted_number)
    with pytest.raises(NoValueFound, match=rf"x\.yaml:\d+:\d+.*{why}"):
        made(tmp_path, schema)
    assert work["build"] <= builds
    assert work["number"] <= 170_000


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "minProperties": 300},
        {"type": "array", "minItems": 1500, "items": I},
        {"type": "object", "properties": {"a": {"type": "array", "minItems": 10**6, "items": S}, "b": I}},
    ],
)
def test_what_is_large_and_within_the_bounds_is_made(tmp_path: Path, schema: Any) -> None:
    assert many(tmp_path, schema, 2)


def test_what_was_asked_for_and_is_too_large_is_left_out_and_the_rest_is_said_back(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": S, "b": S, "long": S, "wide": S}}
    asked = {"a": "x", "b": "y", "long": "l" * 200_000, "wide": "w" * 65_500}
    value = made(tmp_path, schema, asked=asked)
    assert (value["a"], value["b"]) == ("x", "y")
    assert len(value["long"]) < 100 > len(value["wide"])
