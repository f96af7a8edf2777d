"""A value that fits a schema, when nobody has given one: the contract's example first, then the least."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockade.contract.document import Node
from mockade.contract.violations import ABSENT

_DEEPEST = 12


def sample(schema: Node, *, now: str, uuid: Callable[[], str], depth: int = 0) -> Any:
    """A value for `schema`: its default, example, first option, or the smallest of its type.

    `now` is used for date-times and `uuid` for UUIDs. The value is as good as the schema's own words; a
    pattern without an example is not solved, so whoever needs certainty checks it.
    """
    value = schema.value
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None

    def inner(node: Node) -> Any:
        return sample(node, now=now, uuid=uuid, depth=depth + 1)

    if "default" in value:
        return value["default"]
    if value.get("format") == "date-time":
        return now
    if value.get("format") == "uuid":
        return uuid()
    given = own_example(schema)
    if given is not ABSENT:
        return given
    for keyword in ("const", "enum"):
        if keyword in value:
            return value[keyword] if keyword == "const" else value[keyword][0]
    parts = schema.get("allOf")
    if parts is not None:
        whole: dict[str, Any] = {}
        for part in parts.list():
            made = inner(part)
            if not isinstance(made, dict):
                return made
            whole |= made
        return whole | _object(schema, inner)
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword)
        for branch in branches.list() if branches else ():
            return inner(branch)
    return _least(schema, inner)


def own_example(schema: Node) -> Any:
    """The example that a schema carries, ABSENT when it has none."""
    value = schema.value if isinstance(schema.value, dict) else {}
    if "example" in value:
        return value["example"]
    examples = value.get("examples")
    return examples[0] if isinstance(examples, list) and examples else ABSENT


def _least(schema: Node, inner: Callable[[Node], Any]) -> Any:
    value = schema.value
    types = value.get("type", "object" if "properties" in value else None)
    if isinstance(types, list):
        types = "null" if "null" in types else types[0]
    if value.get("nullable") is True or types == "null":
        return None
    match types:
        case "string":
            return (
                "x" * value.get("minLength", 0)
                if value.get("minLength", 0) > 6
                else "string"[: value.get("maxLength", 6)]
            )
        case "integer" | "number":
            return _number(value)
        case "boolean":
            return False
        case "array":
            items = schema.get("items")
            return [inner(items) for _ in range(value.get("minItems", 0))] if items else []
        case "object":
            return _object(schema, inner)
    return None


def _number(value: dict[str, Any]) -> Any:
    step = value.get("multipleOf", 1)
    least = value.get("minimum", value.get("exclusiveMinimum", 0))
    if isinstance(least, bool) or not isinstance(least, int | float):
        least = 0
    if value.get("exclusiveMinimum") not in (None, False):
        least += step
    most = value.get("maximum")
    return most if isinstance(most, int | float) and most < least else least


def _object(schema: Node, inner: Callable[[Node], Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    required = schema.value.get("required", ())
    if properties is None:
        return {}
    return {name: inner(node) for name, node in properties.items() if name in required}
