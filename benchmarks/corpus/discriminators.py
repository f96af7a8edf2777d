"""The value of the property that says which schema an object is of: no schema of JSON Schema asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.corpus.contracts import Node

_DEPTH = 6


def tagged(schema: Node, value: Any, depth: int = _DEPTH) -> Any:
    """A copy of a made `value` in which discriminators name the schemas that it was made of.

    That is the schema itself where one of its `allOf` has the discriminator, else the first of its options.
    """
    if depth == 0 or not isinstance(schema.value, dict):
        return value
    if isinstance(value, list):
        return [tagged(schema.get("items"), one, depth - 1) for one in value]
    if not isinstance(value, dict):
        return value
    made = dict(value)
    for part in _parts(schema):
        for name, below in part.get("properties").members():
            if name in made:
                made[name] = tagged(below, made[name], depth - 1)
    for part in _parts(schema):
        name = part.get("discriminator", "propertyName").value
        if isinstance(name, str) and (tag := _tag(part, schema)):
            made[name] = tag
    return made


def _parts(schema: Node) -> Iterator[Node]:
    """A schema, what its `allOf` has, and the first of its alternatives."""
    pending, seen = [schema], set()
    while pending:
        node = pending.pop(0)
        if node.pointer in seen or not isinstance(node.value, dict):
            continue
        seen.add(node.pointer)
        yield node
        pending += [*node.get("allOf").items()]
        pending += [next(node.get(key).items()) for key in ("oneOf", "anyOf") if node.get(key).value]


def _tag(holder: Node, schema: Node) -> str:
    """What the discriminator of `holder` calls the schema; empty where it has no name."""
    options = next((list(holder.get(key).items()) for key in ("oneOf", "anyOf") if holder.get(key).value), [])
    meant = options[0] if options else schema
    name = str(meant.pointer[-1]) if "schemas" in meant.pointer[-2:-1] else ""
    mapped = holder.get("discriminator", "mapping").value
    for tag, target in mapped.items() if isinstance(mapped, dict) else ():
        if name and str(target).rpartition("/")[2] == name:
            return str(tag)
    return name
