"""A violation is told at its place, whatever the names on the way there; so is an unsound schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.documents import contract_of, rules, violations_of

NUMBERS: dict[str, Any] = {"type": "number"}
for _ in range(3):
    NUMBERS = {"anyOf": [{"type": "number"}, {"type": "object", "additionalProperties": NUMBERS}]}


@pytest.mark.parametrize(
    ("value", "pointers"),
    [
        ({"": "x"}, ["/"]),
        ({"": {"a": "x"}}, ["//a"]),
        ({"a": {"": "x"}}, ["/a/"]),
        ({"": {"": {"": "x"}}}, ["///"]),
        ({"01": "x"}, ["/01"]),
        ({"0": {"00": "x"}}, ["/0/00"]),
        ({"+1": "x", "1": 1}, ["/+1"]),
        ({"1": 1, "01": "x", "001": "y"}, ["/001", "/01"]),
        ({"1": {"a": 1}, "01": {"a": "x"}}, ["/01/a"]),
        ({"a": {"": 1, "b": "x"}}, ["/a/b"]),
        ({"": {"a": 1}, "a": "x"}, ["/a"]),
        ({"18446744073709551616": {"-1": "x"}}, ["/18446744073709551616/-1"]),
    ],
)
def test_names_that_are_empty_or_digits_are_told_as_they_are(
    tmp_path: Path, value: Any, pointers: list[str]
) -> None:
    schema = {"type": "object", "additionalProperties": NUMBERS}
    assert sorted(rules(violations_of(tmp_path, schema, value))) == pointers


@pytest.mark.parametrize("name", ["a", "", "1", "01", "+1"])
@pytest.mark.parametrize(
    "slip",
    [{"type": "strin"}, {"minimum": "1"}, {"pattern": "\\p{Nobody}"}, {"patternProperties": {"[": {}}}],
)
def test_a_slip_below_any_name_costs_no_more_than_its_place(
    tmp_path: Path, name: str, slip: dict[str, Any]
) -> None:
    properties = {name: {"properties": {name: slip}}, "n": {"type": "number"}}
    contract = contract_of(tmp_path, {"S": {"type": "object", "properties": properties}})
    (told,) = contract.findings
    assert told.rule == "schema"
    compiled = contract.component("S")
    assert compiled is not None
    assert rules(compiled[0].violations({"n": "x", name: {name: 1}}, "body")) == {"/n": "type"}
