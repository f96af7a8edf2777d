"""Finds actions: what is done to one row at a path of its own, such as `/orders/{id}/cancel`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from mockade.contract.name_words import split_words
from mockade.contract.operations import Operation
from mockade.crud.roles.naming import Words
from mockade.crud.roles.paths import Paths, Segments, parted
from mockade.crud.roles.resources import Resource

_METHODS = ("POST", "PUT", "PATCH")

_FOLDERS = frozenset({"action", "actions", "command", "commands", "operations"})
"""Segments that a row's actions may stand below: `/orders/{id}/actions/cancel`."""


def action_paths(
    paths: Paths, resources: Mapping[Segments, Resource], claimed: Set[str]
) -> Iterator[tuple[Operation, Segments]]:
    """The actions among the operations that are not `claimed`, each with the path of what it is done to.

    That is a collection path, or for a singleton and the caller's row its own. A DELETE is one where the path
    has another: it undoes that. Actions may stand in a folder of their own (`/orders/{id}/actions/cancel`).
    """
    for segments, methods in paths.items():
        if len(segments) < 2 or segments[-1] == "{}":
            continue
        item = segments[:-1]
        if item[-1] in _FOLDERS and item not in resources and len(item) > 1:
            item = item[:-1]
        base = paths.base_of(item)
        one = resources.get(base)
        if one is None or item != (paths.item_of(base) if one.keys and not one.is_callers else base):
            continue
        actions = [methods[method] for method in _METHODS if method in methods]
        if actions and "DELETE" in methods:
            actions.append(methods["DELETE"])
        yield from ((operation, base) for operation in actions if operation.id not in claimed)


def verb_of(operation: Operation) -> Words:
    """The words of the last segment of an action's path."""
    return split_words(parted(operation.path)[-1])
