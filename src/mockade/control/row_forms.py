"""Control: what the rows of a collection are made of, and which rows name another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.starting.references import References
from mockade.contract.document import Node
from mockade.contract.properties import properties, read_only, required, takes_null, types
from mockade.contract.schema_walk import parts
from mockade.control.call import ControlCall
from mockade.control.rows import codec_of, found_row
from mockade.handling import Reply
from mockade.handling.rows import CollectionSchema
from mockade.state.state import State
from mockade.worlds.slices import Slices

MOST_REFERENCES = 200
"""Rows that are named as those that refer to one."""

_ROWS = 100
"""Rows that are read in a slice."""

_SHOWN = (
    *("title", "description", "format", "pattern", "default", "example", "minimum", "maximum"),
    *("minLength", "maxLength", "multipleOf", "minItems", "maxItems"),
)
"""Keywords of a property that a form shows or asks."""


def describe_collections(call: ControlCall, api: str) -> dict[str, Any]:
    return {
        "collections": [
            {"api": one.stem, **_description(name, schema)}
            for one in call.meant(api) or [call.api(api)]
            for name, schema in one.collections.items()
        ]
    }


def _description(name: str, schema: CollectionSchema) -> dict[str, Any]:
    node = schema.node()
    needed, served = required(node), read_only(node)
    key = schema.collection.key
    return {
        "collection": name,
        "holds": schema.collection.holds,
        "key": key if isinstance(key, str) else None,
        "properties": [
            {"name": one, "required": one in needed, "read_only": one in served, **_words(property_)}
            for one, property_ in properties(node).items()
        ],
    }


def _words(schema: Node) -> dict[str, Any]:
    """What a schema says of its values, as far as a form can ask it: of deeper ones their type alone."""
    found: dict[str, Any] = {}
    kinds: set[str] = set()
    options: list[Any] = []
    for part in parts(schema, "allOf"):
        words = part.value if isinstance(part.value, dict) else {}
        kinds |= types(part)
        options = options or list(words.get("enum", ()))
        found = {**{name: words[name] for name in _SHOWN if name in words}, **found}
    found = {name: value for name, value in found.items() if not isinstance(value, bytes)}
    return {
        "types": sorted(kinds - {"null"}),
        "nullable": takes_null(schema),
        "enum": options,
        "schema": found,
    }


def list_references(call: ControlCall, api: str, collection: str, key: str) -> Slices[Reply]:
    """The rows that name a row, by what their properties are called, as links between made rows go by."""
    stem, codec = codec_of(call, api, collection)
    state = call.world.state
    row = found_row(state.table(stem, collection), codec, key).fields()
    return _referring(call.running.apis[stem], state, (collection, key), row)


def _key_property(schema: CollectionSchema) -> str:
    """The property that other rows name a row by, also where its key is made of several."""
    key = schema.collection.key
    return key if isinstance(key, str) else "id"


def _referring(api: Api, state: State, meant: tuple[str, str], row: dict[str, Any]) -> Slices[Reply]:
    keys = {name: _key_property(schema) for name, schema in api.collections.items()}
    references = References(keys)
    collection, key = meant
    value = str(row.get(keys[collection], key))
    found: list[dict[str, Any]] = []
    for name in api.collections:
        table = state.table(api.stem, name)
        for count, (other, stored) in enumerate(table.rows.items(), 1):
            if (name, other) != meant:
                named = _names(references, stored.fields(), collection, keys[collection], value)
                found += (
                    {"api": api.stem, "collection": name, "key": other, "property": one} for one in named
                )
            if len(found) >= MOST_REFERENCES:
                return Reply({"references": found[:MOST_REFERENCES]})
            if not count % _ROWS:
                yield
    return Reply({"references": found})


def _names(
    references: References, row: dict[str, Any], collection: str, key_property: str, value: str
) -> Iterator[str]:
    """The properties of a row that name another one, as JSON Pointers without their first slash."""
    for one in references.of(row):
        if one.collection == collection:
            said: Any = row
            for step in one.path:
                said = said[step]
            said = said.get(key_property) if one.is_whole and isinstance(said, dict) else said
            if not isinstance(said, dict | list) and str(said) == value:
                yield "/".join(map(str, one.path))
