"""The compiled checks against the `jsonschema` library: they agree, and where they do not, it is told here.

Known differences, each shown by a test of its own below:

- A `$` in a pattern ends the text, as ECMA-262 has it; Python's also stands before a last newline.
- `multipleOf` compares decimals as they are written, so 0.3 is three times 0.1; Python divides floats.
- A float of -2**63 is below the integer -2**63; to Python they are equal. A float it is only when it was
  written as one, or when more than 64 bits were.
- 23:59:60Z, a leap second, is an RFC 3339 time; Python's calendar has none.
- The year 0000 is an RFC 3339 year; Python's calendar begins with 1.

MOCKADE_FUZZ multiplies the drawn schemas and lets chance choose them; without it they are always the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from mockade.contract.contract import Contract
from mockade.contract.document import Document
from mockade.contract.translation import translated
from mockade.contract.validators import Validator
from tests.contract.documents import write

FUZZ = float(os.environ.get("MOCKADE_FUZZ", "0"))
NAMES = ("a", "b", "id")
PATTERNS = ("^[a-z]+$", "^a", "b$", "[0-9]{2}", "^(?:x|yy)*$", "^\\S+$", "^.{2}$")

UUIDS = ("8c4d5e6f-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "8c4d5e6f1a2b4c3d8e9f0a1b2c3d4e5f", "8c4d5e6f-1a2b")
TIMES = (
    *("2026-01-05T12:00:00Z", "2026-01-05T12:00:00.5+01:30", "2026-02-30T12:00:00Z", "2026-01-05"),
    *("2026-01-05 12:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T12:00:00", "2026-1-05T12:00:00Z"),
)

TEXTS = st.one_of(
    st.sampled_from(["", "a", "b", "ab", "x", "xyy", "id", "12", "a12b", "é", "\U0001f600\U0001f600", " "]),
    st.sampled_from(UUIDS + TIMES),
    st.text(alphabet="abxy1 \u00e9", max_size=5),
)
NUMBERS = st.one_of(
    st.integers(-3, 6),
    st.sampled_from([0.0, 1.0, 1.5, -0.5, 2**53, 2**63, 2**64, -(2**64), 1e300, 5e-324]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)


def values() -> st.SearchStrategy[Any]:
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from((*NAMES, "z")), inner, max_size=4)
        ),
        max_leaves=8,
    )


def some(draw: st.DrawFn, schema: dict[str, Any], **keywords: st.SearchStrategy[Any]) -> dict[str, Any]:
    """The schema with a few of these keywords."""
    chosen = draw(st.sets(st.sampled_from(sorted(keywords)), max_size=3))
    return schema | {key: draw(keywords[key]) for key in sorted(chosen)}


@st.composite
def text_schema(draw: st.DrawFn) -> dict[str, Any]:
    return some(
        draw,
        {"type": "string"},
        minLength=st.integers(0, 3),
        maxLength=st.integers(0, 4),
        pattern=st.sampled_from(PATTERNS),
        format=st.sampled_from(["uuid", "date-time", "player-tag"]),
        enum=st.lists(TEXTS, min_size=1, max_size=3),
    )


@st.composite
def number_schema(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["integer", "number"]))
    whole = {"multipleOf": st.integers(1, 3)} if kind == "integer" else {}
    return some(
        draw,
        {"type": kind},
        minimum=st.integers(-2, 3),
        maximum=st.one_of(st.integers(0, 5), st.just(2.5)),
        exclusiveMinimum=st.booleans(),
        exclusiveMaximum=st.booleans(),
        enum=st.lists(NUMBERS, min_size=1, max_size=3),
        **whole,
    )


@st.composite
def loose_schema(draw: st.DrawFn) -> dict[str, Any]:
    return some(draw, {}, enum=st.lists(SCALARS, min_size=1, max_size=3), type=st.sampled_from(["boolean"]))


def containers(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def array_schema(draw: st.DrawFn) -> dict[str, Any]:
        return some(
            draw,
            {"type": "array", "items": draw(inner)},
            minItems=st.integers(0, 2),
            maxItems=st.integers(0, 2),
            uniqueItems=st.booleans(),
        )

    @st.composite
    def object_schema(draw: st.DrawFn) -> dict[str, Any]:
        return some(
            draw,
            {
                "type": "object",
                "properties": draw(st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)),
            },
            required=st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            additionalProperties=st.one_of(st.booleans(), inner),
            minProperties=st.integers(0, 2),
            maxProperties=st.integers(0, 2),
        )

    @st.composite
    def whole_schema(draw: st.DrawFn) -> dict[str, Any]:
        keyword = draw(st.sampled_from(["oneOf", "anyOf", "allOf"]))
        return {keyword: draw(st.lists(inner, min_size=1, max_size=3))}

    @st.composite
    def nullable_schema(draw: st.DrawFn) -> dict[str, Any]:
        return draw(inner) | {"nullable": True}

    return st.one_of(array_schema(), object_schema(), whole_schema(), nullable_schema())


@st.composite
def near(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    """A value that may well fit `schema`: of its type, its names, its options."""
    if draw(st.integers(0, 11)) == 0:
        return draw(values())
    for keyword in ("oneOf", "anyOf", "allOf"):
        if keyword in schema:
            return draw(near(draw(st.sampled_from(schema[keyword]))))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    match schema.get("type"):
        case "string":
            return draw(st.sampled_from(UUIDS + TIMES) if "format" in schema else TEXTS)
        case "integer" | "number":
            return draw(NUMBERS)
        case "boolean":
            return draw(st.booleans())
        case "array":
            return draw(st.lists(near(schema["items"]), max_size=2))
        case "object":
            members = {name: draw(near(one)) for name, one in schema["properties"].items()}
            extra = schema.get("additionalProperties", True)
            if extra is not False and draw(st.booleans()):
                members["z"] = draw(near(extra) if isinstance(extra, dict) else SCALARS)
            return members
    return draw(SCALARS)


@st.composite
def schema_and_values(draw: st.DrawFn) -> tuple[dict[str, Any], list[Any]]:
    schema = draw(SCHEMAS)
    candidates = draw(st.lists(near(schema), min_size=3, max_size=6))
    # As they are read from a file and from a request, where a number beyond 64 bits is a float.
    return orjson.loads(json.dumps(schema)), orjson.loads(json.dumps(candidates))


SCHEMAS = st.recursive(st.one_of(text_schema(), number_schema(), loose_schema()), containers, max_leaves=6)

Both = Callable[[dict[str, Any]], tuple[Validator, Draft202012Validator]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """A schema, compiled as Mockade compiles it, and given to the library in the same translation."""
    folder: Path = tmp_path_factory.mktemp("differential")
    numbers = count()

    def compiled(schema: dict[str, Any]) -> tuple[Validator, Draft202012Validator]:
        document = {"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"S": schema}}}
        contract = Contract(Document(write(folder, {f"{next(numbers)}.json": json.dumps(document)})))
        found = contract.component("S")
        assert found is not None
        plain = translated(schema, old=True, direction="response")
        return found[0], Draft202012Validator(plain, format_checker=FormatChecker(["uuid", "date-time"]))

    return compiled


@settings(max_examples=round(50 * FUZZ) or 20, deadline=None, derandomize=not FUZZ)
@given(drawn=schema_and_values())
def test_both_say_the_same(both: Both, drawn: tuple[dict[str, Any], list[Any]]) -> None:
    schema, candidates = drawn
    validator, library = both(schema)
    for value in candidates:
        assert validator.is_valid(value) == library.is_valid(value), value
        assert bool(validator.violations(value, "body")) != validator.is_valid(value)


@settings(max_examples=round(25 * FUZZ) or 10, deadline=None, derandomize=not FUZZ)
@given(drawn=schema_and_values())
def test_both_find_fault_in_the_same_places(both: Both, drawn: tuple[dict[str, Any], list[Any]]) -> None:
    schema, candidates = drawn
    validator, library = both(schema)
    for value in candidates:
        theirs: set[tuple[Any, ...]] = set()
        pending = list(library.iter_errors(value))
        while pending:
            error = pending.pop()
            pending += error.context or ()
            at = tuple(error.absolute_path)
            # The library finds fault with the object that lacks a property or has one too many; we name it.
            theirs |= {at, *((*at, name) for name in (*NAMES, "z"))}
        assert {violation.path for violation in validator.violations(value, "body")} <= theirs


def test_the_values_that_are_tried_fit_often_enough_to_tell(both: Both) -> None:
    fitting = {True: 0, False: 0}

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(drawn=schema_and_values())
    def tried(drawn: tuple[dict[str, Any], list[Any]]) -> None:
        validator, _ = both(drawn[0])
        for value in drawn[1]:
            fitting[validator.is_valid(value)] += 1

    tried()
    assert min(fitting.values()) > 0.2 * sum(fitting.values())


def verdicts(both: Both, schema: dict[str, Any], value: Any) -> tuple[bool, bool]:
    """What the compiled check says, and what the library says."""
    validator, library = both(schema)
    return validator.is_valid(value), library.is_valid(value)


def test_known_a_dollar_does_not_reach_over_a_newline(both: Both) -> None:
    assert verdicts(both, {"pattern": "^[a-z]+$"}, "abc\n") == (False, True)
    assert verdicts(both, {"pattern": "^[a-z]+$"}, "abc") == (True, True)


def test_known_decimals_are_compared_as_they_are_written(both: Both) -> None:
    assert verdicts(both, {"multipleOf": 0.1}, 0.3) == (True, False)
    assert verdicts(both, {"multipleOf": 0.01}, 4.35) == (True, False)
    assert verdicts(both, {"multipleOf": 0.1}, 0.35) == (False, False)
    assert verdicts(both, {"multipleOf": 0.5}, 1.5) == (True, True)


def test_known_a_huge_decimal_is_compared_as_it_is_written(both: Both) -> None:
    assert verdicts(both, {"multipleOf": 3}, 1e300) == (False, True)


def test_known_the_float_at_the_edge_of_64_bits_is_beyond_it(both: Both) -> None:
    assert verdicts(both, {"type": "integer"}, float(-(2**63))) == (False, True)
    assert verdicts(both, {"type": "integer"}, -(2**63)) == (True, True)


def test_known_a_leap_second_is_a_time(both: Both) -> None:
    assert verdicts(both, {"format": "date-time"}, "2016-12-31T23:59:60Z") == (True, False)


def test_known_the_year_0_is_a_year(both: Both) -> None:
    assert verdicts(both, {"format": "date-time"}, "0000-01-05T12:00:00Z") == (True, False)
