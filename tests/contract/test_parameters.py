"""Parameters: every style of OpenAPI 3, read as the value that its schema describes.

Holds `contract/styles.py` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.parameters import Parameter
from mockade.contract.styles import decoded
from mockade.contract.violations import ABSENT
from tests.contract.documents import contract_of, operation_of, rules

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


# values


@pytest.mark.parametrize("digits", ["9" * 20, "9" * 39, "9" * 40, "9" * 5000, "-" + "9" * 100])
def test_a_huge_number_is_a_violation_and_no_crash(tmp_path: Path, digits: str) -> None:
    (violation,) = parameter(tmp_path, "query", WHOLE).read([digits])[1]
    assert violation.rule in ("maximum", "minimum", "type")


def test_what_does_not_fit_is_a_violation_under_the_parameter_s_name(tmp_path: Path) -> None:
    value, violations = parameter(tmp_path, "query", {**NUMBERS, "maxItems": 2}).read(["1", "x", "3"])
    assert value == [1, "x", 3]
    assert rules(violations) == {"/color": "maxItems", "/color/1": "type"}
    assert {violation.where for violation in violations} == {"query"}


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


TEXTS = {"type": "array", "items": {"type": "string"}}
MAP = {"type": "object", "additionalProperties": {"type": "string"}}


@pytest.mark.parametrize(
    ("where", "style", "explode", "text"),
    [
        ("query", "form", False, "a%2Cb,c+d%2B"),
        ("path", "simple", False, "a%2Cb,c%20d+"),
        ("path", "label", True, ".a%2Cb.c%20d+"),
        ("path", "matrix", True, ";color=a%2Cb;color=c%20d+"),
        ("cookie", "form", False, "a%2Cb,c%20d+"),
        ("cookie", "form", True, "a%2Cb&color=c%20d+"),
    ],
)
def test_what_is_percent_encoded_is_data_and_no_delimiter(
    tmp_path: Path, where: str, style: str, explode: bool, text: str
) -> None:
    one = parameter(tmp_path, where, TEXTS, style=style, explode=explode)
    assert one.raw
    assert value_of(one, text) == ["a,b", "c d+"]


def test_the_members_of_an_object_are_decoded_after_they_were_told_apart(tmp_path: Path) -> None:
    assert value_of(parameter(tmp_path, "path", MAP, explode=True), "a%3D=b%2C,c=%C3%A9") == {
        "a=": "b,",
        "c": "é",
    }
    assert value_of(parameter(tmp_path, "query", MAP, explode=False), "a%2C,b%2C") == {"a,": "b,"}


@pytest.mark.parametrize(("where", "text"), [("query", "1%2C2"), ("path", "1%2C2"), ("cookie", "1%2C2")])
def test_delimiters_that_came_percent_encoded_are_taken_where_nothing_else_fits_and_remarked_on(
    tmp_path: Path, where: str, text: str
) -> None:
    value, (notice,) = parameter(tmp_path, where, NUMBERS, explode=False).read([text])
    assert (value, notice.rule, notice.notice) == ([1, 2], "lenient", True)
    value, (violation,) = parameter(tmp_path, where, NUMBERS, explode=False).read(["1%2Cx"])
    assert (violation.rule, violation.notice) == ("type", False)


def test_a_cookie_is_decoded_unless_its_style_is_cookie(tmp_path: Path) -> None:
    text = {"type": "string"}
    assert value_of(parameter(tmp_path, "cookie", text), "a%20b%C3%A9+") == "a bé+"
    assert value_of(parameter(tmp_path, "cookie", text), "50%, %ff") == "50%, %ff"
    assert value_of(parameter(tmp_path, "cookie", WHOLE), "%35") == 5
    assert value_of(parameter(tmp_path, "cookie", text, style="cookie", version="3.2.0"), "a%20b") == "a%20b"
    json = parameter(tmp_path, "cookie", content={"application/json": {"schema": POINT}})
    assert value_of(json, "%7B%22R%22%3A1%7D") == {"R": 1}


def test_an_exploded_object_is_spread_over_the_cookies(tmp_path: Path) -> None:
    one = parameter(tmp_path, "cookie", POINT)
    assert one.spread
    assert one.read({"R": ["100"], "name": ["a%20b"], "other": ["x"]}) == ({"R": 100, "name": "a b"}, [])


@pytest.mark.parametrize(
    ("where", "style", "explode", "text", "message"),
    [
        (
            "query",
            "form",
            False,
            "R,1,G",
            "'R,1,G' is no list of names and values in turn: 'G' has no value.",
        ),
        ("query", "pipeDelimited", False, "R|1|G", "'R|1|G' is no list of names and values in turn"),
        ("header", "simple", False, "R", "'R' is no list of names and values in turn: 'R' has no value."),
        ("cookie", "form", False, "R,1,name", "'R,1,name' is no list of names and values in turn"),
        ("path", "matrix", False, ";color=R,1,G", "'R,1,G' is no list of names and values in turn"),
        ("path", "simple", True, "R=1,G", "'G' is no name and value such as a=1."),
        ("query", "form", False, "R,1,R,2", "'R,1,R,2' has 'R' twice."),
    ],
)
def test_an_object_that_would_lose_a_member_is_a_violation(
    tmp_path: Path, where: str, style: str, explode: bool, text: str, message: str
) -> None:
    value, (violation,) = parameter(tmp_path, where, POINT, style=style, explode=explode).read([text])
    assert value is ABSENT
    assert (violation.rule, violation.path, violation.notice) == ("style", ("color",), False)
    assert violation.message.startswith(message)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (WHOLE, ABSENT),
        ({**WHOLE, "default": 7}, 7),
        ({"type": "string", "minLength": 3}, ""),
        (NUMBERS, []),
        ({"type": "boolean"}, ABSENT),
    ],
)
def test_an_empty_value_is_allowed_where_the_contract_says_so(
    tmp_path: Path, schema: dict[str, Any], value: Any
) -> None:
    one = parameter(tmp_path, "query", schema, allowEmptyValue=True, required=True)
    assert one.read([""]) == (value, [])
    assert one.read(["x"])[1] or schema.get("minLength")
    assert one.read([])[1]


def test_an_open_object_takes_the_names_that_nothing_else_has(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", MAP)
    assert one.read({"a": ["1"], "b": ["x"]}) == ({"a": "1", "b": "x"}, [])
    assert one.reading.takes("whatever")
    assert not parameter(tmp_path, "query", POINT).reading.takes("whatever")


def test_a_deep_object_that_does_not_hang_together_is_a_violation(tmp_path: Path) -> None:
    one = parameter(tmp_path, "query", POINT, style="deepObject", explode=True)
    value, (violation,) = one.read({"color[R": ["1"]})
    assert (value, violation.rule) == (ABSENT, "style")
    assert one.reading.takes("color[R")
    assert not one.reading.takes("colour[R]")


def test_a_single_value_that_came_twice_is_remarked_on(tmp_path: Path) -> None:
    for where, taken, which in (("query", 2, "last"), ("header", 2, "last"), ("cookie", 1, "first")):
        value, (notice,) = parameter(tmp_path, where, WHOLE).read(["1", "2"])
        assert (value, notice.notice, notice.path) == (taken, True, ("color",))
        assert notice.message == f"It came 2 times, and takes one value: the {which}."
    json = parameter(tmp_path, "query", content={"application/json": {"schema": WHOLE}})
    value, (notice,) = json.read(["1", "2"])
    assert (value, notice.notice) == (2, True)


def test_a_whole_float_is_an_integer_when_it_is_read(tmp_path: Path) -> None:
    value, (notice,) = parameter(tmp_path, "query", WHOLE).read(["5.0"])
    assert (value, type(value), notice.rule) == (5, int, "lenient")


def test_a_path_value_without_the_mark_of_its_style_is_remarked_on(tmp_path: Path) -> None:
    for style, mark in (("label", "."), ("matrix", ";color=")):
        value, (notice,) = parameter(tmp_path, "path", WHOLE, style=style).read(["5"])
        assert (value, notice.message) == (5, f"'5' lacks the {mark!r} that its style puts before it.")
