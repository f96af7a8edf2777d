"""What is looked for in values: only what is missing, in bounds, and never without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.coverage import marking
from mockade.coverage.compiling import items_of
from mockade.coverage.drafts import MOST_ITEMS
from mockade.coverage.marking import NEVER, SEEN, is_done, mark_value
from tests.contracts import answers, contract
from tests.harness import Mock

TREE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "kind": {"type": "string", "enum": ["leaf", "branch"]},
        "left": {"type": "object", "properties": {"up": {"$ref": "#/components/schemas/Tree"}, "x": {}}},
        "others": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
    },
}


def compiled(serve: Callable[..., Mock], schema: Any, schemas: Any = None) -> Any:
    mock = serve(contract({"/it": {"get": answers(200, schema)}}, schemas))
    items = items_of(mock.apis["shop"].contract, "get_it")
    assert items is not None
    (content,) = items.responses["200"].contents.values()
    return items, content.schema


def found(items: Any, place: Any, *values: Any) -> list[str]:
    states = bytearray(len(items.items))
    for value in values:
        mark_value(place, value, states, SEEN)
    return [one.name for one, state in zip(items.items, states, strict=True) if state == SEEN]


def test_what_comes_deep_in_a_recursive_schema_counts_where_the_schema_begins(
    serve: Callable[..., Mock],
) -> None:
    items, place = compiled(serve, {"$ref": "#/components/schemas/Tree"}, {"Tree": TREE})
    names = ["name", "kind", 'kind = "leaf"', 'kind = "branch"', "left", "left.up", "left.x", "others"]
    assert [one.name for one in items.items[3:]] == names
    first = {"kind": "leaf", "left": {"up": {}, "x": 1}}
    assert found(items, place, first) == ["kind", 'kind = "leaf"', "left", "left.up", "left.x"]
    # All below `left` is seen, and it leads back up to what is not.
    deep = {"left": {"up": {"left": {"up": {"others": [{"name": "n"}]}}}}}
    assert found(items, place, first, deep) == [one for one in names if one != 'kind = "branch"']


def test_schemas_that_all_lead_to_each_other_have_an_end(serve: Callable[..., Mock]) -> None:
    names = [f"S{at}" for at in range(12)]
    schemas = {
        name: {
            "type": "object",
            "properties": {one: {"$ref": f"#/components/schemas/{one}"} for one in names},
        }
        for name in names
    }
    items, place = compiled(serve, {"$ref": "#/components/schemas/S0"}, schemas)
    assert MOST_ITEMS - 12 <= len(items.items) <= MOST_ITEMS + 3
    assert found(items, place, {"S1": {"S2": {"S1": {}}}})[:2] == ["S1", "S1.S2"]


def test_a_long_list_is_looked_at_until_nothing_is_missing_and_no_longer_than_the_bound(
    serve: Callable[..., Mock], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    items, place = compiled(serve, {"type": "array", "items": row})
    states = bytearray(len(items.items))
    monkeypatch.setattr(marking, "MOST_VALUES", 50)
    assert not mark_value(place, [{"a": ""}] * 100, states, SEEN)
    assert mark_value(place, [{"b": ""}], states, SEEN)
    assert is_done(states, place.first, place.end, SEEN)
    assert states[0] == NEVER


def test_patterns_of_names_are_items_unless_they_may_take_long(serve: Callable[..., Mock]) -> None:
    schema = {
        "type": "object",
        "patternProperties": {"^x-": {"enum": [1]}, "^(a+)+$": {}},
        "additionalProperties": {"type": "string", "const": "c"},
        "properties": {"own": {"type": "string"}},
    }
    mock = serve(contract({"/it": {"get": answers(200, schema)}}).replace("3.0.3", "3.1.0"))
    items = items_of(mock.apis["shop"].contract, "get_it")
    assert items is not None
    (content,) = items.responses["200"].contents.values()
    names = found(items, content.schema, {"x-1": 1, "more": "c"})
    assert names == ["/^x-/", "/^x-/ = 1", "*", '* = "c"']


def test_an_element_with_a_place_of_its_own_is_no_other(serve: Callable[..., Mock]) -> None:
    named = {"type": "object", "properties": {"n": {"type": "string"}}}
    schema = {"type": "array", "prefixItems": [named], "items": {**named, "title": "other"}}
    mock = serve(contract({"/it": {"get": answers(200, schema)}}).replace("3.0.3", "3.1.0"))
    items = items_of(mock.apis["shop"].contract, "get_it")
    assert items is not None
    (content,) = items.responses["200"].contents.values()
    assert found(items, content.schema, [{"n": ""}]) == ["[0].n"]
    assert found(items, content.schema, [{}, {"n": ""}]) == ["[].n"]
