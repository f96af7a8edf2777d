"""Data to YAML text: what is written is what is read back, whatever it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockade.contract.reading import parse
from mockade.contract.yaml_writer import yaml_text

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(TEXT, below, max_size=4)),
    max_leaves=20,
)


def read(text: str) -> Any:
    return parse(Path("x.yaml"), text, "x.yaml")


@given(VALUES)
def test_any_json_comes_back_as_it_was(value: Any) -> None:
    assert repr(read(yaml_text(value))) == repr(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "true",
            "No",
            "on",
            "null",
            "~",
            "",
            "0o17",
            "0x1F",
            "1e5",
            "12:30",
            "2026-01-05",
            "<<",
            "=",
            "- a",
        ),
        *(
            "a: b",
            "a #b",
            "a ",
            " a",
            "\ta",
            "a\nb",
            "a\r\nb",
            "a\x85b",
            "a\u2028b",
            "\x00\x1f\x7f\x9f",
            "\ufeff",
        ),
        *(
            "\ufffe\uffff",
            "😀",
            "é",
            "'",
            '"',
            "\\",
            "{",
            "[a]",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "`a",
            "---",
            "...",
        ),
    ],
)
def test_text_that_yaml_could_take_for_something_else_stays_text(text: str) -> None:
    for value in (text, {text: text}, [text], {"a": {text: [text]}}):
        assert read(yaml_text(value)) == value


@pytest.mark.parametrize("value", [1, "x", {}, [], {"b": 1}, [1, [2]]])
def test_a_key_of_any_length_comes_back(value: Any) -> None:
    assert read(yaml_text({"k" * 5000: value, "é" * 900: value})) == {"k" * 5000: value, "é" * 900: value}
    assert read(yaml_text([{"k" * 5000: value}])) == [{"k" * 5000: value}]


def test_people_can_read_it() -> None:
    value = {"players": [{"id": "p1", "name": "Ada L.", "tags": ["a", {"b": []}]}], "none": None, "more": {}}
    assert yaml_text(value) == (
        "players:\n  - id: p1\n    name: Ada L.\n    tags:\n      - a\n      - b: []\nnone: null\nmore: {}\n"
    )
