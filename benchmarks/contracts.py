"""A large contract that nobody wrote: so many operations, with schemas that refer to one another."""

from __future__ import annotations

import random
from typing import Any

OPERATIONS = 400
SEED = 6464

_FIRST = ("account", "battle", "clan", "event", "gift", "item", "league", "match", "quest", "reward")
_SECOND = ("Badge", "Bonus", "Entry", "Grant", "Level", "Offer", "Record", "Season", "Ticket", "View")
_WORDS = [first + second for second in _SECOND for first in _FIRST]

Schema = dict[str, Any]


def contract(operations: int = OPERATIONS, seed: int = SEED) -> dict[str, Any]:
    """An OpenAPI 3.0 document of so many operations, four to a resource; the same seed makes the same one."""
    chance = random.Random(seed)
    names = [_name(number) for number in range((operations + 3) // 4)]
    schemas: dict[str, Schema] = {
        "Problem": _object({"title": {"type": "string"}, "status": {"type": "integer"}})
    }
    paths: dict[str, Any] = {}
    for number, name in enumerate(names):
        known = names[: max(1, number)]
        schemas[f"{name}Part"] = _object(_properties(chance, known[:0]), required=chance.random() < 0.5)
        schemas[f"New{name}"] = _object(_properties(chance, known), required=True)
        schemas[name] = {"allOf": [_ref(f"New{name}"), _object({"id": {"type": "string"}}, required=True)]}
        paths |= _paths(name)
    left = operations
    for item in paths.values():
        for method in [method for method in item if method != "parameters"]:
            if left <= 0:
                del item[method]
            left -= 1
    return {
        "openapi": "3.0.3",
        "info": {"title": "Large", "version": "1"},
        "paths": {path: item for path, item in paths.items() if set(item) - {"parameters"}},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"Bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"Bearer": []}],
    }


def _name(number: int) -> str:
    word = _WORDS[number % len(_WORDS)]
    word = word[0].upper() + word[1:]
    return word if number < len(_WORDS) else f"{word}{number // len(_WORDS) + 1}"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema, *, required: bool = False) -> Schema:
    made = {"type": "object", "properties": properties}
    return {**made, "required": list(properties)[:3]} if required else made


def _properties(chance: random.Random, known: list[str]) -> Schema:
    found: Schema = {}
    for word in chance.sample(_WORDS, chance.randint(5, 12)):
        found[word] = _property(chance, known)
    return found


def _property(chance: random.Random, known: list[str]) -> Schema:
    kinds: list[Schema] = [
        {"type": "string", "minLength": 1, "maxLength": chance.randint(8, 200), "description": "A name."},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "enum": chance.sample(_WORDS, 4)},
        {"type": "string", "pattern": "^[a-z0-9_-]{1,40}$"},
        {"type": "integer", "minimum": 0, "maximum": chance.randint(10, 10**6)},
        {"type": "number", "nullable": True},
        {"type": "boolean", "default": False},
        {"type": "array", "items": {"type": "string"}, "maxItems": 50},
        {"type": "object", "additionalProperties": {"type": "integer"}},
    ]
    if known:
        part = _ref(f"{chance.choice(known)}Part")
        kinds += [part, {"type": "array", "items": part}, {"oneOf": [part, {"type": "string"}]}]
    return chance.choice(kinds)


def _paths(name: str) -> dict[str, Any]:
    collection = f"/v1/{name.lower()}s"
    body = {"required": True, "content": {"application/json": {"schema": _ref(f"New{name}")}}}
    page = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    listed = _object(
        {"items": {"type": "array", "items": _ref(name)}, "next": {"type": "string"}}, required=True
    )
    return {
        collection: {
            "get": {
                "operationId": f"list{name}s",
                "parameters": [{"name": "limit", "in": "query", "schema": page}],
                "responses": _responses("200", listed),
            },
            "post": {
                "operationId": f"create{name}",
                "requestBody": body,
                "responses": _responses("201", _ref(name)),
            },
        },
        f"{collection}/{{id}}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": f"get{name}", "responses": _responses("200", _ref(name))},
            "put": {
                "operationId": f"replace{name}",
                "requestBody": body,
                "responses": _responses("200", _ref(name)),
            },
        },
    }


def _responses(status: str, schema: Schema) -> dict[str, Any]:
    def answer(what: str, schema: Schema) -> dict[str, Any]:
        return {"description": what, "content": {"application/json": {"schema": schema}}}

    refusals = {code: answer("A refusal.", _ref("Problem")) for code in ("400", "401", "404")}
    return {status: answer("As asked.", schema), **refusals}
