"""Finds what generated CRUD answers in a contract, and compiles it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from mockade.catalogue.answerers import Answerer
from mockade.catalogue.contract_answers import ContractAnswerer
from mockade.catalogue.shape_answers import Crud, ShapeAnswerer
from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from mockade.crud.compiling import crud_operation
from mockade.crud.key_rule import reserved_keys
from mockade.crud.orphans import below
from mockade.crud.roles.finding import find_resources
from mockade.crud.roles.resources import Resource, collection_for
from mockade.crud.shown_rows import shown_rows
from mockade.handling import Call
from mockade.handling.rows import CollectionSchema
from mockade.state.rows import IndexKeys

MOST_INDEXES = 8
"""Indexes of a generated collection: each costs a row a hundred bytes and a write 20 microseconds."""


def generated_crud(
    contract: Contract,
    taken: frozenset[str],
    collections: Mapping[str, CollectionSchema],
    written: frozenset[str] = frozenset(),
) -> Crud:
    """The operations of resources that have no handler.

    `taken` are the ids of the operations with a handler, `collections` those that the module describes,
    `written` those of which the fixtures have rows.
    """
    answerers: dict[str, Answerer] = {}
    alone: dict[str, ContractAnswerer] = {}

    def answer(operation: Operation, call: Call) -> Any:
        return alone.setdefault(operation.id, ContractAnswerer(operation, contract)).answer(call)

    resources: dict[str, Resource] = {}
    indexes: dict[str, dict[str, IndexKeys]] = {}

    operations = list(
        find_resources(contract, taken | _not_of_rows(contract), frozenset(collections), written)
    )
    shown, reserved = shown_rows(operations), reserved_keys(contract, operations)
    children = below(operations)
    for one in operations:
        name = one.resource.name
        operation = crud_operation(contract, one, answer, shown.get(name, ()), reserved[name], children)
        if name not in collections:
            known = resources.setdefault(name, one.resource)
            if one.resource.is_key_whole and not known.is_key_whole:
                resources[name] = one.resource
            indexes.setdefault(name, {}).update(operation.indexes())
        answerers[one.operation.id] = ShapeAnswerer(
            f"{one.kind} {name}", operation, ContractAnswerer(one.operation, contract)
        )
    added = {
        name: collection_for(contract, resource, _first_indexes(indexes[name]))
        for name, resource in resources.items()
    }
    return Crud(answerers, added, operations)


def _not_of_rows(contract: Contract) -> frozenset[str]:
    """The ids of a vendor's rules that are not served, of what answers no success, and of what a query or a
    body makes another thing at its path: beside an operation without one a query only chooses how it is done.
    """
    plain = {(one.method, one.path) for one in contract.operations if not one.mark}
    return frozenset(
        one.id
        for one in contract.operations
        if one.not_served
        or one.success >= 300
        or (one.mark and not (one.mark.startswith("?") and (one.method, one.path) in plain))
    )


def _first_indexes(indexes: Mapping[str, IndexKeys]) -> dict[str, IndexKeys]:
    return dict(islice(indexes.items(), MOST_INDEXES))
