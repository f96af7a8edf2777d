"""Parameters: every style of OpenAPI 3, read as the value that its schema describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.parameters import Parameter, coerced, decoded, members_of, types_of
from mockade.contract.violations import ABSENT
from tests.contract.documents import contract_of, operation_of, rules, schema_node

WHOLE = {"type": "integer"}
NUMBERS = {"type": "array", "items": WHOLE}
POINT = {"type": "object", "properties": {"R": WHOLE, "G": WHOLE, "name": {"type": "string"}}}


def parameter(
    folder: Path, where: str, schema: Any = None, *, version: str = "3.0.3", **words: Any
) -> Parameter:
    """A parameter called `color`."""
    declared = {"name": "color", "in": where, "required": where == "path", **words}
    if schema is not None:
        declared["schema"] = schema
    template = "/a/{color}" if where == "path" else "/a"
    paths = {template: {"get": {"parameters": [declared], "responses": {}}}}
    (found,) = operation_of(contract_of(folder, paths=paths, version=version)).parameters
    return found


def value_of(one: Parameter, *texts: str) -> Any:
    """What the texts under its name are read as; they must fit."""
    value, violations = one.read(texts)
    assert violations == []
    return value


# the styles, as the tables of OpenAPI 3.0.3 and 3.0.4 show them


@pytest.mark.parametrize(
    ("where", "style", "explode", "text"),
    [
        ("path", "simple", False, "3,4,5"),
        ("path", "simple", True, "3,4,5"),
        ("path", "label", False, ".3.4.5"),
        ("path", "label", False, ".3,4,5"),
        ("path", "label", True, ".3.4.5"),
        ("path", "matrix", False, ";color=3,4,5"),
        ("path", "matrix", True, ";color=3;color=4;color=5"),
        ("query", "form", False, "3,4,5"),
        ("query", "spaceDelimited", False, "3 4 5"),
        ("query", "pipeDelimited", False, "3|4|5"),
        ("header", "simple", False, "3,4,5"),
        ("header", "simple", True, "3, 4 , 5"),
        ("cookie", "form", False, "3,4,5"),
        ("cookie", "form", True, "3&color=4&color=5"),
    ],
)
def test_an_array_is_read_in_every_style(
    tmp_path: Path, where: str, style: str, explode: bool, text: str
) -> None:
    assert value_of(parameter(tmp_path, where, NUMBERS, style=style, explode=explode), text) == [3, 4, 5]


@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited"])
def test_an_exploded_array_of_the_query_repeats_its_name(tmp_path: Path, style: str) -> None:
    one = parameter(tmp_path, "query", NUMBERS, style=style, explode=True)
    assert value_of(one, "3", "4", "5") == [3, 4, 5]
    assert value_of(one, "3") == [3]
    texts = parameter(
        tmp_path, "query", {"type": "array", "items": {"type": "string"}}, style=style, explode=True
    )
    assert value_of(texts, "a,b|c d") == ["a,b|c d"]


@pytest.mark.parametrize(
    ("where", "style", "explode", "text"),
    [
        ("path", "simple", False, "R,100,G,200,name,5"),
        ("path", "simple", True, "R=100,G=200,name=5"),
        ("path", "label", False, ".R.100.G.200.name.5"),
        ("path", "label", False, ".R,100,G,200,name,5"),
        ("path", "label", True, ".R=100.G=200.name=5"),
        ("path", "matrix", False, ";color=R,100,G,200,name,5"),
        ("path", "matrix", True, ";R=100;G=200;name=5"),
        ("query", "form", False, "R,100,G,200,name,5"),
        ("query", "spaceDelimited", False, "R 100 G 200 name 5"),
        ("query", "pipeDelimited", False, "R|100|G|200|name|5"),
        ("header", "simple", False, "R,100, G,200,name,5"),
        ("header", "simple", True, "R=100, G=200,name=5"),
        ("cookie", "form", False, "R,100,G,200,name,5"),
    ],
)
def test_an_object_is_read_in_every_style(
    tmp_path: Path, where: str, style: str, explode: bool, text: str
) -> None:
    one = parameter(tmp_path, where, POINT, style=style, explode=explode)
    assert not one.spread
    assert value_of(one, text) == {"R": 100, "G": 200, "name": "5"}


@pytest.mark.parametrize(
    ("where", "style", "text"),
    [
        ("path", "simple", "5"),
        ("path", "label", ".5"),
        ("path", "matrix", ";color=5"),
        ("query", "form", "5"),
        ("header", "simple", "5"),
        ("cookie", "form", "5"),
    ],
)
def test_a_single_value_is_read_in_every_style(tmp_path: Path, where: str, style: str, text: str) -> None:
    assert value_of(parameter(tmp_path, where, WHOLE, style=style), text) == 5


def test_an_empty_value_is_empty_in_every_style(tmp_path: Path) -> None:
    text = {"type": "string"}
    assert value_of(parameter(tmp_path, "path", text, style="matrix"), ";color") == ""
    assert value_of(parameter(tmp_path, "path", text, style="label"), ".") == ""
    assert value_of(parameter(tmp_path, "query", text), "") == ""
    assert value_of(parameter(tmp_path, "query", NUMBERS, explode=False), "") == []
    assert value_of(parameter(tmp_path, "path", NUMBERS, style="matrix", explode=True), ";color") == []


def test_an_exploded_object_of_the_query_is_spread_over_it(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", POINT)
    assert one.spread
    assert one.read({"R": ["100"], "name": ["5"], "page": ["2"]}) == ({"R": 100, "name": "5"}, [])
    assert one.read({"page": ["2"]}) == (ABSENT, [])


def test_a_deep_object_is_read_from_names_in_brackets(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {"R": WHOLE, "tags": {"type": "array", "items": WHOLE}},
        "additionalProperties": {"type": "boolean"},
    }
    one = parameter(tmp_path, "query", schema, style="deepObject", explode=True)
    assert one.spread
    query = {
        "color[R]": ["100"],
        "color[tags]": ["1", "2"],
        "color[on]": ["true"],
        "colors[R]": ["5"],
        "R": ["6"],
    }
    assert one.read(query) == ({"R": 100, "tags": [1, 2], "on": True}, [])
    value, violations = one.read({"color[R]": ["x"]})
    assert value == {"R": "x"}
    assert rules(violations) == {"/color/R": "type"}


def test_a_missing_spread_object_is_missed_when_it_is_required(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", POINT, style="deepObject", required=True)
    assert rules(one.read({})[1]) == {"/color": "required"}


def test_an_array_in_several_header_lines_is_one_list(tmp_path: Path) -> None:
    assert value_of(parameter(tmp_path, "header", NUMBERS), "3, 4", "5") == [3, 4, 5]


# coercion


@pytest.mark.parametrize(
    ("text", "types", "value"),
    [
        ("5", {"integer"}, 5),
        ("-0", {"integer"}, 0),
        ("007", {"integer"}, 7),
        ("5.0", {"integer"}, 5.0),
        ("5.5", {"integer"}, 5.5),
        ("5", {"number"}, 5.0),
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


@pytest.mark.parametrize("digits", ["9" * 20, "9" * 39, "9" * 40, "9" * 5000, "-" + "9" * 100])
def test_a_huge_number_is_a_violation_and_no_crash(tmp_path: Path, digits: str) -> None:
    (violation,) = parameter(tmp_path, "query", WHOLE).read([digits])[1]
    assert violation.rule in ("maximum", "minimum", "type")


def test_a_whole_float_is_an_integer_when_it_is_read(tmp_path: Path) -> None:
    value = value_of(parameter(tmp_path, "query", WHOLE), "5.0")
    assert (value, type(value)) == (5, int)


def test_the_last_of_several_single_values_counts(tmp_path: Path) -> None:
    assert value_of(parameter(tmp_path, "query", WHOLE), "1", "2") == 2


def test_what_does_not_fit_is_a_violation_under_the_parameter_s_name(tmp_path: Path) -> None:
    value, violations = parameter(tmp_path, "query", {**NUMBERS, "maxItems": 2}).read(["1", "x", "3"])
    assert value == [1, "x", 3]
    assert rules(violations) == {"/color": "maxItems", "/color/1": "type"}
    assert {violation.where for violation in violations} == {"query"}


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


def test_a_nullable_parameter_takes_null(tmp_path: Path) -> None:
    assert value_of(parameter(tmp_path, "query", {"type": "integer", "nullable": True}), "null") is None


# presence


@pytest.mark.parametrize("where", ["path", "query", "header", "cookie"])
def test_a_missing_required_parameter_is_a_violation(tmp_path: Path, where: str) -> None:
    value, (violation,) = parameter(tmp_path, where, WHOLE, required=True).read([])
    assert value is ABSENT
    assert (violation.where, violation.path, violation.rule) == (where, ("color",), "required")
    assert violation.message == f"The {where} parameter 'color' is required."
    assert "x.yaml:" in violation.place


def test_a_missing_optional_parameter_is_absent_or_its_default(tmp_path: Path) -> None:
    assert parameter(tmp_path, "query", WHOLE).read([]) == (ABSENT, [])
    assert parameter(tmp_path, "query", {**WHOLE, "default": 7}).read([]) == (7, [])
    assert parameter(tmp_path, "query", {**WHOLE, "default": None}).read([]) == (None, [])


def test_a_default_is_a_fresh_copy_each_time(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", {**NUMBERS, "default": [1]})
    one.read([])[0].append("mine")
    assert one.read([]) == ([1], [])


# content


def test_a_parameter_may_be_json(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", content={"application/json": {"schema": POINT}})
    assert not one.spread
    assert value_of(one, '{"R": 1.0, "name": "x"}') == {"R": 1, "name": "x"}
    assert rules(one.read(['{"R": "x"}'])[1]) == {"/color/R": "type"}


@pytest.mark.parametrize("text", ["{", "", "NaN", "[" * 200 + "]" * 200])
def test_a_parameter_that_is_no_json_says_so(tmp_path: Path, text: str) -> None:
    for media in ({"schema": POINT}, {}):
        value, (violation,) = parameter(tmp_path, "query", content={"application/json": media}).read([text])
        assert value is ABSENT
        assert (violation.rule, violation.path) == ("json", ("color",))


def test_a_parameter_of_another_media_type_is_text(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", content={"text/plain": {"schema": {"type": "string"}}})
    assert value_of(one, "{") == "{"


def test_an_example_of_a_parameter_is_known(tmp_path: Path) -> None:
    assert parameter(tmp_path, "query", WHOLE).example is ABSENT
    assert parameter(tmp_path, "query", WHOLE, example=5).example == 5
    assert parameter(tmp_path, "query", {**WHOLE, "example": 6}).example == 6
    assert parameter(tmp_path, "query", WHOLE, examples={"one": {"value": 7}}).example == 7


# percent-encoding


def test_percent_encoding_is_decoded_as_utf_8() -> None:
    assert decoded("caf%C3%A9%2F%20+") == "café/ +"
    assert decoded("50%") == "50%"
    assert decoded("%zz") == "%zz"


@pytest.mark.parametrize("text", ["%FF", "%C3%28", "%ED%A0%80", "a%80"])
def test_percent_encoding_that_is_no_utf_8_is_refused(text: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        decoded(text)
