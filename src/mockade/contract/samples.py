"""A value that fits a schema, when nobody has given one: the contract's example first, then the least."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from typing import Any

from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.properties import takes_null
from mockade.contract.schema_walk import place_of
from mockade.contract.violations import ABSENT

_DEEPEST = 12
_MOST_VISITS = 10_000
"""Visits of schemas that one value is made with; it may have as many parts as there are ways through them."""


def sample(schema: Node, *, now: Callable[[], str], uuid: Callable[[], str]) -> Any:
    """A value for `schema`: its default, example, first option, or the smallest of its type.

    `now` is asked for date-times and `uuid` for UUIDs, where there are any. The value is as good as the
    schema's own words; a pattern without an example is not solved, so whoever needs certainty checks it.
    """
    return Sampler(now, uuid).sample(schema)


class Sampler:
    """Makes samples within one budget of visits."""

    def __init__(self, now: Callable[[], str], uuid: Callable[[], str]) -> None:
        self._now = now
        self._uuid = uuid
        self._visits_left = _MOST_VISITS
        self._above: list[Hashable] = []
        """The schemas of what is around the value that is being made."""
        self._repeated = 0
        """How many of them are there for the second time."""

    def spend(self) -> bool:
        """Count a visit. False when there are none left."""
        self._visits_left -= 1
        return self._visits_left >= 0

    def sample(self, schema: Node) -> Any:
        """A value for `schema`; None where it would contain itself for ever, or no visits are left."""
        value = schema.value
        has_visits = self.spend()
        if not isinstance(value, dict) or len(self._above) > _DEEPEST:
            return None
        given = self._given(schema)
        if given is not ABSENT:
            return given
        if _NESTING.isdisjoint(value):
            return _least(schema, self.sample)
        if not has_visits or (self._repeated and takes_null(schema)):
            return None
        place = place_of(schema)
        times = self._above.count(place)
        if times > 1:
            return None
        self._above.append(place)
        self._repeated += times
        made = self._nested(schema)
        self._repeated -= times
        self._above.pop()
        return made

    def _given(self, schema: Node) -> Any:
        """The value that the schema's words give, ABSENT when they give none."""
        value = schema.value
        if "default" in value:
            return copy.deepcopy(value["default"])
        if value.get("format") == "date-time":
            return self._now()
        if value.get("format") == "date":
            return self._now()[:10]
        if value.get("format") == "uuid":
            return self._uuid()
        example = own_example(schema)
        if example is not ABSENT:
            return copy.deepcopy(example)
        if "const" in value:
            return copy.deepcopy(value["const"])
        return copy.deepcopy(value["enum"][0]) if value.get("enum") else ABSENT

    def _nested(self, schema: Node) -> Any:
        """The value that the schema's parts, members and items make."""
        made = [self.sample(part) for part in schema.listed("allOf")]
        made += next(([self.sample(form)] for key in ("oneOf", "anyOf") for form in schema.listed(key)), [])
        made = [one for one in made if one is not None]
        if made and all(isinstance(one, dict) for one in made):
            whole: dict[str, Any] = {}
            for one in made:
                whole |= one
            return whole | _object(schema, self.sample)
        return made[0] if made else _least(schema, self.sample)


_NESTING = frozenset({*PARTS, "properties", "items"})
"""What leads from a schema to those of its value's parts."""


def own_example(schema: Node) -> Any:
    """The example that a schema carries, ABSENT when it has none."""
    value = schema.value if isinstance(schema.value, dict) else {}
    if "example" in value:
        return value["example"]
    examples = value.get("examples")
    return examples[0] if isinstance(examples, list) and examples else ABSENT


def examples(media: Node, schema: Node | None) -> dict[str, Node]:
    """The examples of a media type, else the one of its schema. They are data: no `$ref` in them counts."""
    if isinstance(media.value, dict) and "example" in media.value:
        return {"": Node.at(media.source.child("example"), media.value["example"])}
    named = media.get("examples")
    if named is not None:
        return {
            name: Node.at(node.source.child(key), node.value[key])
            for name, node in named.items()
            for key in ("value", "dataValue")
            if isinstance(node.value, dict) and key in node.value
        }
    own = schema.value if schema is not None and isinstance(schema.value, dict) else {}
    if schema is not None and "example" in own:
        return {"": Node.at(schema.source.child("example"), own["example"])}
    if schema is not None and isinstance(own.get("examples"), list) and own["examples"]:
        return {"": Node.at(schema.source.child("examples", 0), own["examples"][0])}
    return {}


def _least(schema: Node, inner: Callable[[Node], Any]) -> Any:
    value = schema.value
    types = value.get("type", "object" if "properties" in value else None)
    if isinstance(types, list):
        types = "null" if "null" in types or not types else types[0]
    if value.get("nullable") is True or types == "null":
        return None
    match types:
        case "string":
            return _text(value)
        case "integer" | "number":
            return _number(value)
        case "boolean":
            return False
        case "array":
            items = schema.get("items")
            return [inner(items) if items else None for _ in range(value.get("minItems", 0))]
        case "object":
            return _object(schema, inner)
    return None


_TEXTS = {
    "time": "00:00:00Z",
    "duration": "PT0S",
    "email": "nobody@example.com",
    "hostname": "example.com",
    "uri": "https://example.com/",
    "uri-reference": "/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "semver": "0.0.0",
    "byte": "",
    "binary": "",
    "base64url": "",
    "char": "x",
    **dict.fromkeys(("int64", "uint64", "decimal", "decimal128"), "0"),
    "date-time-local": "1970-01-01T00:00:00",
    "time-local": "00:00:00",
    "http-date": "Thu, 01 Jan 1970 00:00:00 GMT",
    "media-range": "*/*",
    "sf-binary": "::",
    "sf-boolean": "?0",
    "sf-string": '""',
    "sf-token": "x",
}
"""What text of a known form looks like; the names are reserved for examples."""


def _text(value: dict[str, Any]) -> str:
    if value.get("format") in _TEXTS:
        return _TEXTS[value["format"]]
    least, most = value.get("minLength", 0), value.get("maxLength", 6)
    return "x" * least if least > 6 else "string"[: max(least, most)]


def _number(value: dict[str, Any]) -> Any:
    step = value.get("multipleOf", 1)
    least, above = value.get("minimum", 0), value.get("exclusiveMinimum", False)
    open_below = above is True
    if not isinstance(above, bool) and above >= least:
        least, open_below = above, True
    least = -(-least // step) * step + (step if open_below and least % step == 0 else 0)
    most = value.get("maximum")
    return most if isinstance(most, int | float) and most < least else least


def _object(schema: Node, inner: Callable[[Node], Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    required = schema.value.get("required", ())
    if properties is None:
        return {}
    return {name: inner(node) for name, node in properties.items() if name in required}
