"""The path of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from mockade.contract.operations import Operation
from mockade.crud.roles.paths import key_parameters
from mockade.crud.roles.resources import Resource
from mockade.handling import Row


def row_path(resource: Resource, operation: Operation, parents: Sequence[Any], row: Row) -> str:
    """The path of a row as its item path has it, else below the collection path, which is the operation's.

    `parents` are the keys of its parents, outermost first.
    """
    own = [quote(str(part.of(row, row.beside)), safe="") for part in resource.for_items().keys]
    above = [quote(str(value), safe="") for value in parents]
    path = resource.item.path if resource.item is not None else operation.path.rstrip("/")
    names = tuple(key_parameters(path))
    if resource.item is None:
        path, values = "/".join((path, *own)), above
    else:
        values = [*above, *own][-len(names) :]  # the item's path may not name the parents
    for name, text in zip(names, values, strict=False):
        path = path.replace("{" + name + "}", text)
    return path
