"""What the schemas of a contract's answers have: properties, lists, a place where a key is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from benchmarks.corpus.contracts import Node, Operation, is_json
from benchmarks.corpus.paths import Place, form, noun
from benchmarks.corpus.things import LISTS, keys, plain, singular

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

    Of a thing is what has an id, or the schema that the GET of one `item` answers with.
    """
    schemas = _answered(operation)
    things = [one.value for one in _answered(item)] if item is not None else []
    is_told = bool(operation.successes)
    return is_told and not any(one.value is None or _is_list(one, operation, things) for one in schemas)


def _answered(operation: Operation) -> list[Node]:
    """The schemas of its successes; a content that has none says nothing beside one that has."""
    responses = [operation.responses[status] for status in operation.successes]
    found = [one.get("schema") for response in responses for _, one in response.get("content").members()]
    return [one for one in found if one.value is not None] or found


def _is_list(schema: Node, operation: Operation, things: list[object]) -> bool:
    names = (*LISTS, noun(form(operation.path)))
    has_id = any(declared(schema, name) is not None for name in ("id", "Id", "ID"))
    is_thing = has_id or ("items" not in schema.value and schema.value in things)
    named = (one for name in names if (one := declared(schema, name)) is not None)
    return has_list(schema) and not (is_thing and not any(map(has_list, named)))


def declared(schema: Node | None, name: str, depth: int = _DEPTH) -> Node | None:
    """The schema of a property, also where `allOf` and its like have it; None where nothing declares it."""
    if schema is None or depth == 0 or not isinstance(schema.value, dict):
        return None
    own = schema.get("properties", name)
    if isinstance(own.value, dict):
        return own
    parts = (part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key).items())
    return next((one for part in parts if (one := declared(part, name, depth - 1)) is not None), None)


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
    kind = schema.value.get("type")
    if "items" in schema.value or kind == "array" or (isinstance(kind, list) and "array" in kind):
        return True
    below = [one for _, one in schema.get("properties").members()]
    below += [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key).items()]
    return any(has_list(one, depth - 1) for one in below)
