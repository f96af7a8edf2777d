"""However a schema and a value multiply each other, judging takes a bounded time, and no doubt is a pass.

Holds `contract/backtracking.py`, `contract/budget.py`, `contract/cutting.py`, `contract/handles.py`,
`contract/pieces.py`, `contract/reasons.py` and `contract/spread.py` too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mockade.contract import budget, validators
from mockade.contract.contract import Contract
from mockade.contract.document import Document
from mockade.contract.normalizer import Normalizer
from mockade.contract.spread import MANY, spread
from mockade.contract.undeclared import undeclared_notices
from mockade.contract.validators import Validator
from tests.contract.documents import contract_of, rules, schema_node, write
from tests.contract.test_differential import schema_and_values

CHOICES = ("anyOf", "oneOf", "allOf")
DEEP = 24


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def tree(keyword: str, **leaf: Any) -> dict[str, Any]:
    """Schemas that each lead back to a choice: without bounds each level of a value doubles the work."""
    leaves = {"a": {"type": "string", **leaf}}
    members = {"child": ref("S"), **leaves}
    return {
        "S": {keyword: [ref("P"), ref("Q")]},
        "P": {"type": "object", "properties": members},
        "Q": {"type": "object", "properties": {**members, "b": {}}},
    }


def chain(keyword: str, length: int = DEEP) -> dict[str, Any]:
    """A choice a level, which is always between two ways to the next one; nothing leads back."""
    levels: dict[str, Any] = {"L0": {"type": "object", "properties": {"a": {"type": "string"}}}}
    for at in range(1, length + 1):
        below = {"type": "object", "properties": {"child": ref(f"L{at - 1}")}}
        levels[f"L{at}"] = {keyword: [below, {**below, "minProperties": 0}]}
    return {"S": ref(f"L{length}"), **levels}


def ladder(keyword: str, length: int = DEEP) -> dict[str, Any]:
    """A choice of a choice of a choice, all of them of one value."""
    levels: dict[str, Any] = {"L0": {"type": "object", "properties": {"a": {"type": "string"}}}}
    for at in range(1, length + 1):
        levels[f"L{at}"] = {keyword: [ref(f"L{at - 1}"), {**ref(f"L{at - 1}"), "minProperties": 0}]}
    return {"S": ref(f"L{length}"), **levels}


def overlapping(words: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with two keywords that are of the same part of a value, and both lead back to it."""
    return {"S": {"type": "object", "properties": {"a": {"type": "string"}}, **words}}


def nested(value: Any, levels: int = DEEP) -> Any:
    for _ in range(levels):
        value = {"child": value}
    return value


def compiled(
    folder: Path, schemas: Mapping[str, Any], version: str = "3.1.0"
) -> tuple[Validator, Normalizer]:
    found = contract_of(folder, schemas, version=version).component("S")
    assert found is not None
    return found


@contextmanager
def in_time(seconds: float = 5.0) -> Iterator[None]:
    """Of the processor's time, so that a busy machine changes nothing: many times what it takes."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < seconds


BELOW = "/child" * DEEP


@pytest.mark.parametrize("keyword", CHOICES)
@pytest.mark.parametrize("schemas", [tree, chain])
def test_what_is_wrong_many_choices_deep_is_found_where_it_is(
    tmp_path: Path, schemas: Any, keyword: str
) -> None:
    with in_time():
        validator, _ = compiled(tmp_path, schemas(keyword))
        value = nested({"a": 1})
        assert not validator.is_valid(value)
        assert rules(validator.violations(value, "body")) == {f"{BELOW}/a": "type"}


@pytest.mark.parametrize(
    "words",
    [
        {"properties": {"child": ref("S"), "a": {"type": "string"}}, "patternProperties": {"^c": ref("S")}},
        {"allOf": [{"properties": {"child": ref("S")}}, {"additionalProperties": {"anyOf": [ref("S"), {}]}}]},
        {
            "properties": {"child": ref("S"), "a": {"type": "string"}},
            "dependentSchemas": {"child": {"properties": {"child": ref("S")}}},
        },
        {"if": {"required": ["child"]}, "then": {"properties": {"child": ref("S")}}, "allOf": [ref("T")]},
        {"allOf": [ref("T"), {"properties": {"child": ref("S")}}], "unevaluatedProperties": False},
    ],
    ids=["pattern", "others", "dependent", "if", "unevaluated"],
)
def test_keywords_that_overlap_bound_their_work_too(tmp_path: Path, words: dict[str, Any]) -> None:
    with in_time():
        schemas = overlapping(words) | {"T": {"properties": {"child": ref("S")}}}
        validator, _ = compiled(tmp_path, schemas)
        assert f"{BELOW}/a" in rules(validator.violations(nested({"a": 1}), "body"))
        assert validator.is_valid(nested({"a": "x"}))


@pytest.mark.parametrize("keyword", CHOICES)
def test_a_choice_of_choices_of_one_value_is_judged_and_told(tmp_path: Path, keyword: str) -> None:
    with in_time():
        validator, _ = compiled(tmp_path, ladder(keyword))
        assert rules(validator.violations({"a": 1}, "body")) == {"/a": "type"}
        found = rules(validator.violations({"a": "x"}, "body"))
        assert found == ({"": "oneOf"} if keyword == "oneOf" else {})


@pytest.mark.parametrize("keyword", ["anyOf", "allOf"])
@pytest.mark.parametrize("schemas", [tree, chain])
def test_a_value_that_fits_in_many_ways_is_filled_and_remarked_on_once(
    tmp_path: Path, schemas: Any, keyword: str
) -> None:
    with in_time():
        words = schemas(keyword)
        words |= {"P": {**words["P"], "required": []}} if "P" in words else {}
        validator, normalizer = compiled(tmp_path, words)
        value = nested({"a": "x", "zz": 1})
        assert validator.violations(value, "body") == []
        assert [one.pointer for one in undeclared_notices(normalizer, value, "body", ())] == [f"{BELOW}/zz"]
        assert normalizer.fill(value) == nested({"a": "x", "zz": 1})


def test_every_default_of_a_value_that_fits_in_many_ways_is_filled_in(tmp_path: Path) -> None:
    _, normalizer = compiled(tmp_path, tree("allOf", default="x"))
    with in_time():
        filled = normalizer.fill(nested({}))
    for _ in range(DEEP + 1):
        assert filled["a"] == "x"
        filled = filled.get("child")
    assert filled is None


def test_of_schemas_that_only_lead_on_every_part_is_asked_about_as_often_as_it_is_named(
    tmp_path: Path,
) -> None:
    parts = {"S": {"type": "object", "properties": {"next": ref("S"), "tags": {"items": ref("T")}}}, "T": {}}
    assert spread(schema_node(contract_of(tmp_path, parts))).plain == 1
    assert spread(schema_node(contract_of(tmp_path, chain("anyOf", 3)))).plain < MANY
    assert spread(schema_node(contract_of(tmp_path, chain("anyOf")))).remembering == MANY
    assert spread(schema_node(contract_of(tmp_path, tree("anyOf")))) > (1, MANY - 1)


def test_of_a_value_that_is_not_deep_the_library_lists_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validator, _ = compiled(tmp_path, tree("anyOf"))
    monkeypatch.setattr(validators, "Reasons", None)
    assert rules(validator.violations(nested({"a": 1}, 2), "body")) == {"/child/child/a": "type"}


# Patterns

TRIED = "^(?:(?=a)(?:a|aa))+$"
"""Of a text of many `a` and something else it can only be said after trying all ways to part it."""

STUCK = "a" * 60 + "!"
TEXT = {"type": "string", "pattern": TRIED}


def test_a_pattern_that_looks_around_is_kept(tmp_path: Path) -> None:
    validator, _ = compiled(tmp_path, {"S": TEXT})
    assert validator.is_valid("aaa")
    (violation,) = validator.violations("b", "body")
    assert (violation.rule, violation.expected) == ("pattern", TRIED)
    assert violation.message == f"'b' does not match {TRIED}."
    assert violation.source is not None
    assert violation.source.pointer[-1] == "pattern"


@pytest.mark.parametrize("text", [TEXT, ref("T")], ids=["written", "referred to"])
def test_a_text_that_a_pattern_cannot_be_told_of_is_a_violation_that_names_it(
    tmp_path: Path, text: dict[str, Any]
) -> None:
    members = {"b": {"type": "integer"}, "a": text, "c": text}
    validator, _ = compiled(tmp_path, {"S": {"properties": members}, "T": TEXT})
    assert rules(validator.violations({"a": "b", "b": "x"}, "body")) == {"/a": "pattern", "/b": "type"}
    (violation,) = validator.violations({"a": STUCK, "c": "aa"}, "body")
    assert (violation.pointer, violation.rule) == ("/a", "pattern")
    assert violation.message == f"'{STUCK}' cannot be told to match {TRIED}."


@pytest.mark.parametrize("text", [TEXT, ref("T")], ids=["written", "referred to"])
def test_beside_a_text_that_cannot_be_told_of_everything_else_is_told(
    tmp_path: Path, text: dict[str, Any]
) -> None:
    members = {"b": {"type": "integer"}, "a": text, "c": text}
    validator, _ = compiled(tmp_path, {"S": {"properties": members}, "T": TEXT})
    found = validator.violations({"a": STUCK, "b": "x", "c": "b"}, "body")
    assert rules(found) == {"/a": "pattern", "/b": "type", "/c": "pattern"}
    assert [one.message for one in found if one.pointer == "/c"] == [f"'b' does not match {TRIED}."]


@pytest.mark.parametrize(
    "schema",
    [
        {"not": TEXT},
        {"oneOf": [TEXT, {}]},
        {"if": TEXT, "then": {"maxLength": 1}},
        {"if": TEXT, "else": {"maxLength": 1}},
        {"anyOf": [{"not": TEXT}, {"type": "integer"}]},
    ],
    ids=["not", "oneOf", "if", "else", "anyOf"],
)
def test_what_a_pattern_cannot_tell_is_never_a_pass(tmp_path: Path, schema: dict[str, Any]) -> None:
    validator, _ = compiled(tmp_path, {"S": schema})
    assert not validator.is_valid(STUCK)
    assert TRIED in validator.violations(STUCK, "body")[-1].message


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"items": TEXT}, [f"{STUCK}{number}" for number in range(5_000)]),
        ({"additionalProperties": TEXT}, {f"k{number}": f"{STUCK}{number}" for number in range(5_000)}),
        ({"propertyNames": TEXT}, {f"{STUCK}{number}": 1 for number in range(5_000)}),
        (
            {"patternProperties": {TRIED: {"type": "integer"}}},
            {f"{STUCK}{number}": 1 for number in range(5_000)},
        ),
    ],
    ids=["items", "members", "names", "patternProperties"],
)
def test_thousands_of_texts_to_be_tried_out_take_a_bounded_time(
    tmp_path: Path, schema: dict[str, Any], value: Any
) -> None:
    validator, _ = compiled(tmp_path, {"S": schema})
    with in_time():
        assert not validator.is_valid(value)
        assert TRIED in validator.violations(value, "body")[0].message


LARGE = 1_000_000
"""Characters of a text as large as a request can bring."""


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(?=a)(a+)+\1$", "a" * LARGE),
        ("^(?:(?=.*b?).)*$", "a" * LARGE),
        ("^(?:(?=(?:(?=a*).)*).)*$", "a" * 1_000),
        (r"^(a*)(?:(?=\1)a)*$", "b" * (LARGE // 2) + "a" * (LARGE // 2)),
        ("^[ab]*a[ab]{900}c", "b" * (LARGE // 2) + "ab" * (LARGE // 4)),
    ],
    ids=["refers back", "looks around", "looks around twice", "late", "counts"],
)
def test_however_large_the_text_is_what_a_pattern_takes_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, text: str
) -> None:
    monkeypatch.setattr(budget, "SECONDS", 0.1)
    validator, _ = compiled(tmp_path, {"S": {"type": "string", "pattern": pattern}})
    with in_time(2.0):
        (violation,) = validator.violations(text, "body")
    assert (violation.rule, violation.expected) == ("pattern", pattern)
    assert f"cannot be told to match {pattern}" in violation.message


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(?=.*\d)(?=.*[a-z]).{8,}$", "a" * 500_000 + "1"),
        ("^(?!.*<script>)", "ab" * 500_000),
        (r"^(?:(?!<script>)[\s\S])*$", "a" * 10_000),
        (r"^(?!.*(.)\1)", "ab" * 2_500),
    ],
    ids=["asks", "forbids", "step by step", "refers back"],
)
def test_an_honest_pattern_is_judged_with_a_large_text_too(tmp_path: Path, pattern: str, text: str) -> None:
    validator, _ = compiled(tmp_path, {"S": {"type": "string", "pattern": pattern}})
    assert validator.is_valid(text)


# Many violations


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"items": {"type": "integer"}}, ["x"] * 150_000, 1_000),
        ({"items": {"required": ["a", "b"]}}, [{}] * 100_000, 1_000),
        ({"additionalProperties": {"type": "integer"}}, {str(at): "x" for at in range(50_000)}, 1_000),
        ({"propertyNames": {"maxLength": 2}}, {f"name{at}": 1 for at in range(50_000)}, 1_000),
        (
            {"properties": {f"prop{at}": {} for at in range(100)}, "additionalProperties": False},
            {f"prap{at}": 1 for at in range(20_000)},
            1_000,
        ),
        (
            {"items": {"enum": [f"option{at}" for at in range(2_000)]}},
            [f"opsion{at}" for at in range(2_000)],
            1_000,
        ),
        ({"items": {"type": "integer"}}, [*range(100_000), "x"], 1),
        ({"contains": {"type": "object", "required": ["x"]}}, [{"a": at} for at in range(5_000)], 1),
    ],
    ids=["items", "required", "members", "names", "unexpected", "enum", "one", "contains"],
)
def test_of_any_number_of_violations_the_first_thousand_are_told_in_time(
    tmp_path: Path, schema: dict[str, Any], value: Any, told: int
) -> None:
    validator, _ = compiled(tmp_path, {"S": schema})
    with in_time():
        found = validator.violations(value, "body")
    assert len(found) == told
    assert all(one.source is not None and one.rule != "schema" for one in found)


def test_what_takes_too_long_to_judge_is_a_violation_that_names_the_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validator, _ = compiled(tmp_path, chain("anyOf"))
    monkeypatch.setattr(budget, "SECONDS", -1)
    (violation,) = validator.violations(nested({"a": "x"}), "body")
    assert violation.rule == "schema"
    assert "cannot be told: it would take longer" in violation.message
    assert violation.source is not None


# Pieces tell what the library tells


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(drawn=schema_and_values())
def test_reasons_looked_for_piece_by_piece_are_those_that_the_library_lists(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[dict[str, Any], list[Any]]
) -> None:
    schema, candidates = drawn
    document = {"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"S": schema}}}
    folder = tmp_path_factory.mktemp("pieces")
    found = Contract(Document(write(folder, {"x.json": json.dumps(document)}))).component("S")
    assert found is not None

    def told(value: Any, most: int) -> set[tuple[Any, ...]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(validators, "MOST_LISTED", most)
            violations = found[0].violations(value, "body")
        # The library tells the members of an object in another order.
        return {(one.path, one.rule, one.source, "{" in one.message or one.message) for one in violations}

    for value in candidates:
        assert told(value, -1) == told(value, validators.MOST_LISTED)
