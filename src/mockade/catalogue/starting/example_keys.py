"""The keys that a contract's own lists and creates tell where no rows answer them: these rows are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockade.contract.json_bodies import answers_json
from mockade.contract.name_words import split_words
from mockade.contract.operations import Operation
from mockade.crud.roles.naming import noun_of, static
from mockade.crud.roles.paths import parted
from mockade.crud.roles.resources import Resource

_DEEPEST = 3
"""How many objects a body and its list are at most."""


def keys_in_examples(
    operations: Iterable[Operation], resources: Mapping[str, Resource], answered: frozenset[str]
) -> dict[str, list[Any]]:
    """By collection, the keys in the examples of lists that are called as it is, and of its creates.

    `resources` are those of the collections; `answered` are the ids of the operations that rows answer.
    """
    alike: dict[str, list[str]] = {}
    for name, resource in resources.items():
        alike.setdefault(static(resource.base)[-1], []).append(name)
    found: dict[str, list[Any]] = {}
    for one in operations:
        segments = _segments(one)
        if one.method not in ("GET", "POST") or one.id in answered or not answers_json(one):
            continue
        names = _meant(segments, alike.get(segments[-1], ()), resources)
        for name in (
            names if one.method == "GET" else [own for own in names if resources[own].base == segments]
        ):
            found.setdefault(name, []).extend(_keys(one, resources[name]))
    return found


def _segments(operation: Operation) -> tuple[str, ...]:
    return tuple("{}" if "{" in part else part for part in parted(operation.path))


def _meant(
    segments: tuple[str, ...], names: Sequence[str], resources: Mapping[str, Resource]
) -> Sequence[str]:
    """The collection at the path; else the only one that is called so."""
    same = [name for name in names if resources[name].base == segments]
    return same or (names if len(names) == 1 else ())


def _keys(operation: Operation, resource: Resource) -> Iterator[Any]:
    part = resource.keys[-1] if resource.keys else None
    response = operation.response(operation.success)
    content = response.json if response is not None else None
    if part is None or content is None:
        return
    wanted = [split_words(part.parameter), (*noun_of(static(resource.base)[-1]), "id"), ("id",)]
    for example in content.examples.values():
        body = example.value
        if isinstance(body, list):  # of keys
            yield from (one for one in body if isinstance(one, str))
        for row in _rows(body) if operation.method == "GET" else _objects(body):
            named = {split_words(name): value for name, value in row.items()}
            keys = (named[words] for words in wanted if isinstance(named.get(words), str | int))
            yield from (key for key in list(keys)[:1] if not isinstance(key, bool))


def _objects(body: Any) -> list[dict[str, Any]]:
    """A body and what it has in it; the first with a key is what was created."""
    known = [body, *body.values()] if isinstance(body, dict) else []
    return [one for one in known if isinstance(one, dict)]


def _rows(body: Any, depth: int = _DEEPEST) -> list[dict[str, Any]]:
    """The first list of objects in a body."""
    if isinstance(body, list):
        return [one for one in body if isinstance(one, dict)]
    below = body.values() if isinstance(body, dict) and depth else ()
    return next((rows for one in below if (rows := _rows(one, depth - 1))), [])
