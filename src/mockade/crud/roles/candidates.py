"""What may be a resource: a collection path, its item path, and the schema and the keys of what they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mockade.contract.document import Node
from mockade.contract.json_bodies import request_schema, success_schema
from mockade.contract.name_words import split_words
from mockade.contract.operations import Operation
from mockade.contract.properties import properties
from mockade.contract.response_view import has_hidden_parts
from mockade.crud.roles.envelopes import (
    MOST_AROUND,
    Envelope,
    IsRow,
    is_wrapper,
    list_envelope,
    list_of_one,
    row_envelope,
    says_nothing,
    sole_object,
)
from mockade.crud.roles.keys import KeyPart, OwnKey, parent_part, parent_words
from mockade.crud.roles.naming import ends_with, noun_of, static
from mockade.crud.roles.paths import Paths, Segments, key_parameters
from mockade.crud.roles.resources import Resource


class Above(NamedTuple):
    """A parameter in a collection path: its name, the static segment before it, its JSON types."""

    parameter: str
    segment: str
    wants: frozenset[str]

    def part(self, holds: Node, own: tuple[str, ...]) -> KeyPart:
        """Where rows of `holds`, whose key `own` leads to, have it."""
        return parent_part(holds, self.parameter, self.segment, self.wants, own)


def is_base(paths: Paths, base: Segments) -> bool:
    """Whether segments can be a collection path: its parameters are whole segments, but for the last."""
    if not static(base) or any(set(part) & set("{}:") for part in static(base)):
        return False
    return base[-1] != "{}" or paths.item_of(base) in paths or _lists(paths[base].get("GET"))


def _lists(operation: Operation | None) -> bool:
    """Whether an operation answers a list, whatever of."""
    schema = success_schema(operation)
    return list_envelope(schema, lambda _: True) is not None and row_envelope(schema, _has_id) is None


def _has_id(schema: Node) -> bool:
    return "id" in properties(schema)


def candidate(paths: Paths, base: Segments) -> Resource | None:
    """The resource at a collection path; None where no body shows what a row and its key are."""
    collection, item = paths[base], paths[paths.item_of(base)]
    any_item = item.get("GET") or next(iter(item.values()), None)
    above = parameters_in(paths, base)
    own_names = key_parameters(any_item.path)[len(above) :] if any_item else []
    own = OwnKey(
        own_names[-1] if own_names else "",
        noun_of(static(base)[-1]),
        _wanted(any_item, own_names[-1]) if own_names else frozenset(),
        frozenset(words for one in above if (words := parent_words(one.parameter))),
        is_compound=len(own_names) > 1,
    )
    holds = _row_schema(own, collection, item)
    key = own.find(holds, sure=False) if holds is not None else None
    if key is None and own_names and _is_written(collection, item):
        holds = _keyless_row(own, collection, item)
        key = _sent_key(own, holds, collection) or KeyPart(own_names[-1], (), own.wants)
        if holds is None and "POST" in collection and says_nothing(success_schema(item.get("GET"))):
            holds = success_schema(item.get("GET"))
            is_id = split_words(own_names[-1])[-1:] == ("id",)
            key = key._replace(path=("id" if is_id else own_names[-1],))
    if holds is None or key is None:
        return None
    leading = tuple(
        parent_part(holds, name, name, _wanted(any_item, name), key.path) for name in own_names[:-1]
    )
    parents = tuple(one.part(holds, key.path) for one in above)
    named = own if own_names and "POST" in collection else None
    return Resource("", base, parents, (*leading, key), holds, any_item, named=named)


def parameters_in(paths: Paths, base: Segments) -> list[Above]:
    """The parameters in a collection path, as its item path calls them."""
    operation = next(iter(paths[paths.item_of(base)].values()), None) or next(iter(paths[base].values()))
    places = [at for at, segment in enumerate(base) if segment == "{}"]
    return [
        Above(name, _segment_before(base, at, name), _wanted(operation, name))
        for at, name in zip(places, key_parameters(operation.path), strict=False)
    ]


def _segment_before(base: Segments, at: int, name: str) -> str:
    """What a parameter is about: the word before it; of several that make a key, but for the last, itself."""
    is_last = base[at + 1 : at + 2] != ("{}",)
    return (static(base[:at]) or ("",))[-1] if is_last else name


def _wanted(operation: Operation | None, parameter: str) -> frozenset[str]:
    """The JSON types that a path parameter may have."""
    parameters = operation.parameters if operation is not None else ()
    return next(
        (one.types for one in parameters if (one.where, one.name) == ("path", parameter)), frozenset()
    )


def _row_schema(
    own: OwnKey, collection: Mapping[str, Operation], item: Mapping[str, Operation]
) -> Node | None:
    """The schema of rows: what the item's GET answers, else a create, a list, an update."""
    for sure in (True, False):

        def is_row(node: Node, sure: bool = sure) -> bool:
            part = own.find(node, sure=sure)
            return part is not None and not _stands_around(node, part, own)

        listed = _listed(success_schema(collection.get("GET")), is_row, own)
        candidates = [row_envelope(success_schema(item.get("GET")), is_row, own.noun)]
        if not _is_receipt(collection.get("POST"), item.get("GET"), own):
            candidates.append(row_envelope(success_schema(collection.get("POST")), is_row, own.noun))
        candidates.append(listed)
        candidates += [
            row_envelope(success_schema(item.get(method)), is_row, own.noun)
            for method in ("PUT", "PATCH", "POST")
            if not _is_receipt(item.get(method), item.get("GET"), own)
        ]
        if _is_written(collection, item):
            candidates += [
                list_of_one(success_schema(one), is_row, own.noun)
                for one in (item.get("GET"), collection.get("POST"))
            ]
        envelope = next((one for one in candidates if one is not None), None)
        if envelope is not None:
            return envelope.row_schema
    return None


def _is_receipt(write: Operation | None, read: Operation | None, own: OwnKey) -> bool:
    """Whether a write answers what is no row: it shares nothing with what reading the row answers."""
    shown, told = success_schema(read), success_schema(write)
    if shown is None or told is None:
        return False
    known = properties(sole_object(shown, own.noun).row_schema).keys()
    return bool(known) and known.isdisjoint(properties(sole_object(told, own.noun).row_schema))


def _stands_around(schema: Node, part: KeyPart, own: OwnKey) -> bool:
    """Whether a body with the key in an object stands around its row: `{script_tag: {id}}` is no row."""
    known = properties(schema)
    if len(part.path) < 2 or not ends_with(noun_of(part.path[0]), own.noun) or len(known) > MOST_AROUND:
        return False
    return own.find(known[part.path[0]], sure=True) is not None


def _is_written(collection: Mapping[str, Operation], item: Mapping[str, Operation]) -> bool:
    return "POST" in collection or not item.keys().isdisjoint({"PUT", "PATCH", "DELETE"})


def _keyless_row(
    own: OwnKey, collection: Mapping[str, Operation], item: Mapping[str, Operation]
) -> Node | None:
    """The schema of rows that have no property for their key: what is answered about one, else sent."""
    answered = [success_schema(item.get(method)) for method in ("GET", "PUT", "PATCH")]
    sent = [request_schema(one) for one in (item.get("PUT"), collection.get("POST"), item.get("PATCH"))]
    for schema in (*answered, *sent):
        if schema is not None and properties(schema):
            return sole_object(schema, own.noun).row_schema
    return None


def _sent_key(own: OwnKey, holds: Node | None, collection: Mapping[str, Operation]) -> KeyPart | None:
    """The property that a create sends a key in, where rows have none and may have any."""
    create = collection.get("POST")
    contents = create.body.contents.values() if create is not None and create.body is not None else ()
    sent = next((one.schema for one in contents if one.schema is not None), None)
    if holds is None or sent is None or has_hidden_parts(holds):
        return None
    key = own.find(sent, sure=True)
    return key if key is not None and len(key.path) == 1 else None


def _listed(schema: Node | None, is_row: IsRow, own: OwnKey) -> Envelope | None:
    """The envelope of a list; None for an object that has lists besides a key of its own."""
    envelope = list_envelope(schema, is_row, own.noun)
    if envelope is None or not envelope.path or is_wrapper(envelope.path[-1], own.noun):
        return envelope
    return None if own.find(envelope.schema, sure=True) is not None else envelope
