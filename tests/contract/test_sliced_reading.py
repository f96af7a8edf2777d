"""JSON and YAML read in slices are what they are read at once, wherever a slice or a block of text ends."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.contract import sliced_reading
from mockade.contract.reading import DEEPEST
from mockade.contract.sliced_reading import JsonSlices, NotJson, unpacked, yaml_in_slices
from mockade.contract.yaml_writer import yaml_text
from mockade.errors import SetupError
from mockade.worlds.slices import at_once

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=30,
)


def sliced(raw: bytes, packed: int = sliced_reading.NONE) -> Any:
    return at_once(JsonSlices(raw, packed).value())


@settings(max_examples=40, deadline=None)
@given(value=VALUES, indent=st.sampled_from([None, 1]), block=st.integers(1, 40), plain=st.booleans())
def test_json_in_slices_is_as_orjson_reads_it(
    value: Any, indent: int | None, block: int, plain: bool
) -> None:
    try:
        raw = json.dumps(value, indent=indent, ensure_ascii=plain).encode()
        expected = orjson.loads(raw)
    except (UnicodeEncodeError, orjson.JSONDecodeError):
        return  # lone surrogates, and numbers beyond a double
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sliced_reading, "_BLOCK", block)
        patch.setattr(sliced_reading, "_SLICE", 3)
        assert repr(sliced(raw)) == repr(expected)
        assert repr(at_once(yaml_in_slices(yaml_text(expected).encode(), "body"))) == repr(expected)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "is not JSON: Expecting value at line 1, column 1"),
        (b'{"a":1,\n "b" 2}', "is not JSON: Expecting ':' at line 2, column 6"),
        (b'{"a":1', "is not JSON: Expecting ',' at line 1, column 7"),
        (b"{a:1}", "is not JSON: Expecting a property's name in double quotes at line 1, column 2"),
        (b"[1,]", "is not JSON: Expecting value at line 1, column 4"),
        (b"[1] 2", "is not JSON: Extra data at line 1, column 5"),
        (b'{"a":\nNaN}', "in what begins at line 2, column 1"),
        (b'["\\ud800"]', "in what begins at line 1, column 2"),
        (b'"\xff"', "it is not UTF-8"),
        (b'["abc', "Unterminated string"),
        (b"[1e999]", "a number is larger than 1.8e+308"),
        (b"[" * 3000, f"is nested more than {DEEPEST} levels deep"),
        (b'{"a":' + b"[" * 128 + b"]" * 128 + b"}", f"is nested more than {DEEPEST} levels deep"),
    ],
)
@pytest.mark.parametrize("block", [1, 1000])
def test_what_is_no_json_is_told_with_its_place(
    raw: bytes, why: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sliced_reading, "_BLOCK", block)
    monkeypatch.setattr(sliced_reading, "_SLICE", block)
    with pytest.raises(NotJson) as error:
        sliced(raw)
    assert why in str(error.value)


def test_a_fault_at_the_beginning_is_found_without_reading_on() -> None:
    reader = JsonSlices(b'{"a":x' + b" " * 4_000_000)
    with pytest.raises(NotJson):
        at_once(reader.value())
    assert reader._read < 1_000_000


def test_it_stops_after_each_slice() -> None:
    raw = orjson.dumps({"a": {"b": {"c": ["x" * 1000] * 1000}}})
    assert sum(1 for _ in JsonSlices(raw, 3).value()) > 10
    assert sum(1 for _ in yaml_in_slices(b"- a\n" * 5000, "body")) >= 10


def test_yaml_is_decoded_as_it_is_read() -> None:
    steps = yaml_in_slices("- é\n".encode() * 100_000 + b"- \xff", "body")
    assert [next(steps) for _ in range(100)] == [None] * 100  # what is wrong is far behind
    with pytest.raises(UnicodeDecodeError):
        at_once(steps)
    with pytest.raises(SetupError, match="body:3:"):
        at_once(yaml_in_slices("- é\n- b\n- ]".encode(), "body"))


def test_items_stay_packed_and_tell_what_is_wrong_with_them_when_they_are_read() -> None:
    rows = b'"a":[{"id":1,"id":2}, 5 ,[NaN]]'
    raw = b'{"apis":{"shop":{%s,"credentials":{"k":{"s":{}}}}},"timeline":[{"a":1}]}' % rows
    value = sliced(raw, 3)
    assert value["timeline"] == [{"a": 1}]
    first, second, third = value["apis"]["shop"]["a"]
    assert (unpacked(first), unpacked(second)) == (({"id": 2}, ["id"]), (5, []))
    with pytest.raises(NotJson):
        unpacked(third)
    text = "apis: {shop: {a: [&x {id: 1}, 5, *x, [1]], b: {c: [{d: 1}]}}}"
    shop = at_once(yaml_in_slices(text.encode(), "body", 3))["apis"]["shop"]
    assert [unpacked(one)[0] for one in shop["a"]] == [{"id": 1}, 5, {"id": 1}, [1]]
    assert shop["b"] == {"c": [{"d": 1}]}


def test_keys_that_stand_twice_are_noted_at_every_level() -> None:
    reader = JsonSlices(b'{"a":{"b":1,"b":2},"c":[{"d":1,"d":1}],"a":3}')
    assert at_once(reader.value()) == {"a": 3, "c": [{"d": 1}]}
    assert list(reader.repeated) == ["b", "d", "a"]
