"""Compiles what answers an operation of a resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.properties import properties, read_only
from mockade.contract.response_view import has_hidden_parts
from mockade.crud.actions import ActOnRow
from mockade.crud.conditions import conditions_of
from mockade.crud.creates import CreateRow
from mockade.crud.deletes import DeleteRow
from mockade.crud.key_answers import KeyAnswer
from mockade.crud.listing.list_query import ListQuery
from mockade.crud.listing.path_filters import path_filter
from mockade.crud.listing.row_properties import row_properties
from mockade.crud.listing.unused_query import UnusedQuery
from mockade.crud.lists import ListRows
from mockade.crud.made_rows import ContractAnswer, MadeRows
from mockade.crud.new_keys import NewKeys
from mockade.crud.operations import CrudOperation
from mockade.crud.orphans import Below
from mockade.crud.outcomes import outcomes
from mockade.crud.reads import ReadRow
from mockade.crud.roles.action_paths import verb_of
from mockade.crud.roles.envelopes import Envelope, request_envelope
from mockade.crud.roles.kinds import answer_envelope
from mockade.crud.roles.naming import noun_of
from mockade.crud.roles.paths import key_parameters, parted
from mockade.crud.roles.resources import CrudKind, ResourceOperation
from mockade.crud.updates import UpdateRow

_KINDS: Mapping[CrudKind, Callable[..., CrudOperation]] = {
    "list": ListRows,
    "create": CreateRow,
    "read": ReadRow,
    "replace": partial(UpdateRow, is_merge=False),
    "merge": partial(UpdateRow, is_merge=True),
    "delete": DeleteRow,
    "act": ActOnRow,
}

_WRITES = frozenset({"create", "replace", "merge", "act"})


def crud_operation(
    contract: Contract,
    one: ResourceOperation,
    contract_answer: ContractAnswer,
    shown_rows: Sequence[Node] = (),
    reserved: frozenset[str] = frozenset(),
    below: Below = MappingProxyType({}),
) -> CrudOperation:
    """What answers an operation of a resource; `contract_answer` makes the rows that nobody wrote.

    `shown_rows` are the schemas that answers show the resource's rows by, besides their own; `reserved` the
    keys that would lead to other paths; `below` the resources whose rows lie below those of others.
    """
    operation, resource = one.operation, one.resource
    known = properties(resource.holds)
    envelope = answer_envelope(operation, resource, one.kind)
    more: dict[str, Any] = {}
    key_answer = KeyAnswer.of(operation, resource) if one.kind == "create" and envelope is None else None
    if key_answer is not None:
        more["key_answer"] = key_answer
    if one.kind == "list":
        more["query"] = _list_query(contract, one, envelope)
    if one.kind in _WRITES:
        more["below"] = below
    if one.kind == "act":
        more["outcomes"] = outcomes(verb_of(operation), known, undone=operation.method == "DELETE")
    if resource.is_made and resource.item is not None and resource.item.method == "GET":
        more["made_rows"] = MadeRows(resource, resource.item, contract_answer)
    return _KINDS[one.kind](
        **more,
        operation=operation,
        resource=resource,
        ancestors=one.ancestors,
        new_keys=NewKeys.of(
            contract, resource, shown_rows, reserved, key_answer.schema if key_answer else None
        ),
        response_envelope=envelope,
        request_envelope=request_envelope(operation, frozenset(known)),
        path_names=tuple(key_parameters(operation.path)),
        properties=known,
        read_only=read_only(resource.holds),
        has_hidden_parts=envelope is not None and has_hidden_parts(envelope.row_schema),
        schemas=contract.schemas,
        generator=contract.generator,
        conditions=conditions_of(contract, operation, known),
        unused=UnusedQuery.of(operation, _credentials(contract))
        if one.kind != "list"
        else UnusedQuery(operation),
    )


def _credentials(contract: Contract) -> frozenset[str]:
    """The query parameters of security schemes, which are no business of rows."""
    schemes = contract.security_schemes.values()
    return frozenset(scheme.field for scheme in schemes if scheme.carrier == "query")


def _list_query(contract: Contract, one: ResourceOperation, envelope: Envelope | None) -> ListQuery:
    resource, credentials = one.resource, _credentials(contract)
    query = ListQuery.of(one.operation, resource.holds, resource.key, resource.noun, envelope, credentials)
    # The end of a view's path may say which of the collection's rows it shows.
    end = parted(one.operation.path)[-1]
    if "{" in end or noun_of(end) == noun_of(resource.name.rpartition("/")[2]):
        return query
    return replace(query, path_filter=path_filter(end, row_properties(resource.holds)))
