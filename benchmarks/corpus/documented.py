"""What the schemas of a contract's answers have: properties, lists, a place where a key is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from benchmarks.corpus.contracts import Node, Operation, is_json
from benchmarks.corpus.paths import Place, form, noun, places
from benchmarks.corpus.things import LISTS, keys, own_names, plain, singular

_DEPTH = 6


def may_succeed(operation: Operation) -> bool:
    """Whether anything but 4xx and 5xx is documented."""
    return any(status == "default" or status[0] in "23" for status in operation.responses)


def tells_keys(operations: Iterable[Operation]) -> bool:
    """Whether their successes can tell a key: by content of any kind, or by `Location`."""
    some = list(operations)
    documented = [one.responses[status] for one in some for status in one.successes]
    return not all(one.successes for one in some) or any(
        one.get("content").value
        or any(name.lower() == "location" for name, _ in one.get("headers").members())
        for one in documented
    )


def declares_key(operations: Iterable[Operation], place: Place, parameter: Node | None) -> bool:
    """Whether the schemas of their successes have a property that may be a thing's key, or may have any.

    Where they have none nobody could tell a thing's key from an answer that keeps them, but by `Location`. A
    mere name of another type than the path's `parameter` is none.
    """
    kinds = _kinds(parameter.get("schema")) if parameter is not None else set()
    takes_text = not kinds or "string" in kinds
    contents = [
        one.get("schema")
        for operation in operations
        for status in operation.successes
        for media_type, one in operation.responses[status].get("content").members()
        if is_json(media_type) or media_type == "*/*"  # the corpus reads no other
    ]
    return any(_may_tell_key(schema, place, takes_text, _DEPTH) for schema in contents)


def _may_tell_key(schema: Node, place: Place, takes_text: bool, depth: int) -> bool:
    words = schema.value
    if not isinstance(words, dict):
        return words is not False
    known = dict(schema.get("properties").members())
    inner = [one for keyword in ("allOf", "anyOf", "oneOf") for one in schema.get(keyword).items()]
    items = schema.get("items")
    if depth == 0 or not (known or inner or items.value is not None):
        return words.get("type") not in ("boolean", "null") and depth in (0, _DEPTH)
    scalars = {name: one for name, one in known.items() if _kinds(one) & {"string", "integer", "number"}}
    numbers = {name for name, one in scalars.items() if not _kinds(one) <= {"string", "null"}}
    below = [*known.values(), *inner, *([items] if items.value is not None else [])]
    sure = keys(dict.fromkeys(scalars, "x"), place.name, place.noun, sure=True)
    some = keys(dict.fromkeys(scalars if takes_text else numbers, "x"), place.name, place.noun)
    return next(chain(sure, some), None) is not None or any(
        _may_tell_key(one, place, takes_text, depth - 1) for one in below
    )


def _kinds(schema: Node) -> set[str]:
    """The types that a schema names; text, where it names none."""
    words = schema.value if isinstance(schema.value, dict) else {}
    kinds = words.get("type", "string")
    return set(kinds if isinstance(kinds, list) else [kinds])


def lists_nothing(operation: Operation, item: Operation | None = None) -> bool:
    """Whether its successes have no content, or schemas that are none of lists but of things.

    Of a thing is what has an id, or the key that the path of one `item` names, or the schema that its GET
    answers with. Where no 2xx is documented, what the default says counts.
    """
    schemas = _answered(operation)
    things = [one.value for one in _answered(item)] if item is not None else []
    ids = ["id", *(own_names(places(item.path)[-1].name, noun(form(operation.path))) if item else ())]
    is_told = bool(_told(operation))
    return is_told and not any(one.value is None or _is_list(one, operation, things, ids) for one in schemas)


def _told(operation: Operation) -> list[str]:
    return operation.successes or [one for one in operation.responses if one == "default"]


def _answered(operation: Operation) -> list[Node]:
    """The schemas of its successes; a content that has none says nothing beside one that has."""
    responses = [operation.responses[status] for status in _told(operation)]
    found = [one.get("schema") for response in responses for _, one in response.get("content").members()]
    return [one for one in found if one.value is not None] or found


def _is_list(schema: Node, operation: Operation, things: list[object], ids: list[str]) -> bool:
    names = (*LISTS, noun(form(operation.path)))
    has_id = any(plain(name) in ids for name, _ in _members(schema))
    is_same = "items" not in schema.value and schema.value in things
    named = (one for name in names if (one := declared(schema, name)) is not None)
    # What the item's GET answers too is a list where it is one at once, and not where its thing has one.
    has_named = any(map(_is_array if is_same else has_list, named))
    return has_list(schema) and not ((has_id or is_same) and not has_named)


def declared(schema: Node | None, name: str, depth: int = _DEPTH) -> Node | None:
    """The schema of a property, also where `allOf` and its like have it; None where nothing declares it."""
    if schema is None or depth == 0 or not isinstance(schema.value, dict):
        return None
    own = schema.get("properties", name)
    if isinstance(own.value, dict):
        return own
    parts = (part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key).items())
    return next((one for part in parts if (one := declared(part, name, depth - 1)) is not None), None)


def asked(parameter: Node) -> str:
    """What a query parameter asks for, by its name: `filter[status]` is `status`."""
    return re.sub(r"\Afilter\[(.+)\]\Z", r"\1", str(parameter.value.get("name")))


def may_have(schema: Node | None, name: str) -> bool:
    """Whether a thing may have a property that a query calls so: `status`, or `owner.id` as `ownerId`."""
    known = {singular(one): node for one, node in _members(schema)}
    return singular(name) in known or any(
        plain(name) == one + plain(below) for one, node in known.items() for below, _ in _members(node)
    )


def _members(schema: Node | None, depth: int = _DEPTH) -> Iterator[tuple[str, Node]]:
    """The properties that a schema declares, also those that `allOf` and its like have."""
    if schema is None or depth == 0 or not isinstance(schema.value, dict):
        return
    yield from schema.get("properties").members()
    for key in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(key).items():
            yield from _members(part, depth - 1)


def has_list(schema: Node, depth: int = 4) -> bool:
    """Whether a value of the schema may hold a list, in whatever it is wrapped."""
    if not isinstance(schema.value, dict) or not schema.value or depth == 0:
        return schema.value is True or schema.value == {}
    if _is_array(schema):
        return True
    below = [one for _, one in schema.get("properties").members()]
    below += [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key).items()]
    return any(has_list(one, depth - 1) for one in below)


def _is_array(schema: Node) -> bool:
    words = schema.value if isinstance(schema.value, dict) else {}
    kind = words.get("type")
    return "items" in words or kind == "array" or (isinstance(kind, list) and "array" in kind)
