"""A change of a thing that shows: a field that request and answer both have, with another valid value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from benchmarks.corpus.contracts import Node, is_json
from benchmarks.corpus.discriminators import tagged
from benchmarks.corpus.documented import declared
from benchmarks.corpus.encoding import is_form
from benchmarks.corpus.requests import Body
from benchmarks.corpus.things import words
from benchmarks.corpus.values import UUID, Values

_TEXTS = ("changed", "Changed 2", "2027-03-04", "2027-03-04T05:06:07Z", "05:06:07", "changed@example.com")
_TEXTS += (
    "https://example.com/changed",
    UUID,
    "43",
    "cha",
    "ch",
    "FR",
    "EUR",
    "fr",
    "#00ff00",
    "true",
    "false",
)
_WORDS_OF_SERVERS = {
    "id",
    "ids",
    "uuid",
    "key",
    "version",
    "revision",
    "etag",
    "created",
    "updated",
    "modified",
}
_WORDS_OF_SERVERS |= {"at", "url", "href", "self", "type", "kind", "object"}


class Change(NamedTuple):
    body: Body
    name: str
    """The field; empty where none is known that shows."""
    value: Any


def change(
    body: Body,
    shown: Mapping[str, Any],
    answer: Node | None,
    values: Values,
    accepts: Callable[[str, Any], bool],
) -> Change:
    """The body with one field changed that `shown` has too.

    `answer` is the schema by which a thing is shown, and `accepts` says whether it may be shown with a value.
    """
    if is_patch(body):
        for name, value in _candidates(shown, None, answer):
            patch = [{"op": "replace", "path": f"/{name}", "value": value}]
            if accepts(name, value) and not values.wrong(body.schema, patch):
                return Change(body._replace(value=patch), name, value)
        return Change(body, "", None)
    if not isinstance(body.value, dict) or not (is_json(body.media_type) or is_form(body.media_type)):
        return Change(body, "", None)
    body = body.attributes
    fields: Node | None = body.schema
    for step in body.way:
        fields = declared(fields, step)
    for name, value in _candidates(shown, fields, answer):
        made = body.having(name, value)
        says_what_it_is = tagged(body.schema, made.value) == tagged(body.schema, body.value)
        if not says_what_it_is and accepts(name, value) and not values.wrong(body.schema, made.value):
            return Change(made, name, value)
    return Change(body, "", None)


def is_patch(body: Body) -> bool:
    """Whether it is a JSON patch: by its media type, or because it is a list of what to do."""
    if "json-patch" in body.media_type:
        return True
    first = body.value[0] if isinstance(body.value, list) and body.value else None
    return isinstance(first, dict) and {"op", "path"} <= set(first) and is_json(body.media_type)


def _candidates(
    shown: Mapping[str, Any], fields: Node | None, answer: Node | None
) -> Iterator[tuple[str, Any]]:
    """Fields and other values; those that a server might keep for itself come last."""
    for name in sorted(shown, key=lambda one: bool(_WORDS_OF_SERVERS & set(words(one)))):
        old = shown[name]
        declarations = [one for one in (fields, answer) if one is not None and one.value is not None]
        own = [declared(one, name) for one in declarations]
        if isinstance(old, dict | list) or old is None or any(_is_read_only(one) for one in own):
            continue
        if fields is not None and own[0] is None:
            continue
        options = own[0].value.get("enum") if own and own[0] is not None else None
        for new in [*(options if isinstance(options, list) else ()), *_others(old)]:
            if new != old and new is not None:
                yield name, new


def _others(old: Any) -> Iterator[Any]:
    if isinstance(old, bool):
        yield not old
    elif isinstance(old, int | float):
        yield from (old + 1, old - 1)
    else:
        yield from _TEXTS


def _is_read_only(schema: Node | None) -> bool:
    return schema is not None and schema.value.get("readOnly") is True
