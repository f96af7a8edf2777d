"""The rows in a contract's own examples: of its lists, of its answers about one row, of a row's schema."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockade.catalogue.fixtures import PRIVATE
from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.contract.properties import properties
from mockade.crud.roles.keys import KeyPart
from mockade.crud.roles.kinds import answer_envelope
from mockade.crud.roles.resources import CrudKind, Resource, ResourceOperation

_ORDER: tuple[CrudKind, ...] = ("list", "read", "create", "replace", "merge")
"""The kinds of operations whose answers hold rows, those whose examples come first in front."""


def example_rows(
    operations: Sequence[ResourceOperation], holds: Node, key_of: Callable[[Mapping[str, Any]], Any]
) -> tuple[Mapping[str, Any], ...]:
    """The rows in the examples of a collection's operations, then those of the schema that a row `holds`.

    What several say of one key is one row. Whether a row fits is for the caller to check.
    """
    found: dict[str, dict[str, Any]] = {}
    without_key: list[dict[str, Any]] = []
    for row in _rows(operations, holds):
        key = key_of(row)
        if key is None:
            without_key.append(copy.deepcopy(row))
            continue
        known = found.setdefault(str(key), {})
        # A list may show less of a row than its own answer does.
        known |= {name: copy.deepcopy(value) for name, value in row.items() if name not in known}
    return (*found.values(), *without_key)


def _rows(operations: Sequence[ResourceOperation], holds: Node) -> Iterator[dict[str, Any]]:
    with_rows = [one for one in operations if one.kind in _ORDER]
    for one in sorted(with_rows, key=lambda one: _ORDER.index(one.kind)):
        envelope = answer_envelope(one.operation, one.resource, one.kind)
        for body in _bodies(one.operation) if envelope is not None else ():
            inner = envelope.unwrap(body) if envelope is not None else None
            several = inner if isinstance(inner, list) else [inner]
            if envelope is not None and envelope.is_of_keys and one.resource.key:
                several = [{one.resource.key: value} for value in several]
            objects = _objects(several)
            if envelope is not None and envelope.key_path is not None:
                objects = (_of_summary(one.resource, row, envelope.key_path) for row in objects)
            yield from objects
    words = holds.value if isinstance(holds.value, dict) else {}
    named = words.get("examples")
    yield from _objects([words.get("example"), *(named if isinstance(named, list) else ())])


def _bodies(operation: Operation) -> Iterator[Any]:
    """The examples of an operation's success."""
    response = operation.response(operation.success)
    content = response.json if response is not None else None
    return (node.value for node in content.examples.values()) if content is not None else iter(())


def _objects(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    return (value for value in values if isinstance(value, dict))


def _of_summary(resource: Resource, shown: Mapping[str, Any], way: tuple[str, ...]) -> dict[str, Any]:
    """The row, as fixtures have it, that a list shows by a schema of its own, its key at the end of `way`."""
    key = KeyPart("", way).of(shown)
    if key is None or not resource.keys:
        return dict(shown)
    own, known = resource.keys[-1], properties(resource.holds)
    row = {name: value for name, value in shown.items() if name != way[0] or name in known}
    return own.put(row, key) if own.path else {**row, f"{PRIVATE}{own.parameter}": key}
