"""Discriminators: which schema the value of a property chooses.

OpenAPI 3.0.4, 3.1.1 and 3.2, "Discriminator Object". The schemas are those of a `oneOf` or `anyOf` beside it,
or the components that have the schema around it in their `allOf`. What a contract says of the property itself
counts too: a value that one option alone declares, and nothing maps, is that option's; a discriminator whose
values the property may not have is not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.properties import properties
from mockade.contract.schema_walk import parts, remembered

_Place = tuple[str, tuple[str | int, ...]]


class Option(NamedTuple):
    """A schema that a discriminator may choose."""

    schema: Node
    position: int | None
    """Where it stands in the `oneOf` or `anyOf`; None for one that stands in none."""
    tags: tuple[str, ...]
    """The values that choose it, those of the mapping first; none where it has no name."""


class Discriminator(NamedTuple):
    """What a discriminator says, where that can be kept."""

    name: str
    """The property whose value chooses."""
    keyword: str
    """`oneOf` or `anyOf`; empty where the options are children of the schema."""
    options: tuple[Option, ...]
    untyped: tuple[str, ...]
    """Values whose mapping leads nowhere: with them an object may be anything."""
    default: Node | None
    """What an object is without a value that chooses (`defaultMapping`)."""

    @property
    def tags(self) -> list[str]:
        """All values that choose something."""
        return [*(tag for option in self.options for tag in option.tags), *self.untyped]

    def of(self, schema: Node) -> Option | None:
        """The option that a schema is."""
        return next((one for one in self.options if place(one.schema) == place(schema)), None)

    def tag(self, value: Any) -> str | None:
        """The value that chooses, as the mapping writes it; None where there is none."""
        return spelled(value.get(self.name)) if isinstance(value, dict) else None


class Chosen:
    """Whether a value is of an option: by the value that chooses, and where none does by `otherwise`."""

    __slots__ = ("_discriminator", "_known", "_otherwise", "_tags")

    def __init__(
        self,
        discriminator: Discriminator,
        option: Option,
        otherwise: Callable[[Any], bool] = lambda _value: False,
    ) -> None:
        self._discriminator = discriminator
        self._known = frozenset(discriminator.tags)
        self._tags = frozenset(option.tags)
        self._otherwise = otherwise

    def is_valid(self, value: Any) -> bool:
        tag = self._discriminator.tag(value)
        return tag in self._tags if tag in self._known else self._otherwise(value)


def holds(child: Node, base: Node) -> bool:
    """Whether a schema is `base`, or has it in its `allOf`, or in that of what it has there."""
    return any(place(part) == place(base) for part in parts(child, "allOf"))


def spelled(value: Any) -> str | None:
    """A property's value as a mapping writes it: text, whatever it is in JSON; None where it is no scalar."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else None


def discriminator_of(schema: Node) -> Discriminator | None:
    """The discriminator of a schema, None where it has none or one that cannot be kept."""
    if not isinstance(schema.value, dict) or "discriminator" not in schema.value:
        return None
    return _read(schema)[0]


def contradiction_of(schema: Node) -> str:
    """Why a schema's discriminator is not kept, in words; empty where it is."""
    if not isinstance(schema.value, dict) or "discriminator" not in schema.value:
        return ""
    return _read(schema)[1]


def mapped_schema(schema: Node, target: str) -> Node | None:
    """The schema that a mapping's value names or refers to; None where it leads nowhere."""
    if not target:
        return None
    document = schema.document
    found = document.component("schemas", target)
    if found is None and schema.component_name:
        container = document.value_at(schema.source._replace(pointer=schema.pointer[:-1]))
        found = Node(document, schema.uri, schema.pointer[:-1], container).get(target)
    if found is None and document.finds(schema.uri, target):
        found = document.follow(document.target(schema.uri, target))
    return found if found is not None and isinstance(found.value, dict | bool) else None


def nowhere(schema: Node) -> Iterator[tuple[str, str]]:
    """The values of a mapping that lead nowhere, and where they are to lead."""
    discriminator = schema.get("discriminator")
    for tag, target in discriminator.members("mapping") if discriminator is not None else ():
        if isinstance(target.value, str) and mapped_schema(schema, target.value) is None:
            yield tag, target.value


@remembered
def _read(schema: Node) -> tuple[Discriminator | None, str]:
    discriminator = schema.get("discriminator")
    property = discriminator.text("propertyName") if discriminator is not None else ""
    if discriminator is None or not property:
        return None, ""
    keyword = next((one for one in ("oneOf", "anyOf") if schema.value.get(one)), "")
    schemas = list(schema.listed(keyword)) if keyword else _family(schema)
    mapping, untyped = _mapping(schema, discriminator)
    default = mapped_schema(schema, discriminator.text("defaultMapping"))
    for target in [*mapping.values(), *([default] if default is not None else [])]:
        if all(place(target) != place(one) for one in schemas):
            schemas.append(target)
    listed = len(list(schema.listed(keyword))) if keyword else 0
    options = [
        Option(one, at if at < listed else None, _named(one, mapping)) for at, one in enumerate(schemas)
    ]
    options = _with_nested(options, property)
    admitted = _with_declared(options, property)
    lost = [old for old, new in zip(options, admitted, strict=True) if old.tags and not new.tags]
    chosen = any(one.tags and place(one.schema) != place(schema) for one in admitted)
    if any(keyword or place(one.schema) in map(place, mapping.values()) for one in lost) or (
        lost and not chosen
    ):
        name = lost[-1].schema.component_name or f"option {lost[-1].position}"
        message = f"No value that the discriminator has for {name} is one that its {property!r} may have."
        return None, message
    made = Discriminator(property, keyword, tuple(admitted), untyped, default)
    return (made if chosen or untyped else None), ""


def place(schema: Node) -> _Place:
    """What two nodes have in common that stand at one place."""
    return schema.uri, schema.pointer


def _mapping(schema: Node, discriminator: Node) -> tuple[dict[str, Node], tuple[str, ...]]:
    """By value, the schema that it chooses; and the values that lead nowhere."""
    given = discriminator.value.get("mapping")
    found: dict[str, Node] = {}
    nowhere = []
    for tag, target in given.items() if isinstance(given, dict) else ():
        node = mapped_schema(schema, target) if isinstance(target, str) else None
        if node is None:
            nowhere.append(str(tag))
        else:
            found[str(tag)] = node
    return found, tuple(nowhere)


def _named(schema: Node, mapping: Mapping[str, Node]) -> tuple[str, ...]:
    """The values that the mapping has for a schema, and its own name."""
    tags = [tag for tag, target in mapping.items() if place(target) == place(schema)]
    name = schema.component_name or (_stem(schema.uri) if not schema.pointer else "")
    return (*tags, *([name] if name and name not in mapping else []))


def _stem(uri: str) -> str:
    return uri.rpartition("/")[2].partition(".")[0]


def _with_nested(options: Sequence[Option], property: str) -> list[Option]:
    """The options; one that is a choice by the same property with the values that choose there, too."""
    claimed = {tag for option in options for tag in option.tags}
    found = []
    for option in options:
        nested = option.schema.get("discriminator") if option.position is not None else None
        tags: list[str] = []
        if nested is not None and nested.text("propertyName") == property:
            mapping, _ = _mapping(option.schema, nested)
            below = [one for keyword in ("oneOf", "anyOf") for one in option.schema.listed(keyword)]
            tags = [*mapping, *(tag for one in below for tag in _named(one, mapping))]
        found.append(option._replace(tags=(*option.tags, *(tag for tag in tags if tag not in claimed))))
    return found


def _with_declared(options: Sequence[Option], property: str) -> list[Option]:
    """The options, each with the values of the property that it alone declares and nothing maps, and without
    those that it does not declare."""
    claimed = {tag for option in options for tag in option.tags}
    declared = [_declared(option.schema, property) for option in options]
    times = Counter(tag for tags in declared for tag in tags)
    found = []
    for option, tags in zip(options, declared, strict=True):
        own = sorted(tag for tag in tags - claimed if times[tag] == 1)
        kept = [tag for tag in option.tags if not tags or tag in tags]
        found.append(option._replace(tags=(*kept, *own)))
    return found


def _declared(schema: Node, property: str) -> frozenset[str]:
    """The values that a schema lists for a property; none where it lists none."""
    node = properties(schema).get(property)
    for part in parts(node, "allOf"):
        words = part.value if isinstance(part.value, dict) else {}
        listed = [words["const"]] if "const" in words else words.get("enum")
        if isinstance(listed, list):
            return frozenset(tag for tag in map(spelled, listed) if tag is not None)
    return frozenset()


def _family(schema: Node) -> list[Node]:
    """A component, and those that have it in their `allOf`, or in that of one of these."""
    if not schema.component_name:
        return []
    document = schema.document
    own = Node.at(schema.source._replace(pointer=schema.pointer[:-1]), None)
    container = own._replace(value=document.value_at(own.source))
    containers = [container, document.root.get("components", "schemas")]
    found = {place(schema): schema}
    for one in containers:
        if one is not None:
            found |= {place(child): child for child in _children_in(one).get(place(schema), ())}
    return list(found.values())


@remembered
def _children_in(container: Node) -> Mapping[_Place, Sequence[Node]]:
    """By component, those of the container that have it in their `allOf`, or in that of one of these."""
    found: dict[_Place, list[Node]] = {}
    for _, child in container.items():
        for part in parts(child, "allOf"):
            if place(part) != place(child):
                found.setdefault(place(part), []).append(child)
    return found
