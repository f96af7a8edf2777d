"""Generated CRUD: answers an operation of a resource from its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mockade.catalogue.answerers import Answerer, Kind
from mockade.catalogue.contract_answers import ContractAnswerer
from mockade.handling import Call
from mockade.handling.rows import CollectionSchema

if TYPE_CHECKING:
    from mockade.crud.operations import CrudOperation
    from mockade.crud.roles.resources import ResourceOperation


class Crud(NamedTuple):
    """The generated CRUD of one API."""

    answerers: Mapping[str, Answerer]
    """By the id of the operation."""
    collections: Mapping[str, CollectionSchema]
    """Those that it needs beside the module's."""
    operations: Sequence[ResourceOperation]


class ShapeAnswerer(NamedTuple):
    """Answers an operation of a resource from its rows; by `fallback` where that cannot keep the contract."""

    name: str
    answer: CrudOperation
    fallback: ContractAnswerer
    kind: Kind = "shape"
    headers: frozenset[str] = frozenset()

    def completed(self, call: Call, body: Any, status: int | None) -> Any:
        """A body that does not fit its schema, with what that asks for besides; it may still not fit."""
        return self.answer.completed(call, body, status or 0)


NO_CRUD = Crud({}, {}, ())
