"""What breaks a schema: all of it, told in a sentence, with the place of the contract's own words.

Holds `contract/branches.py`, `contract/echoes.py`, `contract/keyword_places.py`, `contract/schemas.py`,
`contract/violations.py` and `contract/wording.py` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest

from mockade.contract.validators import Validator
from mockade.contract.violations import ABSENT, Violation
from mockade.contract.wording import json_type, shown_value
from mockade.errors import SetupError
from tests.contract.documents import contract_of, faults, rules, schema_node, violations_of, words_at

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}


def test_every_violation_is_told_not_the_first(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["id", "name"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string", "minLength": 2, "pattern": "^[a-z]*$"},
            "tags": {"type": "array", "maxItems": 1, "items": {"enum": ["x", "y"]}},
        },
    }
    value = {"name": "A", "tags": ["x", "q", 5], "more": 1}
    found = violations_of(tmp_path, schema, value)
    assert sorted((violation.pointer, violation.rule) for violation in found) == [
        ("/id", "required"),
        ("/more", "additionalProperties"),
        ("/name", "minLength"),
        ("/name", "pattern"),
        ("/tags", "maxItems"),
        ("/tags/1", "enum"),
        ("/tags/2", "enum"),
    ]


def test_a_schema_that_cannot_be_compiled_admits_anything(tmp_path: Path) -> None:
    def compile() -> NoReturn:
        raise SetupError([])

    contract = contract_of(tmp_path, {"S": TEXT})
    sound = contract.schemas.validator(schema_node(contract))
    assert [sound.admits(value) for value in ("a", 5)] == [True, False]
    assert Validator(contract.document, sound.source, compile).admits(5)


def test_a_violation_that_two_schemas_share_is_told_once(tmp_path: Path) -> None:
    schema = {"allOf": [{"required": ["a"]}, {"required": ["a"]}]}
    assert len(violations_of(tmp_path, schema, {})) == 1


@pytest.mark.parametrize(
    ("schema", "value", "expected", "message"),
    [
        (TEXT, 5, ["string"], "Expected string, got integer 5."),
        (TEXT, None, ["string"], "Expected string, got null."),
        (TEXT, True, ["string"], "Expected string, got boolean true."),
        (TEXT, {"a": None}, ["string"], 'Expected string, got object {"a":null}.'),
        ({"type": "integer"}, 1.5, ["integer"], "Expected integer, got number 1.5."),
        (
            {"enum": ["red", "blue"]},
            "rd",
            ["red", "blue"],
            "'rd' is none of the allowed values. Did you mean 'red'?",
        ),
        ({"enum": ["a", 1]}, "zz", ["a", 1], "'zz' is none of the allowed values. Known: 1, a."),
        ({"minimum": 3}, 2, 3, "2 must be at least 3."),
        ({"maximum": 3}, 4, 3, "4 must be at most 3."),
        ({"minimum": 3, "exclusiveMinimum": True}, 3, 3, "3 must be more than 3."),
        ({"maximum": 3, "exclusiveMaximum": True}, 3, 3, "3 must be less than 3."),
        ({"minLength": 1}, "", 1, "'' must have at least 1 character."),
        ({"maxLength": 2}, "abc", 2, "'abc' must have at most 2 characters."),
        ({"minItems": 2}, [1], 2, "[1] must have at least 2 items."),
        ({"maxProperties": 0}, {"a": 1}, 0, '{"a":1} must have at most 0 properties.'),
        ({"pattern": "^a"}, "b", "^a", "'b' does not match ^a."),
        ({"format": "uuid"}, "b", "uuid", "'b' is not a valid uuid."),
        ({"multipleOf": 5}, 7, 5, "7 must be a multiple of 5."),
        ({"uniqueItems": True}, [1, 1], None, "[1,1] has equal items, and each has to be another."),
        ({"not": {"type": "string"}}, "a", None, None),
        ({"not": {"type": "string", "description": "No text here."}}, "a", None, "No text here."),
    ],
)
def test_a_violation_says_what_was_asked(
    tmp_path: Path, schema: dict[str, Any], value: Any, expected: Any, message: str | None
) -> None:
    (violation,) = violations_of(tmp_path, schema, value)
    assert violation.expected == expected
    assert violation.value == value
    assert message is None or violation.message == message
    assert violation.rule in schema or (violation.rule.startswith("exclusive") and violation.rule in schema)


def test_const_and_nothing_say_what_was_asked(tmp_path: Path) -> None:
    (violation,) = violations_of(tmp_path, {"const": {"a": 1}}, "b", version="3.1.0")
    assert violation.message == "'b' must be {\"a\":1}."
    (violation,) = violations_of(tmp_path, {"properties": {"a": False}}, {"a": 1}, version="3.1.0")
    assert (violation.pointer, violation.message) == ("/a", "Nothing is allowed here, got integer 1.")


def test_a_long_value_is_cut_short_and_an_odd_one_shown_somehow() -> None:
    assert len(shown_value(["a" * 1000])) == 80
    assert shown_value(ABSENT) == "nothing"
    assert shown_value(2**70) == str(2**70)
    assert [json_type(one) for one in (None, True, 1, 1.0, "", {}, [])] == [
        *("null", "boolean", "integer", "number", "string", "object", "array")
    ]


def test_a_missing_property_s_path_is_where_it_should_be(tmp_path: Path) -> None:
    schema = {"properties": {"a": {"required": ["b/c"]}}}
    (violation,) = violations_of(tmp_path, schema, {"a": {}})
    assert violation.path == ("a", "b/c")
    assert violation.pointer == "/a/b~1c"
    assert violation.value is ABSENT


# oneOf and anyOf


def tagged(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["kind", *properties],
        "properties": {"kind": {"type": "string", "enum": [kind]}, **properties},
    }


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize("wrap", [False, True])
def test_the_branch_whose_tag_fits_is_the_one_that_is_told(tmp_path: Path, keyword: str, wrap: bool) -> None:
    forms = {keyword: [tagged("cat", lives=TEXT), tagged("dog", tail=TEXT, bark=TEXT, age=TEXT)]}
    schema = {"properties": {"pet": forms}} if wrap else forms
    value = {"kind": "dog", "tail": 5}
    found = violations_of(tmp_path, schema, {"pet": value} if wrap else value)
    at = "/pet" if wrap else ""
    assert rules(found) == {f"{at}/tail": "type", f"{at}/bark": "required", f"{at}/age": "required"}


@pytest.mark.parametrize("wrap", [False, True])
def test_the_branch_of_the_value_s_type_is_the_one_that_is_told(tmp_path: Path, wrap: bool) -> None:
    forms = {"oneOf": [TEXT, {"type": "object", "required": ["a", "b"]}]}
    schema = {"items": forms} if wrap else forms
    assert set(rules(violations_of(tmp_path, schema, [{}] if wrap else {})).values()) == {"required"}


@pytest.mark.parametrize("wrap", [False, True])
def test_a_value_of_no_branch_s_type_is_told_all_types(tmp_path: Path, wrap: bool) -> None:
    forms = {"oneOf": [TEXT, {"type": "object", "required": ["a"]}]}
    schema = {"properties": {"p": forms}} if wrap else forms
    (violation,) = violations_of(tmp_path, schema, {"p": 5} if wrap else 5)
    assert (violation.rule, violation.expected) == ("oneOf", ["string", "object"])
    assert violation.message == "Expected string or object, got integer 5."


def test_a_branch_within_a_branch_is_told_too(tmp_path: Path) -> None:
    inner = {"anyOf": [tagged("a", x=TEXT), tagged("b", y=TEXT)]}
    schema = {"oneOf": [TEXT, {"type": "object", "required": ["in"], "properties": {"in": inner}}]}
    assert rules(violations_of(tmp_path, schema, {"in": {"kind": "b"}})) == {"/in/y": "required"}


def test_a_value_that_fits_more_than_one_branch_says_so(tmp_path: Path) -> None:
    (violation,) = violations_of(tmp_path, {"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 3)
    assert violation.message == "3 fits more than one of the forms allowed here."


def const(value: Any) -> dict[str, Any]:
    return {"type": "string", "const": value}


NEAR = "'gens' is none of the allowed values. Did you mean 'gems'?"
KINDS = "'gold' is none of the allowed values. Known: coins, gems."


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("forms", "value", "path", "message"),
    [
        ([{"const": "coins"}, {"const": "gems"}], "gold", (), KINDS),
        ([{"const": "coins"}, {"enum": ["gems", "coins"]}], "gold", (), KINDS),
        ([const("coins"), const("gems"), {"type": "integer"}], "gold", (), KINDS),
        ([const("coins"), const("gems")], "gens", (), NEAR),
        ([{"const": 1}, {"const": 2}], 3, (), "3 is none of the allowed values. Known: 1, 2."),
        ([tagged("coins", a=TEXT), tagged("gems", b=TEXT)], {"kind": "gold"}, ("kind",), KINDS),
        ([tagged("coins", a=TEXT), TEXT, tagged("gems")], {"kind": "gold", "a": 3}, ("kind",), KINDS),
        ([tagged("coins"), {"required": ["b"]}], {"kind": "gold"}, ("b",), "'b' is required."),
        ([const("coins"), {"type": "integer"}], "gold", (), "'gold' fits none of the forms allowed here."),
    ],
)  # fmt: skip
def test_of_forms_that_constants_tell_apart_all_constants_are_told(
    tmp_path: Path, keyword: str, forms: Any, value: Any, path: Any, message: str
) -> None:
    schema = {"version": "3.1.0", "properties": {"p": {keyword: forms}}}
    (violation,) = violations_of(tmp_path, schema, {"p": value})
    assert (violation.path, violation.message) == (("p", *path), message)


# places


def test_the_place_is_that_of_the_keyword_through_refs_and_files(tmp_path: Path) -> None:
    files = {"parts/name.yaml": "Name:\n  type: string\n  maxLength: 2\nOther: 1\n"}
    schemas = {
        "S": {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
        "A": {"allOf": [{"properties": {"n": {"$ref": "parts/name.yaml#/Name"}}}, {"required": ["q/r"]}]},
    }
    compiled = contract_of(tmp_path, schemas, files=files).component("S")
    assert compiled is not None
    by_rule = {one.rule: one for one in compiled[0].violations({"a": {"n": "long"}}, "body")}
    assert by_rule["maxLength"].place.endswith("parts/name.yaml:3:3")
    assert words_at(by_rule["required"].source).startswith('"required": [')
    assert str(by_rule["maxLength"]).startswith("body /a/n: 'long' must have at most 2 characters.  [")


@pytest.mark.parametrize("name", ["x/y", "p%q", "é", "a b", "a~b", "#", "0", '"'])
def test_a_name_that_a_pointer_must_escape_keeps_its_place(tmp_path: Path, name: str) -> None:
    schema = {"properties": {name: {"properties": {name: {"maxLength": 1}}}}}
    (violation,) = violations_of(tmp_path, schema, {name: {name: "ab"}})
    assert violation.path == (name, name)
    assert words_at(violation.source) == '"maxLength": 1'


def test_the_words_beside_a_broken_rule_can_be_asked(tmp_path: Path) -> None:
    schema = {"type": "string", "format": "uuid", "minLength": 5, "x-note": "n"}
    (violation,) = [one for one in violations_of(tmp_path, schema, "ab") if one.rule == "minLength"]
    assert violation.beside("x-note") == "n"
    assert violation.beside("nothing") is None
    assert Violation("body", (), "json", "m").beside("type") is None


def test_an_unsound_schema_is_a_fault_at_its_keyword(tmp_path: Path) -> None:
    files = {"part.yaml": "A:\n  properties:\n    x:\n      minLength: few\n"}
    schemas = {
        "Good": TEXT,
        "Bad": {"properties": {"a": {"pattern": "("}}},
        "Far": {"$ref": "part.yaml#/A"},
    }
    found = faults(lambda: contract_of(tmp_path, schemas, files=files))
    assert len(found) == 2
    assert "part.yaml:4:7: This is not a sound schema" in found[0]
    assert '"(" is not a "regex"' in found[1]


# undeclared


def test_what_is_not_allowed_names_the_nearest(tmp_path: Path) -> None:
    schema = {"properties": {"name": TEXT, "kind": TEXT}, "additionalProperties": False}
    (violation,) = violations_of(tmp_path, schema, {"nmae": "x"})
    assert violation.message == "'nmae' is not allowed here. Did you mean 'name'?"
    assert violation.path == ("nmae",)
    (violation,) = violations_of(tmp_path, schema, {"zzz": "x"})
    assert violation.message == "'zzz' is not allowed here. Known: kind, name."


def test_what_is_not_evaluated_names_the_nearest_of_all_parts(tmp_path: Path) -> None:
    schema = {
        "$ref": "#/components/schemas/Base",
        "allOf": [{"properties": {"kind": TEXT}}],
        "unevaluatedProperties": False,
    }
    base = {"properties": {"name": TEXT}}
    (violation,) = violations_of(tmp_path, schema, {"nmae": "x", "kind": "y"}, version="3.1.0", Base=base)
    assert violation.message == "'nmae' is not allowed here. Did you mean 'name'?"


# formats


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "uuid",
            ["8c4d5e6f-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "8C4D5E6F-1A2B-4C3D-8E9F-0A1B2C3D4E5F"],
            ["8c4d5e6f", "{8c4d5e6f-1a2b-4c3d-8e9f-0a1b2c3d4e5f}", "8c4d5e6f1a2b4c3d8e9f0a1b2c3d4e5f", ""],
        ),
        (
            "date-time",
            ["2026-01-05T12:00:00Z", "2026-01-05T12:00:00.123456789+01:30", "2026-01-05t12:00:00z"],
            ["2026-01-05", "2026-01-05T12:00:00", "2026-02-30T12:00:00Z", "2026-01-05T25:00:00Z", "now"],
        ),
        (
            "semver",
            ["1.2.3", "0.0.0", "1.0.0-alpha.1", "1.0.0-0.3.7+build.01", "10.20.30"],
            ["1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3\n", "\u0661.2.3"],
        ),
    ],
)
def test_a_format_is_held_to(tmp_path: Path, name: str, good: list[str], bad: list[str]) -> None:
    compiled = contract_of(tmp_path, {"S": {"type": "string", "format": name}}).component("S")
    assert compiled is not None
    assert [text for text in good if not compiled[0].is_valid(text)] == []
    assert [text for text in bad if compiled[0].is_valid(text)] == []


def test_a_format_that_nobody_knows_is_a_remark(tmp_path: Path) -> None:
    assert violations_of(tmp_path, {"type": "string", "format": "player-tag"}, "anything") == []


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"contains": WHOLE}, ["a"], "must have at least 1 item that is what `contains` asks."),
        (
            {"contains": WHOLE, "minContains": 2},
            [1, "a"],
            "must have at least 2 items that are what `contains`",
        ),
        (
            {"contains": WHOLE, "minContains": 2, "maxContains": 3},
            [1, 2, 3, 4],
            "must have at least 2 and at most 3 items that are what `contains` asks.",
        ),
        (
            {"contains": WHOLE, "minContains": 0, "maxContains": 1},
            [1, 2],
            "must have at most 1 item that is what `contains` asks.",
        ),
        (
            {"prefixItems": [WHOLE], "unevaluatedItems": False},
            [1, 2],
            "has items that nothing in the contract",
        ),
        ({"uniqueItems": True}, [1, 1.0], "[1,1.0] has equal items, and each has to be another."),
        ({"not": {"required": ["a"], "description": None}}, {"a": 1}, '{"a":1} is what is not allowed here.'),
        (
            {"propertyNames": {"maxLength": 2}},
            {"abc": 1},
            "A property's name: 'abc' must have at most 2 characters.",
        ),
        ({"enum": [None, True, 2, "x"]}, 5, "5 is none of the allowed values. Known: 2, null, true, x."),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "'b'"),
        ({"if": {"required": ["a"]}, "else": {"required": ["b"]}}, {}, "'b' is required."),
    ],
)
def test_what_3_1_asks_is_said_as_it_is(tmp_path: Path, schema: Any, value: Any, message: str) -> None:
    (violation,) = violations_of(tmp_path, schema, value, version="3.1.0")
    assert message in violation.message
    assert ".." not in violation.message
    assert "None" not in violation.message


A = {"type": "object", "required": ["q"], "properties": {"q": WHOLE}}


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"properties": {"a": WHOLE}}, {"a": "x"}, {"/a": "type"}),
        ({"properties": {"a": WHOLE}}, {"a": "x", "z": 1}, {"/a": "type", "/z": "additionalProperties"}),
        ({"properties": {"a": WHOLE}}, {"z": 1}, {"/z": "additionalProperties"}),
        ({"allOf": [A], "properties": {"r": WHOLE}}, {"q": "x", "r": 1}, {"/q": "type"}),
        ({"allOf": [A], "properties": {"r": WHOLE}}, {"r": 1}, {"/q": "required"}),
        ({"patternProperties": {"^a": WHOLE}}, {"ab": "x"}, {"/ab": "type"}),
        (
            {"properties": {"b": {"properties": {"x": WHOLE}, "unevaluatedProperties": False}}},
            {"b": {"x": 1, "zz": 1}},
            {"/b/zz": "additionalProperties"},
        ),
        (
            {
                "oneOf": [
                    {"required": ["a"], "properties": {"a": WHOLE}},
                    {"required": ["b"], "properties": {"b": {}}},
                ]
            },
            {"a": 1, "c": 2},
            {"/c": "additionalProperties"},
        ),
        (
            {
                "anyOf": [
                    {"required": ["a"], "properties": {"a": {}}},
                    {"required": ["b", "c"], "properties": {"b": {}}},
                ]
            },
            {"a": 1, "b": 2},
            {"/b": "additionalProperties"},
        ),
    ],
)
def test_what_is_wrong_is_not_told_again_as_unevaluated(
    tmp_path: Path, schema: Any, value: Any, told: dict[str, str]
) -> None:
    closed = {"type": "object", "unevaluatedProperties": False, **schema}
    found = violations_of(tmp_path, closed, value, version="3.1.0")
    assert rules(found) == told
    assert len(found) == len(told)


def test_an_item_that_is_wrong_is_not_told_again_as_unevaluated(tmp_path: Path) -> None:
    schema = {"prefixItems": [WHOLE], "unevaluatedItems": False}
    assert rules(violations_of(tmp_path, schema, ["x"], version="3.1.0")) == {"/0": "type"}
