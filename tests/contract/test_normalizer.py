"""Defaults, whole numbers and undeclared properties: what a schema does to a value that already fits.

Holds `contract/normalizer_registry.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.contract import Contract
from mockade.contract.normalizer import Normalizer
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.undeclared import undeclared_notices
from tests.contract.documents import contract_of, schema_node

TEXT = {"type": "string"}


def shape_in(contract: Contract, name: str = "S", direction: Any = "response") -> Normalizer:
    return NormalizerRegistry(contract.schemas, direction).normalizer(schema_node(contract, name))


def shape_of(folder: Path, schema: Any, *, version: str = "3.0.3", **others: Any) -> Normalizer:
    return shape_in(contract_of(folder, {"S": schema, **others}, version=version))


def notices(normalizer: Normalizer, value: Any) -> list[str]:
    return [violation.pointer for violation in undeclared_notices(normalizer, value, "body", ())]


# defaults


def test_an_absent_property_gets_its_default_and_a_given_one_stays(tmp_path: Path) -> None:
    properties = {"a": {"default": 1}, "b": {"default": [1]}, "c": {"default": None}, "d": TEXT}
    normalizer = shape_of(tmp_path, {"properties": properties})
    assert normalizer.fill({}) == {"a": 1, "b": [1], "c": None}
    assert normalizer.fill({"a": None, "b": []}) == {"a": None, "b": [], "c": None}


def test_defaults_are_filled_in_at_every_depth(tmp_path: Path) -> None:
    inner = {"properties": {"x": {"default": "y"}}}
    schema = {
        "properties": {"one": inner, "made": {**inner, "default": {}}},
        "additionalProperties": {"items": inner},
    }
    value = {"one": {}, "more": [{}, {"x": "z"}, 5]}
    assert shape_of(tmp_path, schema).fill(value) == {
        "one": {"x": "y"},
        "made": {"x": "y"},
        "more": [{"x": "y"}, {"x": "z"}, 5],
    }


def test_an_absent_object_is_not_made_up_for_the_defaults_in_it(tmp_path: Path) -> None:
    schema = {"properties": {"one": {"properties": {"x": {"default": "y"}}}}}
    assert shape_of(tmp_path, schema).fill({}) == {}


def test_defaults_come_through_refs_and_all_parts(tmp_path: Path) -> None:
    base = {"properties": {"a": {"default": "base"}, "b": {"default": "base"}}}
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"c": {"default": "part"}}}],
        "properties": {"a": {"default": "own"}, "d": {"allOf": [{"$ref": "#/components/schemas/D"}]}},
    }
    normalizer = shape_of(tmp_path, schema, Base=base, D={"type": "string", "default": "deep"})
    assert normalizer.fill({}) == {"a": "own", "b": "base", "c": "part", "d": "deep"}


def test_a_property_that_two_parts_describe_gets_the_defaults_of_both(tmp_path: Path) -> None:
    part = {"properties": {"in": {"properties": {"a": {"default": 1}}}}}
    other = {"properties": {"in": {"properties": {"b": {"default": 2}}}}}
    normalizer = shape_of(tmp_path, {"allOf": [part, other]})
    assert normalizer.fill({"in": {}}) == {"in": {"a": 1, "b": 2}}
    assert notices(normalizer, {"in": {"a": 1, "b": 2, "c": 3}}) == ["/in/c"]


def form(kind: str, **properties: Any) -> dict[str, Any]:
    return {"required": ["kind"], "properties": {"kind": {"enum": [kind]}, **properties}}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_only_the_branch_that_fits_gives_its_defaults(tmp_path: Path, keyword: str) -> None:
    forms = [form("cat", lives={"default": 9}), form("dog", tail={"default": True})]
    normalizer = shape_of(tmp_path, {keyword: forms})
    assert normalizer.fill({"kind": "dog"}) == {"kind": "dog", "tail": True}
    assert normalizer.fill({"kind": "cow"}) == {"kind": "cow"}
    assert normalizer.fill("text") == "text"


def test_each_choice_has_its_own_fitting_branch(tmp_path: Path) -> None:
    schema = {
        "allOf": [
            {"oneOf": [{"required": ["a"], "properties": {"x": {"default": 1}}}, {"required": ["none"]}]},
            {"oneOf": [{"required": ["none"]}, {"required": ["a"], "properties": {"y": {"default": 2}}}]},
        ],
        "anyOf": [{"required": ["a"], "properties": {"z": {"default": 3}}}],
    }
    assert shape_of(tmp_path, schema).fill({"a": 0}) == {"a": 0, "x": 1, "y": 2, "z": 3}


def test_the_branches_of_all_parts_are_known(tmp_path: Path) -> None:
    forms = {"oneOf": [form("cat"), form("dog")]}
    assert (
        len(shape_of(tmp_path, {"allOf": [forms, {"type": "object"}], "anyOf": [form("cow")]}).branches) == 3
    )
    assert shape_of(tmp_path, {"allOf": [{"type": "object"}], "properties": {"a": forms}}).branches == []


def test_a_branch_of_a_nullable_choice_is_filled_too(tmp_path: Path) -> None:
    schema = {"nullable": True, "oneOf": [form("cat", lives={"default": 9}), {"type": "integer"}]}
    assert shape_of(tmp_path, schema).fill({"kind": "cat"}) == {"kind": "cat", "lives": 9}


def test_a_default_object_is_a_fresh_copy_each_time(tmp_path: Path) -> None:
    normalizer = shape_of(tmp_path, {"properties": {"a": {"default": {"list": []}}}})
    first = normalizer.fill({})
    first["a"]["list"].append("mine")
    assert normalizer.fill({}) == {"a": {"list": []}}


def test_what_the_other_side_writes_gets_no_default(tmp_path: Path) -> None:
    properties = {"made": {"readOnly": True, "default": 1}, "secret": {"writeOnly": True, "default": 2}}
    contract = contract_of(tmp_path, {"S": {"properties": properties}})
    assert shape_in(contract, direction="request").fill({}) == {"secret": 2}
    assert shape_in(contract, direction="response").fill({}) == {"made": 1}


def test_a_default_beside_a_ref_counts_from_3_1_on(tmp_path: Path) -> None:
    schema = {"properties": {"a": {"$ref": "#/components/schemas/Text", "default": "d"}}}
    assert shape_of(tmp_path, schema, version="3.1.0", Text=TEXT).fill({}) == {"a": "d"}
    assert shape_of(tmp_path, schema, version="3.0.3", Text=TEXT).fill({}) == {}


# whole numbers


def test_a_whole_float_becomes_an_integer_where_one_is_asked(tmp_path: Path) -> None:
    whole = {"type": "integer"}
    schema = {
        "properties": {
            "a": whole,
            "list": {"items": whole},
            "or": {"oneOf": [TEXT, whole]},
            "part": {"allOf": [whole]},
            "null": {"type": "integer", "nullable": True},
            "number": {"type": "number"},
            "free": {},
        },
        "additionalProperties": whole,
    }
    value = dict.fromkeys(("a", "or", "part", "null", "number", "free", "more"), 1.0) | {"list": [1.0, 2]}
    filled = shape_of(tmp_path, schema).fill(value)
    assert {name: type(one) for name, one in filled.items() if name != "list"} == {
        **dict.fromkeys(("a", "or", "part", "null", "more"), int),
        **dict.fromkeys(("number", "free"), float),
    }
    assert [type(one) for one in filled["list"]] == [int, int]


def test_a_type_list_asks_for_an_integer_unless_any_number_will_do(tmp_path: Path) -> None:
    for types, kind in ((["integer", "null"], int), (["integer", "number"], float)):
        assert type(shape_of(tmp_path, {"type": types}, version="3.1.0").fill(1.0)) is kind


def test_true_and_halves_stay_what_they_are(tmp_path: Path) -> None:
    normalizer = shape_of(tmp_path, {"type": "integer"})
    assert normalizer.fill(True) is True
    assert normalizer.fill(1.5) == 1.5


def test_the_first_items_have_shapes_of_their_own(tmp_path: Path) -> None:
    schema = {"prefixItems": [{"type": "number"}, {"type": "integer"}], "items": {"type": "integer"}}
    filled = shape_of(tmp_path, schema, version="3.1.0").fill([1.0, 1.0, 1.0])
    assert [type(one) for one in filled] == [float, int, int]


# undeclared properties


def test_an_undeclared_property_is_noticed_and_the_nearest_named(tmp_path: Path) -> None:
    schema = {"properties": {"name": TEXT, "inner": {"properties": {"x": TEXT}}}}
    found = undeclared_notices(
        shape_of(tmp_path, schema), {"nmae": "a", "inner": {"x": "b", "y": 1}}, "body", ("at",)
    )
    assert [(one.pointer, one.notice, one.value) for one in found] == [
        ("/at/nmae", True, "a"),
        ("/at/inner/y", True, 1),
    ]
    assert found[0].message == "'nmae' is not in the contract. Did you mean 'name'?"


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"properties": {"a": TEXT}, "additionalProperties": True},
        {"properties": {"a": TEXT}, "additionalProperties": {}},
        {"properties": {"a": TEXT}, "patternProperties": {"^b": TEXT}},
        {"allOf": [{"properties": {"a": TEXT}}, {"additionalProperties": True}]},
        {
            "properties": {"a": TEXT},
            "oneOf": [{"type": "object", "additionalProperties": TEXT}, {"type": "null"}],
        },
    ],
)
def test_where_a_schema_speaks_of_others_nothing_is_noticed(tmp_path: Path, schema: dict[str, Any]) -> None:
    assert notices(shape_of(tmp_path, schema, version="3.1.0"), {"a": "x", "b": "y"}) == []


def test_a_property_is_known_when_any_part_or_fitting_branch_declares_it(tmp_path: Path) -> None:
    schema = {
        "properties": {"own": TEXT},
        "allOf": [{"properties": {"part": TEXT}}],
        "anyOf": [form("cat", lives=TEXT), form("dog", tail=TEXT)],
    }
    value = {"own": "", "part": "", "kind": "cat", "lives": "", "tail": ""}
    assert notices(shape_of(tmp_path, schema), value) == ["/tail"]


def test_items_and_members_are_looked_into(tmp_path: Path) -> None:
    inner = {"properties": {"x": TEXT}}
    schema = {"properties": {"list": {"oneOf": [TEXT, {"items": inner}]}}, "additionalProperties": inner}
    assert notices(shape_of(tmp_path, schema), {"list": [{"y": 1}], "more": {"z": 1}}) == [
        "/list/0/y",
        "/more/z",
    ]


# recursion


def test_a_schema_that_contains_itself_works_at_every_depth(tmp_path: Path) -> None:
    schema = {
        "properties": {
            "size": {"type": "integer", "default": 0},
            "children": {"items": {"$ref": "#/components/schemas/S"}},
        }
    }
    normalizer = shape_of(tmp_path, schema)
    assert normalizer.fill({"children": [{"children": [{"size": 1.0}]}]}) == {
        "size": 0,
        "children": [{"size": 0, "children": [{"size": 1}]}],
    }
    assert notices(normalizer, {"children": [{"children": [{"odd": 1}]}]}) == ["/children/0/children/0/odd"]


def test_a_schema_may_be_a_member_of_itself(tmp_path: Path) -> None:
    itself = {"$ref": "#/components/schemas/S"}
    schema = {"properties": {"size": {"type": "integer", "default": 0}, "next": {"allOf": [itself]}}}
    normalizer = shape_of(tmp_path, schema)
    assert normalizer.fill({"next": {"size": 1.0, "next": {}}}) == {
        "size": 0,
        "next": {"size": 1, "next": {"size": 0}},
    }
    assert notices(normalizer, {"next": {"next": {"odd": 1}}}) == ["/next/next/odd"]


def test_what_is_noticed_does_not_depend_on_the_value_before(tmp_path: Path) -> None:
    schema = {"oneOf": [form("cat", lives=TEXT), form("dog", tail=TEXT)]}
    normalizer = shape_of(tmp_path, schema)
    assert notices(normalizer, {"kind": "cat", "tail": ""}) == ["/tail"]
    assert notices(normalizer, {"kind": "dog", "tail": ""}) == []


def test_a_part_that_is_read_before_it_is_whole_is_whole_in_the_end(tmp_path: Path) -> None:
    schemas = {
        "S": {
            "properties": {
                "kids": {"items": {"$ref": "#/components/schemas/Kid"}},
                "late": {"default": "x"},
            }
        },
        "Kid": {"allOf": [{"$ref": "#/components/schemas/S"}]},
    }
    normalizer = shape_in(contract_of(tmp_path, schemas))
    assert normalizer.fill({"kids": [{}]}) == {"kids": [{"late": "x"}], "late": "x"}
    assert notices(normalizer, {"kids": [{"late": "x", "kids": []}]}) == []


@pytest.mark.parametrize(
    "schemas",
    [
        {"S": {"allOf": [{"$ref": "#/components/schemas/S"}], "properties": {"a": {"default": 1}}}},
        {"S": {"anyOf": [{"$ref": "#/components/schemas/S"}, {"properties": {"a": {"default": 1}}}]}},
        {
            "S": {"allOf": [{"$ref": "#/components/schemas/T"}]},
            "T": {"anyOf": [{"$ref": "#/components/schemas/S"}], "properties": {"a": {"default": 1}}},
        },
    ],
)
def test_a_schema_that_is_itself_ends(tmp_path: Path, schemas: dict[str, Any]) -> None:
    normalizer = shape_in(contract_of(tmp_path, schemas))
    assert normalizer.fill({}) == {"a": 1}
    assert notices(normalizer, {"a": 1}) == []


def test_many_schemas_that_meet_again_and_again_are_looked_at_once(tmp_path: Path) -> None:
    levels = 40
    schemas: dict[str, Any] = {f"L{levels}": TEXT}
    for level in range(levels):
        below = {"$ref": f"#/components/schemas/L{level + 1}"}
        schemas[f"L{level}"] = {"properties": {"a": below, "b": below}}
    assert shape_in(contract_of(tmp_path, schemas), "L0").fill({"a": {"b": {}}}) == {"a": {"b": {}}}


@pytest.mark.parametrize("first", ["Pet", "Cat"])
def test_forms_that_are_built_on_the_schema_that_lists_them_are_kept(tmp_path: Path, first: str) -> None:
    pet, cat = {"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Cat"}
    lives = {"properties": {"lives": {"type": "integer", "default": 9}}}
    contract = contract_of(
        tmp_path,
        {
            "Pet": {"oneOf": [cat]},
            "Cat": {"allOf": [pet, lives]},
            "First": {"$ref": f"#/components/schemas/{first}"},
        },
    )
    compiled = contract.component("First")
    assert compiled is not None
    assert len(compiled[1].branches) == (1 if first == "Pet" else 0)
    assert undeclared_notices(compiled[1], {"lives": 1}, "body", ()) == []
