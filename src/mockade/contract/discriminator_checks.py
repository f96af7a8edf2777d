"""Discriminators as JSON Schema reads them: guards and conditions beside what a contract has written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockade.contract.discriminators import Discriminator, Option, discriminator_of, nowhere, place
from mockade.contract.document import Document, Node, Source


def choose_all(document: Document, uri: str, data: Any) -> None:
    """Let the data of a file, as JSON Schema reads it, keep its discriminators. It is changed in place."""
    for pointer in document.discriminated.get(uri, ()):
        source = Source(document, uri, pointer)
        try:
            words = data
            for step in pointer:
                words = words[step]
            schema = Node.at(source, document.value_at(source))
        except LookupError:
            continue  # it was left out since
        if isinstance(words, dict):
            _choose(schema, words)
        for tag, target in nowhere(schema):
            at = (*pointer, "discriminator", "mapping", tag)
            message = f"The mapping of {tag!r} leads nowhere: there is no {target!r}."
            document.slips.add(uri, at, message, rule="mapping", severity="warning")


def _choose(schema: Node, words: dict[str, Any]) -> None:
    found = discriminator_of(schema)
    if found is None:
        return
    if found.keyword:
        words[found.keyword] = list(_guarded(found, words.get(found.keyword) or ()))
    else:
        words["allOf"] = [*words.get("allOf", ()), *_dispatched(found, schema)]


def _has(property: str, tags: Sequence[str], *, required: bool = False) -> dict[str, Any]:
    """An object whose property has one of the values, or, unless it is `required`, is not there."""
    words: dict[str, Any] = {"properties": {property: {"enum": _spellings(tags)}}}
    return {**words, "required": [property]} if required else words


def _has_none(property: str, tags: Sequence[str]) -> dict[str, Any]:
    return {"properties": {property: {"not": {"enum": _spellings(tags)}}}}


def _spellings(tags: Sequence[str]) -> list[Any]:
    """The values as JSON may have them: a mapping has text alone."""
    found: list[Any] = []
    for tag in dict.fromkeys(tags):
        found.append(tag)
        if tag in ("true", "false"):
            found.append(tag == "true")
        elif tag.isascii() and tag.removeprefix("-").isdigit() and str(int(tag)) == tag:
            found.append(int(tag))
    return found


def _guarded(found: Discriminator, given: Sequence[Any]) -> Iterator[Any]:
    """The options as they stand, each for its own values; and what is mapped and stands in none."""
    by_position = {one.position: one for one in found.options if one.position is not None}
    for at, words in enumerate(given):
        option = by_position.get(at)
        if option is None or words is False:
            yield words  # the null that `nullable` has added
            continue
        words = words if isinstance(words, dict) else {}
        yield {**words, "allOf": [*words.get("allOf", ()), _guard(found, option)]}
    for option in found.options:
        if option.position is None:
            yield {"$ref": option.schema.source.ref, "allOf": [_guard(found, option)]}
    if found.untyped:
        yield {"type": "object", "allOf": [_has(found.name, found.untyped, required=True)]}


def _guard(found: Discriminator, option: Option) -> dict[str, Any]:
    is_default = found.default is not None and place(found.default) == place(option.schema)
    if is_default or not option.tags:
        return _has_none(found.name, [tag for tag in found.tags if tag not in option.tags])
    is_elsewhere = option.position is None or found.default is not None
    return _has(found.name, option.tags, required=is_elsewhere)


def _dispatched(found: Discriminator, schema: Node) -> Iterator[Any]:
    """What a schema with children says besides: the property has a known value, and chooses a child."""
    if found.default is None:
        yield _has(found.name, found.tags)
    for option in found.options:
        if place(option.schema) == place(schema):
            continue
        if found.default is not None and place(found.default) == place(option.schema):
            condition = _has_none(found.name, [tag for tag in found.tags if tag not in option.tags])
        else:
            condition = _has(found.name, option.tags, required=True)
        yield {"if": {"type": "object", **condition}, "then": {"$ref": option.schema.source.ref}}
